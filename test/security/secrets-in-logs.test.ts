import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { WireConnection } from '../harness/wire-connection.ts';

/** What nobody may find again. Each way into the server gets one of its own. */
const planted = new Map<string, string>();

function secret(where: string): string {
  const text = `Zq7-${where}-${Math.random().toString(36).slice(2)}`;
  planted.set(where, text);
  return text;
}

describe('secrets in requests', function () {
  this.timeout(120_000);
  const folder = temporaryFolder('secrets');
  let server: ServerProcess;

  after(async () => {
    await server?.kill();
    folder.remove();
  });

  it('are nowhere in what the server writes down, whatever goes wrong with the requests', async () => {
    const password = secret('admin-password');
    server = await ServerProcess.start({
      dataDir: join(folder.path, 'data'),
      password,
      flags: ['--log-level', 'trace', '--slow-query-ms', '1', '--audit-logins', 'all'],
    });
    await overTheWire(password);
    await overHttp(password);
    await server.stop();
    const written = server.output;
    assert.ok(written.includes('listening'), 'there is a log');
    for (const [where, text] of planted)
      assert.equal(written.split(text).length - 1, 0, `found the secret of ${where}`);
  });

  async function overTheWire(password: string): Promise<void> {
    const admin = await WireConnection.login(server.port, 'admin', password);
    const tryCall = (cmd: string, fields: object) => admin.call(cmd, { ...fields }).catch(() => undefined);
    await tryCall('auth', { username: 'admin', password: secret('wrong-password') });
    await tryCall('auth', { username: secret('password-in-place-of-the-name'), password: 'x' });
    await tryCall('auth', { token: secret('token') });
    await tryCall('auth', { api_key: `sk_${secret('api-key')}` });
    await tryCall('auth', { username: 'admin', password });
    await tryCall('create_user', { username: 'ann', password: secret('new-user'), roles: ['viewer'] });
    await tryCall('create_user', { username: 'ann', password: secret('user-twice') });
    await tryCall('create_user', { username: 7, password: secret('user-malformed') });
    await tryCall('change_password', { old_password: secret('old-password'), new_password: secret('new-password') });
    await tryCall('create_database', { name: 'shop' });
    await tryCall('create_collection', { database: 'shop', name: 'users' });
    const shop = { database: 'shop', collection: 'users' };
    await tryCall('insert', { ...shop, document: { _key: 'a', password: secret('document') } });
    await tryCall('insert', { ...shop, document: { _key: 'a', note: secret('document-refused') } });
    await tryCall('update', { ...shop, key: 'none', document: { note: secret('document-missing') } });
    const slow = 'FOR a IN 1..3000 FOR b IN 1..100 FILTER CONCAT(a, b) == @secret RETURN 1';
    await tryCall('query', { database: 'shop', sdbql: slow, bind_vars: { secret: secret('slow-bind') } });
    await tryCall('query', { database: 'shop', sdbql: 'RETURN NONSENSE(@x)', bind_vars: { x: secret('bind') } });
    await tryCall('query', { database: 'shop', sdbql: 'RETURN ASSERT(false, @x)', bind_vars: { x: secret('assert') } });
    await tryCall('sql', { database: 'shop', query: 'SELECT ? FROM nowhere', bind_vars: [secret('sql-bind')] });
    await tryCall('set_env_var', { database: 'shop', key: 'KEY', value: secret('environment') });
    await tryCall(secret('command-name'), { password: secret('unknown-command') });
    await admin.sendBytes(Buffer.from(`\x81\xa3cmd${secret('junk-frame')}`, 'latin1')).catch(() => undefined);
    const key = (await admin.call('create_api_key', { name: 'k', roles: ['viewer'] })) as {
      key: string;
      token?: string;
    };
    planted.set('a key that was made', key.key);
    const { token } = (await admin.call('refresh_session')) as { token: string };
    planted.set('a token that was made', token);
    admin.close();
  }

  async function overHttp(password: string): Promise<void> {
    const base = `http://127.0.0.1:${server.port}`;
    const basic = (user: string, text: string) => `Basic ${Buffer.from(`${user}:${text}`).toString('base64')}`;
    const good = { authorization: basic('admin', password) };
    planted.set('basic header', good.authorization.slice(6));
    const json = { 'content-type': 'application/json' };
    const ask = (path: string, init: RequestInit = {}) => fetch(base + path, init).catch(() => undefined);
    await ask('/_api/databases', { headers: good });
    await ask('/_api/databases', { headers: { authorization: `Bearer ${secret('bearer')}` } });
    await ask('/_api/databases', { headers: { authorization: basic('admin', secret('basic-wrong')) } });
    await ask('/_api/databases', { headers: { 'x-api-key': secret('x-api-key') } });
    await ask(`/_api/databases?token=${secret('token-in-address')}`);
    await ask(`/nothing?token=${secret('token-at-no-route')}`);
    await ask('/auth/login', { method: 'POST', headers: json, body: `{"password": "${secret('login-malformed')}` });
    await ask('/auth/login', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ username: 'x', password: secret('login') }),
    });
    const document = JSON.stringify({ text: secret('http-document') });
    await ask('/_api/database/shop/document/none', { method: 'POST', headers: { ...json, ...good }, body: document });
    await ask('/_api/database/shop/cursor', {
      method: 'POST',
      headers: { ...json, ...good },
      body: JSON.stringify({ query: 'RETURN @x + @y', bind_vars: { x: secret('http-bind') } }),
    });
    await ask('/api/shop/none/path', { method: 'POST', headers: good, body: secret('endpoint-body') });
  }
});
