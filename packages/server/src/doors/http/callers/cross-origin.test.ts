import assert from 'node:assert/strict';
import { resolveSettings } from '../../../settings.ts';
import { HttpTestServer } from '../../../testing/http-test-server.ts';

const APP = 'https://app.example';

describe('pages of other origins', function () {
  this.timeout(20_000);

  it('are told nothing unless the settings name them', async () => {
    const server = await HttpTestServer.start();
    try {
      const answer = await server.send('/health', { headers: { origin: APP } });
      assert.equal(answer.headers.get('access-control-allow-origin'), null);
    } finally {
      await server.close();
    }
  });

  it('may call and read what the settings let them', async () => {
    const server = await HttpTestServer.start({ corsOrigins: `${APP}, http://localhost:3000`, corsCredentials: true });
    const preflight = (origin: string) =>
      server.send('/_api/database/shop/document/users', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
    try {
      const { status, headers } = await preflight(APP);
      assert.equal(status, 204);
      assert.equal(headers.get('access-control-allow-origin'), APP);
      assert.equal(headers.get('access-control-allow-credentials'), 'true');
      assert.match(headers.get('access-control-allow-methods')!, /POST/);
      assert.match(headers.get('access-control-allow-headers')!, /authorization/);
      assert.match(headers.get('vary')!, /origin/);
      const denied = await server.send('/_api/databases', { headers: { origin: APP, authorization: 'Bearer x' } });
      assert.equal(denied.headers.get('access-control-allow-origin'), APP); // so that the page can read why
      for (const origin of ['https://evil.example', 'null', `${APP}.evil.example`]) {
        assert.equal((await preflight(origin)).headers.get('access-control-allow-origin'), null, origin);
      }
    } finally {
      await server.close();
    }
  });

  it('are all let in by *, but never with credentials', async () => {
    assert.throws(() => resolveSettings({ flags: { corsOrigins: '*', corsCredentials: true } }), /corsCredentials/);
    assert.throws(() => resolveSettings({ flags: { corsOrigins: 'app.example' } }), /corsOrigins/);
    const server = await HttpTestServer.start({ corsOrigins: '*' });
    try {
      const { headers } = await server.send('/health', { headers: { origin: 'https://any.example' } });
      assert.equal(headers.get('access-control-allow-origin'), '*');
    } finally {
      await server.close();
    }
  });
});
