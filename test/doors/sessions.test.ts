import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@cairn/client';
import { type RunningServer, resolveSettings, startServer } from '@cairn/server';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const PASSWORD = 'correct horse battery';

describe('sessions at the doors', function () {
  this.timeout(60_000);
  let folder: { path: string; remove: () => void };
  let server: RunningServer;

  async function start(flags: Record<string, unknown> = {}): Promise<void> {
    folder = temporaryFolder('sessions');
    const base = { port: 0, dataDir: `${folder.path}/data`, logLevel: 'silent', adminPassword: PASSWORD };
    server = await startServer(resolveSettings({ flags: { ...base, ...flags } }));
  }

  afterEach(async () => {
    await server.close();
    folder.remove();
  });

  function post(path: string, token: string | undefined, body: object = {}): Promise<Response> {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return fetch(`http://127.0.0.1:${server.port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify(body),
    });
  }

  async function login(username: string, password: string): Promise<string> {
    const answer = (await (await post('/auth/login', undefined, { username, password })).json()) as { token: string };
    return answer.token;
  }

  const me = (token: string) =>
    fetch(`http://127.0.0.1:${server.port}/_api/auth/me`, { headers: { authorization: `Bearer ${token}` } });

  it('are nothing that users of the client notice when their time is over', async () => {
    await start({ tokenLifetimeMs: 1_000 });
    await using client = await connect({ port: server.port, user: 'admin', password: PASSWORD, pool: 3 });
    // So many at once open all three connections, two of them by the token of the first.
    const ask = () => Promise.all(Array.from({ length: 30 }, () => client.databases.list()));
    await ask();
    await sleep(2_100);
    for (const names of await ask()) assert.deepEqual(names, ['_system']);
    await client.command('revoke_sessions');
    for (const names of await ask()) assert.deepEqual(names, ['_system']);
  });

  it('tell users of the client when the password is another one', async () => {
    await start();
    await using admin = await connect({ port: server.port, user: 'admin', password: PASSWORD });
    await admin.users.create('ann', 'long enough 1', ['viewer']);
    await using ann = await connect({ port: server.port, user: 'ann', password: 'long enough 1' });
    await ann.databases.list();
    await admin.users.changePassword({ username: 'ann', newPassword: 'another one 2' });
    await assert.rejects(ann.databases.list(), { code: 'unauthenticated' });
  });

  it('are refreshed and ended over HTTP too', async () => {
    await start();
    const first = await login('admin', PASSWORD);
    const refreshed = (await (await post('/_api/auth/refresh', first)).json()) as { token: string; expires_at: string };
    assert.ok(Date.parse(refreshed.expires_at) > Date.now());
    const other = await login('admin', PASSWORD);
    assert.deepEqual(
      await Promise.all([first, refreshed.token, other].map(async (one) => (await me(one)).status)),
      [200, 200, 200],
    );
    assert.equal((await post('/_api/auth/logout', refreshed.token)).status, 204);
    assert.deepEqual(
      await Promise.all([first, refreshed.token, other].map(async (one) => (await me(one)).status)),
      [401, 401, 200],
    );
    assert.equal((await post('/_api/auth/revoke', other)).status, 204);
    assert.equal((await me(other)).status, 401);
    assert.equal((await me(await login('admin', PASSWORD))).status, 200);
  });
});
