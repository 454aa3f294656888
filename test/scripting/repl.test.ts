import assert from 'node:assert/strict';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { WireConnection } from '../harness/wire-connection.ts';

interface ReplAnswer {
  readonly result: unknown;
  readonly output: readonly string[];
  readonly error?: { readonly message: string; readonly line?: number };
  readonly session_id: string;
}

/** Types pieces of script one after the other into one session. */
for (const language of ['lua', 'javascript']) {
  describe(`the REPL in ${language}`, function () {
    this.timeout(60_000);
    const folder = temporaryFolder(`repl-${language}`);
    let server: ServerProcess;
    let wire: WireConnection;
    let session: string | undefined;

    before(async () => {
      server = await ServerProcess.start({ dataDir: folder.path, flags: ['--log-level', 'error'] });
      wire = await WireConnection.login(server.port);
      await wire.call('create_database', { name: 'shop' });
      await wire.call('create_collection', { database: 'shop', name: 'things' });
      await wire.call('insert', { database: 'shop', collection: 'things', document: { _key: 'a', n: 7 } });
    });
    after(async () => {
      wire?.close();
      await server?.stop();
      folder.remove();
    });

    async function type(code: string, more: object = {}): Promise<ReplAnswer> {
      const fields = { database: 'shop', code, language, ...more };
      const continued = session === undefined ? fields : { ...fields, session_id: session };
      const answer = (await wire.call('run_repl', continued)) as ReplAnswer;
      session = answer.session_id;
      return answer;
    }

    const in_ = <T>(lua: T, javascript: T): T => (language === 'lua' ? lua : javascript);

    it('answers the value of an expression, and what was printed', async () => {
      assert.equal((await type('1 + 2')).result, 3);
      const { result, output } = await type(in_("print('hi', 1)", "console.log('hi', 1)"));
      assert.equal(result, null);
      assert.match(output.join(), /^hi\s1$/);
    });

    it('runs several statements in one line', async () => {
      const { result, output } = await type(in_("print('a') return 1 + 1", "console.log('a'); return 1 + 1;"));
      assert.deepEqual([result, output], [2, ['a']]);
    });

    it('keeps a session under the name that its user gives it, for him in this database alone', async () => {
      const named = (code: string, place: object) =>
        wire.call('run_repl', { code, language, session_id: 'mine', ...place }) as Promise<ReplAnswer>;
      assert.equal((await named('v = 9', { database: 'shop' })).session_id, 'mine');
      assert.equal((await named('v', { database: 'shop' })).result, 9);
      const elsewhere = await named(in_('v', 'typeof v'), { database: '_system' });
      assert.equal(elsewhere.result, in_(null, 'undefined'));
    });

    it('keeps variables and functions for the next piece', async () => {
      await type('x = 5');
      await type(in_('t = { list = { 1, 2 } }', 't = { list: [1, 2] }'));
      assert.equal((await type(in_('x + t.list[2]', 'x + t.list[1]'))).result, 7);
      await type(in_('function twice(n)\n  return n * 2\nend', 'function twice(n) {\n  return n * 2;\n}'));
      assert.equal((await type('twice(x)')).result, 10);
      if (language === 'lua') {
        await type("things = db:collection('things')");
        assert.equal((await type("things:get('a').n")).result, 7);
      }
    });

    it('keeps a function without what was typed beside it', async () => {
      await type('counted = 0');
      const lua = 'counted = counted + 1 function thrice(n) return n * 3 end return thrice(2)';
      const javascript = 'counted = counted + 1; function thrice(n) { return n * 3 } return thrice(2)';
      assert.equal((await type(in_(lua, javascript))).result, 6);
      assert.deepEqual([(await type('counted')).result, (await type('thrice(3)')).result], [1, 9]);
      if (language === 'lua') assert.equal((await type('pairs = nil return 1')).result, 1);
    });

    it('keeps nothing of a piece that fails, and says in which line it did', async () => {
      const { error } = await type(in_("x = 6\nerror('no')", "x = 6;\nthrow new Error('no');"));
      assert.equal(error?.line, 2);
      assert.match(error!.message, /no/);
      assert.equal((await type('x')).result, 5);
    });

    it('reaches the database with the rights of who types', async () => {
      const get = in_("db:collection('things'):get('a').n", "(await db.collection('things').get('a')).n");
      assert.equal((await type(get)).result, 7);
    });

    it('ends what does not end', async () => {
      const { error } = await type(in_('while true do end', 'while (true) {}'), { timeout_ms: 200 });
      assert.match(error!.message, /timed out/);
      assert.equal((await type('x')).result, 5);
    });

    it('shares nothing with another session', async () => {
      session = undefined;
      const { result, error } = await type(in_('tostring(x)', 'typeof x'));
      assert.deepEqual([result, error], [in_('nil', 'undefined'), undefined]);
    });
  });
}
