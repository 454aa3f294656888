import assert from 'node:assert/strict';
import { type Client, connect, type Database } from '@cairn/client';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

describe('scripts through the client', function () {
  this.timeout(60_000);
  const folder = temporaryFolder('scripts-client');
  let server: ServerProcess;
  let client: Client;
  let db: Database;

  before(async () => {
    server = await ServerProcess.start({ dataDir: folder.path });
    client = await connect({ port: server.port, user: 'admin', password: server.password });
    await client.databases.create('shop');
    db = client.database('shop');
    await db.services.create('web', { description: 'for everybody' });
  });

  after(async () => {
    await client?.close();
    await server?.stop();
    folder.remove();
  });

  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${server.port}${path}`)).text();

  it('installs, changes, counts and removes one', async () => {
    const { id, url } = await db.scripts.create({
      name: 'Greeting',
      path: 'hello/:who',
      methods: ['GET'],
      service: 'web',
      code: `solidb.log('asked') return 'Hello ' .. request.params.who`,
      limits: { timeoutMs: 1_000 },
    });
    assert.equal(url, '/api/shop/web/hello/:who');
    assert.equal(await ask('/api/shop/web/hello/Ann'), '"Hello Ann"');
    await db.scripts.update(id, { code: `return 'Good day'` });
    assert.equal(await ask('/api/shop/web/hello/Ann'), '"Good day"');
    assert.equal((await db.scripts.get(id)).code, `return 'Good day'`);
    assert.deepEqual(
      (await db.scripts.list()).map((script) => script.id),
      [id],
    );
    assert.ok((await db.scripts.stats()).total_scripts_executed >= 2);
    await assert.rejects(db.scripts.create({ name: 'x', path: 'x', code: '', language: 'cobol' as 'lua' }), {
      code: 'invalid_argument',
    });
    await db.scripts.delete(id);
    await assert.rejects(db.scripts.get(id), { code: 'not_found' });
  });

  it('reads what scripts have logged', async () => {
    const { id } = await db.scripts.create({
      name: 'Log',
      path: 'log',
      methods: ['GET'],
      service: 'web',
      code: `solidb.log('one') solidb.log('two', 'warn') return 1`,
    });
    await ask('/api/shop/web/log');
    let lines = await db.scripts.logs({ script: id });
    for (let i = 0; lines.length < 2 && i < 100; i++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      lines = await db.scripts.logs({ script: id });
    }
    assert.deepEqual(lines.map(({ message, level }) => `${level} ${message}`).sort(), ['INFO one', 'WARN two']);
  });

  it('keeps variables', async () => {
    await db.env.setAll({ PUBLIC_A: 'a', B: 'b' });
    await db.env.set('C', { x: 1 });
    assert.deepEqual(await db.env.list(), { PUBLIC_A: 'a', B: 'b', C: '{"x":1}' });
    assert.equal(await db.env.get('missing'), null);
    await db.env.delete('B');
    assert.deepEqual(Object.keys(await db.env.list()), ['C', 'PUBLIC_A'].sort());
  });

  it('changes, describes and removes a service', async () => {
    await db.services.create('other');
    await db.services.update('other', { requireAuth: true });
    assert.equal((await db.services.get('other')).require_auth, true);
    assert.equal(typeof (await db.services.describe('web')).openapi, 'string');
    assert.equal(await db.services.delete('other'), 0);
    assert.deepEqual(
      (await db.services.list()).map(({ key }) => key),
      ['web'],
    );
  });

  it('evaluates pieces of script in a session', async () => {
    const first = await db.scripts.evaluate('x = 20 print("hi") return x');
    assert.deepEqual([first.result, first.output], [20, ['hi']]);
    assert.equal((await db.scripts.evaluate('return x + 1', { session: first.session_id })).result, 21);
    assert.match((await db.scripts.evaluate('return nil + 1')).error!.message, /arithmetic/);
  });
});
