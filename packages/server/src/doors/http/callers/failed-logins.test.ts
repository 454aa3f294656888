import assert from 'node:assert/strict';
import { TestEngine } from '../../../testing/test-engine.ts';
import { HttpAuthentication } from './authentication.ts';

describe('failed logins over HTTP', () => {
  it('are written into the audit log when they were guesses', async () => {
    const test = await TestEngine.open();
    const authentication = new HttpAuthentication(test.engine);
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    const turnedAway = [basic('admin:wrong'), { 'x-api-key': 'nonsense' }, {}, { authorization: 'Bearer ended' }];
    for (const headers of turnedAway) await assert.rejects(authentication.session('10.0.0.1', headers, {}));
    while (test.engine.audit.written < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const { entries } = test.engine.audit.list({ limit: 10 });
    assert.deepEqual(
      entries.map(({ action, outcome, door, address, details }) => [action, outcome, door, address, details]),
      [
        ['auth', 'refused', 'http', '10.0.0.1', { by: 'password', username: 'admin' }],
        ['auth', 'refused', 'http', '10.0.0.1', { by: 'api_key' }],
      ],
    );
    await test.close();
  });
});
