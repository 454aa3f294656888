import assert from 'node:assert/strict';
import { decodeValue, EncodedValue, type Value } from '@cairn/protocol/internal';
import { HOST_CALLS, type ScriptOutcome, type ScriptRun } from '@cairn/scripting/internal';
import { TestEngine } from '../../../testing/test-engine.ts';
import { scriptOf } from '../records/script-record.ts';
import { hostCall } from './call-table.ts';

const NOTHING: ReadonlyMap<string, string> = new Map();
const DONE: ScriptOutcome = { kind: 'answer', status: 200, headers: [], body: new Uint8Array(0) };

type Ask = (name: string, ...parameters: Value[]) => Promise<Value>;

describe('host calls', function () {
  this.timeout(20_000);
  let test: TestEngine;
  let script: (ask: Ask, run: ScriptRun) => Promise<unknown>;

  before(async () => {
    test = await TestEngine.open();
    const host = {
      run: async (run: ScriptRun): Promise<ScriptOutcome> => {
        await script(async (name, ...parameters) => {
          const result = await run.calls.call(name, parameters);
          return result instanceof EncodedValue ? decodeValue(result.bytes, result.start) : result;
        }, run);
        return DONE;
      },
      close: () => {},
    };
    test.engine.scripts.useRunner(host);
    const admin = test.session();
    for (const name of ['shop', 'other']) {
      await test.send(admin, 'create_database', { name });
      await test.send(admin, 'create_collection', { database: name, name: 'people' });
    }
    const documents: Value = [
      { _key: 'a', name: 'Ann', age: 30, tags: ['x'] },
      { _key: 'b', name: 'Bob', age: 25 },
      { _key: 'c', name: 'Cid', 'odd name': true },
    ];
    await test.send(admin, 'bulk_insert', { database: 'shop', collection: 'people', documents });
  });
  after(() => test.close());

  /** Runs the test's own script with the rights that its record says. */
  async function inScript(work: (ask: Ask, run: ScriptRun) => Promise<unknown>, record: object = {}): Promise<void> {
    script = work;
    const stored = { _key: 's', path: 's', code: '', methods: ['GET'], definer: 'admin', ...record };
    const { runs } = test.engine.scripts;
    await runs.run(scriptOf('shop', stored)!, {
      method: 'GET',
      path: 's',
      query: NOTHING,
      params: NOTHING,
      headers: NOTHING,
    });
  }

  const keys = (documents: Value) => (documents as { _key: string }[]).map(({ _key }) => _key).join('');

  it('are exactly those that the script API is told of', () => {
    for (const { name } of HOST_CALLS) assert.notEqual(hostCall(name), undefined, name);
    assert.equal(hostCall('toString'), undefined);
  });

  it('tell whether anything may have been changed', async () => {
    await inScript(async (ask, { calls }) => {
      await ask('db.get', 'people', 'a');
      await ask('db.find', 'people', { age: 30 });
      const reading = ask('db.query', 'FOR p IN people RETURN p.name');
      assert.equal(calls.hasActed, true); // nobody knows yet
      await reading;
      await ask('cache.get', 'k');
      assert.equal(calls.hasActed, false);
    });
    const actions: readonly [string, ...Value[]][] = [
      ['db.query', "UPDATE 'a' WITH { age: 30 } IN people"],
      ['db.query', 'FOR p IN nowhere RETURN p'],
      ['db.update', 'people', 'a', { age: 30 }],
      ['cache.set', 'k', null],
      ['tx.begin'],
    ];
    for (const acting of actions) {
      await inScript(async (ask, { calls }) => {
        await ask(...acting).catch(() => {});
        assert.equal(calls.hasActed, true, acting.join(' '));
      });
    }
  });

  it('find documents by equality and by comparison', async () => {
    await inScript(async (ask) => {
      const find = async (filter: Value) => keys(await ask('db.find', 'people', filter));
      assert.equal(await find({}), 'abc');
      assert.equal(await find([]), 'abc');
      assert.equal(await find('x'), '');
      assert.equal(await find({ age: 30 }), 'a');
      assert.equal(await find({ tags: ['x'] }), 'a');
      assert.equal(await find({ 'odd name': true }), 'c');
      assert.equal(await find({ age: { $lt: 100 } }), 'ab');
      assert.equal(await find({ age: { $gte: 25, $lt: 30 } }), 'b');
      assert.equal(await find({ name: { $in: ['Cid', 'Bob'] } }), 'bc');
      assert.equal(await find({ name: { $ne: 'Ann' } }), 'bc');
      assert.equal(await find({ '`]) OR 1==1 //': 1 }), '');
      assert.equal(await ask('db.count', 'people', { age: null }), 1);
      assert.equal(((await ask('db.find_one', 'people', {})) as { name: string }).name, 'Ann');
      await assert.rejects(ask('db.find', 'people', { age: { $where: 1 } }), /find knows no \$where/);
      await assert.rejects(ask('db.find', 'nowhere', {}), { message: "Collection 'nowhere' not found" });
    });
  });

  it('fail with the text and the kind that scripts know', async () => {
    await inScript(async (ask) => {
      const failure = async (...call: Parameters<Ask>) => {
        const error = await ask(...call).then(
          () => undefined,
          (thrown: unknown) => thrown as { message: string; code: string },
        );
        return [error?.message, error?.code];
      };
      const missing = "Document with key 'zzz' not found";
      assert.deepEqual(await failure('db.update', 'people', 'zzz', {}), [missing, 'DocumentNotFound']);
      assert.deepEqual(await failure('db.delete', 'people', 'zzz'), [missing, 'DocumentNotFound']);
      assert.deepEqual(await failure('db.get', 'nowhere', 'x'), [
        "Collection 'nowhere' not found",
        'CollectionNotFound',
      ]);
      assert.equal((await failure('db.insert', 'people', { _key: 'a' }))[1], 'ConflictError');
      const wrongKey = await failure('db.insert', 'people', { _key: 5 });
      assert.deepEqual(wrongKey, ['Invalid document: _key must be a string', 'InvalidDocument']);
      assert.match((await failure('db.query', 'FOR p IN'))[0]!, /^Bad Request: /);
      for (const text of ['RETURN NOPE(1)', 'RETURN @missing', "RETURN ASSERT(1 == 2, 'no')"]) {
        const [message, code] = await failure('db.query', text);
        assert.match(message!, /^Query execution error: /, text);
        assert.equal(code, 'ExecutionError', text);
      }
      assert.equal((await failure('db.query', 'FOR x IN nowhere RETURN x'))[0], "Collection 'nowhere' not found");
      assert.deepEqual(await failure('db.bulk_insert', 'people', {}), [
        'Bad Request: bulk_insert expects an array of documents',
        'BadRequest',
      ]);
      assert.equal((await failure('no.such.call'))[1], 'BadRequest');
      assert.equal((await failure('ws.send', 'x'))[1], 'BadRequest');
      assert.equal(await ask('db.get', 'people', 'zzz'), null);
    });
  });

  it('write documents, alone and in transactions', async () => {
    await inScript(async (ask) => {
      const inserted = (await ask('db.bulk_insert', 'people', [{ _key: 'm1' }, { _key: 'm2', n: 1 }])) as Value[];
      assert.equal(keys(inserted), 'm1m2');
      await assert.rejects(ask('db.bulk_insert', 'people', [{ _key: 'm3' }, { _key: 'm1' }]));
      assert.equal(await ask('db.get', 'people', 'm3'), null);
      const merged = (await ask('db.update', 'people', 'm2', { _key: 'x', _odd: 1, more: true })) as {
        [name: string]: Value;
      };
      assert.deepEqual([merged._key, merged.n, merged.more, merged._odd], ['m2', 1, true, undefined]);
      const up = (await ask('db.upsert', 'people', { n: 1 }, { n: 2 })) as { _key: string };
      assert.equal(up._key, 'm2');
      const tx = await ask('tx.begin');
      await ask('db.delete', 'people', 'm1', tx);
      await ask('db.upsert', 'people', 'm9', { in: 'tx' }, tx);
      assert.notEqual(await ask('db.get', 'people', 'm1'), null);
      assert.equal(await ask('db.get', 'people', 'm9'), null);
      await ask('tx.commit', tx);
      assert.equal(await ask('db.get', 'people', 'm1'), null);
      assert.notEqual(await ask('db.get', 'people', 'm9'), null);
      await assert.rejects(ask('tx.commit', 'tx:somebody elses'), /not found/);
      for (const key of ['m2', 'm9']) await ask('db.delete', 'people', key);
    });
  });

  it('make one document of many upserts at the same time that find none', async () => {
    await inScript(async (ask) => {
      const all = Array.from({ length: 8 }, (_, n) => ask('db.upsert', 'people', { badge: 'b7' }, { badge: 'b7', n }));
      const made = (await Promise.all(all)) as { _key: string }[];
      assert.equal(new Set(made.map(({ _key }) => _key)).size, 1);
      assert.equal(await ask('db.count', 'people', { badge: 'b7' }), 1);
      await ask('db.delete', 'people', made[0]!._key);
    });
  });

  it('reach no other database, however its name is spelled', async () => {
    await inScript(async (ask) => {
      for (const name of ['other:people', 'other/people', '../other/people', '_system:_admins', '_admins']) {
        await assert.rejects(ask('db.get', name, 'x'), /not found/);
      }
      await assert.rejects(ask('db.query', 'FOR p IN `other:people` RETURN p'));
      await assert.rejects(ask('db.get', 'people', 'x', 'tx:0'), /not found/);
    });
    await inScript(async (ask) => ask('cache.set', 'k', 1));
    assert.equal(test.engine.scripts.memoryOf('other').cache.get('k'), null);
  });

  it('keep files, whatever their bytes', async () => {
    await inScript(async (ask) => {
      const bytes = Uint8Array.from({ length: 2_500_000 }, (_, at) => at % 251);
      const stored = (await ask('files.upload', bytes, { filename: 'ü b!.bin', directory: '/a/../b/' })) as {
        [name: string]: Value;
      };
      assert.deepEqual(
        [stored.filename, stored.path, stored.size, stored.chunks],
        ['üb.bin', 'a/b/üb.bin', 2_500_000, 3],
      );
      assert.deepEqual(await ask('files.read', stored.key!), Buffer.from(bytes));
      assert.equal(((await ask('files.list', { directory: 'a/b' })) as Value[]).length, 1);
      assert.equal(await ask('files.delete', stored.key!), true);
      assert.equal(await ask('files.delete', stored.key!), false);
      await assert.rejects(ask('files.read', stored.key!), /file not found/);
      await assert.rejects(ask('files.upload', ''), /upload: empty data/);
      await assert.rejects(ask('files.upload', 'aGk=', { filename: '..' }), /invalid filename/);
    });
  });

  it('keep sessions of visitors by ids that cannot be read back', async () => {
    await inScript(async (ask) => {
      const id = (await ask('session.create', { user: 'ann' }, 60)) as string;
      assert.deepEqual(await ask('session.get', id), { user: 'ann' });
      assert.equal(await ask('session.set', id, { user: 'bob' }), true);
      assert.equal(JSON.stringify(await ask('db.find', '_sessions', {})).includes(id), false);
      test.host.aheadMs += 61_000;
      assert.equal(await ask('session.get', id), null);
      assert.equal(await ask('session.set', id, {}), false);
    });
  });

  it('find lines that have just been logged, and errors that nobody caught', async () => {
    await inScript(async (ask, run) => {
      run.calls.log('warn', 'careful', 7);
      const [line] = (await ask('db.find', '_logs', { message: 'careful' })) as { level: string; line: number }[];
      assert.deepEqual([line?.level, line?.line], ['WARN', 7]);
    });
  });

  it('hash passwords, and spend no more on a hash than is right', async () => {
    await inScript(async (ask) => {
      const hash = (await ask('password.hash', 'secret')) as string;
      assert.deepEqual(
        [await ask('password.verify', hash, 'secret'), await ask('password.verify', hash, 'no')],
        [true, false],
      );
      await assert.rejects(ask('password.verify', 'nonsense', 'x'));
      const dear =
        '$argon2id$v=19$m=1048576,t=60,p=1$QsetpnyQ86bIL4GTEjlyGg$PDDDjRMcJrrT76TrqsGVwbfoiRIYhPegQRwL89A7T4M';
      await assert.rejects(ask('password.verify', dear, 'x'), /costs too much/);
    });
  });

  it('leave a script a moment with the job that it has enqueued', async () => {
    await inScript(async (ask) => {
      const jobOf = async (options: Value) =>
        (await ask('job.status', await ask('job.enqueue', 'q', 'none', null, options))) as Record<string, number>;
      const soon = await jobOf(null);
      assert.deepEqual([soon.status, soon.retry_count], ['pending', 0]);
      assert.ok(soon.run_at_ms! > soon.created_at_ms!);
      assert.equal((await jobOf({ run_at: 4_102_444_800 })).run_at, 4_102_444_800);
      const later = await jobOf({ delay: 60 });
      assert.ok(later.run_at_ms! - later.created_at_ms! > 50_000);
    });
  });

  it('do nothing when the run is over', async () => {
    let late: Ask | undefined;
    await inScript(async (ask) => {
      late = ask;
    });
    await assert.rejects(late!('db.get', 'people', 'a'), /the run has ended/);
  });

  it('are confined by the role of a script', async () => {
    const viewer = { run_as: 'viewer' };
    await inScript(async (ask) => {
      assert.notEqual(await ask('db.get', 'people', 'a'), null);
      await assert.rejects(ask('db.insert', 'people', {}), { code: 'Forbidden' });
      await assert.rejects(ask('db.get', '_scripts', 'x'), { code: 'Forbidden' });
      await assert.rejects(ask('db.query', 'FOR e IN _env RETURN e'));
      await assert.rejects(ask('files.upload', 'aGk='), { code: 'Forbidden' });
    }, viewer);
    await inScript((ask) => assert.rejects(ask('db.get', 'people', 'a'), { code: 'Unauthorized' }), {
      run_as: 'caller',
    });
    await inScript((ask) => assert.rejects(ask('db.get', 'people', 'a'), { code: 'Unauthorized' }), {
      definer: 'gone',
    });
  });
});
