import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScriptAnswer, ScriptFailure } from '../host/script-run.ts';
import { createJavaScriptEngine, type JavaScriptEngine } from './javascript-engine.ts';
import { JAVASCRIPT_LIMITS } from './limits.ts';
import { PLACES } from './testing/places.ts';
import { runScript, type TestRun, textOf } from './testing/run-script.ts';

for (const [place, options] of PLACES) {
  describe(`a JavaScript script on ${place}`, function () {
    this.timeout(30_000);
    let engine: JavaScriptEngine;
    before(() => {
      engine = createJavaScriptEngine({ ...options, onStuck: (reason) => assert.fail(reason) });
    });
    after(() => engine.dispose());

    async function answer(code: string, test?: TestRun): Promise<ScriptAnswer> {
      const outcome = await runScript(engine, code, test);
      assert.equal(outcome.kind, 'answer', (outcome as ScriptFailure).message);
      return outcome as ScriptAnswer;
    }
    async function result(code: string, test?: TestRun): Promise<unknown> {
      return JSON.parse((await answer(code, test)).resultJson!);
    }
    async function failure(code: string, test?: TestRun): Promise<ScriptFailure> {
      const outcome = await runScript(engine, code, test);
      assert.equal(outcome.kind, 'failure');
      return outcome as ScriptFailure;
    }

    describe('answers', () => {
      it('with the JSON of what it returns', async () => {
        assert.deepEqual(await result('export default async () => ({ a: [1, null, {}] })'), { a: [1, null, {}] });
        for (const nothing of ['undefined', '() => 1', 'Symbol()']) {
          assert.equal(await result(`export default () => (${nothing})`), null);
        }
      });

      it('with a status and headers of its own, and not with those that frame the answer', async () => {
        const code = `export default () => response.json({ id: 1 }, { status: 201, headers: { 'X-A': 'b\\r\\nEvil: 1', 'Content-Length': '3', 'X-L': ['1', '2'] } })`;
        const { status, headers } = await answer(code);
        assert.equal(status, 201);
        assert.deepEqual(headers, [
          ['X-A', 'bEvil: 1'],
          ['X-L', '1'],
          ['X-L', '2'],
          ['Content-Type', 'application/json; charset=utf-8'],
        ]);
      });

      it('with text, HTML and bytes', async () => {
        const text = await answer(
          `export default () => response.text('é', { headers: { 'content-type': 'text/csv' } })`,
        );
        assert.deepEqual(text.headers, [['content-type', 'text/csv']]);
        assert.equal(await textOf(text), 'é');
        const html = await answer(`export default () => response.html('<p>', { status: 404 })`);
        assert.deepEqual([html.status, html.headers], [404, [['Content-Type', 'text/html; charset=utf-8']]]);
        const bytes = await answer('export default () => response.bytes(new Uint8Array([0, 255]))');
        assert.deepEqual([...(bytes.body as Uint8Array)], [0, 255]);
      });

      it('with a stream, part by part', async () => {
        const streamed = await answer(`export default () => response.stream((async function* () {
        yield 'a'; await sleep(1); yield new Uint8Array([98]); yield 3;
      })(), { headers: { 'Content-Type': 'text/plain' } })`);
        const parts: string[] = [];
        for await (const part of streamed.body as AsyncIterable<Uint8Array>) parts.push(Buffer.from(part).toString());
        assert.deepEqual(parts, ['a', 'b', '3']);
        const broken = await answer(
          `export default () => response.stream((function* () { yield 'a'; throw new Error('no more'); })())`,
        );
        await assert.rejects(textOf(broken), /Test:1: no more/);
        const endless = await answer(`export default () => response.stream((function* () { for (;;); })())`, {
          limits: { timeoutMs: 300 },
        });
        await assert.rejects(textOf(endless), { reason: 'timeout', message: 'Test: timed out after 300 ms' });
        const refused = await answer(
          `export default () => response.stream((function* () { response.error('gone', 410); })())`,
        );
        await assert.rejects(textOf(refused), { message: 'gone', chosenStatus: 410 });
      });

      it('with a redirect, and without a body when the status has none', async () => {
        const moved = await answer(`export default () => response.redirect('/moved', 308)`);
        assert.deepEqual(
          [moved.status, moved.headers, (moved.body as Uint8Array).length],
          [308, [['Location', '/moved']], 0],
        );
        assert.equal(
          ((await answer(`export default () => response.json(1, { status: 204 })`)).body as Uint8Array).length,
          0,
        );
      });

      it('with an error that it chooses, cookies included, and nothing after it runs', async () => {
        const lines: string[] = [];
        const code = `export default () => { response.cookie('a', '1', { path: '/' }); response.error('gone', 410); console.log('on'); }`;
        const chosen = await failure(code, { log: (_level, message) => lines.push(message) });
        assert.deepEqual(
          [chosen.status, chosen.message, chosen.isChosen, chosen.headers, lines],
          [410, 'gone', true, [['Set-Cookie', 'a=1; Path=/']], []],
        );
        assert.equal((await failure(`export default () => response.error('odd', 99)`)).status, 500);
      });

      it('with a status that is chosen while the module is evaluated, cookies included', async () => {
        for (const wait of ['', 'await sleep(1);']) {
          const code = `${wait} response.cookie('a', '1'); response.error('closed', 503); export default () => 1;`;
          const { status, message, isChosen, headers } = await failure(code);
          assert.deepEqual([status, message, isChosen, headers], [503, 'closed', true, [['Set-Cookie', 'a=1']]]);
        }
        const { headers, status } = await answer(`solidb.redirect('/moved'); export default () => 1;`);
        assert.deepEqual([status, headers], [302, [['Location', '/moved']]]);
      });

      it('shares memory with nobody, and counts it', async () => {
        const code = `export default () => { const all = new Int32Array(new SharedArrayBuffer(8)); Atomics.add(all, 1, 5); return [...all]; }`;
        assert.deepEqual(await result(code), [0, 5]);
        const waiting = await failure(
          'export default () => Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0)',
        );
        assert.match(waiting.message, /Atomics.wait cannot be called/);
        const large = `export default () => { const all = []; for (;;) all.push(new SharedArrayBuffer(1 << 24)); }`;
        assert.equal((await failure(large)).reason, 'memory');
      });
    });

    describe('fails', () => {
      for (const [what, code, message] of [
        ['thrown at once', `export default () => {\n  null.x;\n}`, /^Test:2: Cannot read properties of null/],
        [
          'thrown after a wait',
          `export default async () => {\n await sleep(1);\n throw new Error('late');\n}`,
          /^Test:3: late$/,
        ],
        ['thrown while it is evaluated', `\n\nthrow new Error('early')`, /^Test:3: early$/],
        ['thrown while it is evaluated, after a wait', `await sleep(1);\nthrow new Error('early')`, /^Test:2: early$/],
        ['something that is no error', `export default () => { throw 'just text' }`, /^just text$/],
        ['an object with a text', `export default () => { throw { toString: () => 'in words' } }`, /^in words$/],
        ['an object without one', `export default () => { throw { a: 1 } }`, /^\{"a":1\}$/],
        ['no error, while it is evaluated', `throw 'just text';\nexport default () => 1`, /^just text$/],
        ['nothing, while it is evaluated', `await 1;\nthrow undefined;\nexport default () => 1`, /^undefined$/],
        ['an object, while it is evaluated', `throw { a: 1 };\nexport default () => 1`, /^an object that is no error/],
        ['a text that does not compile', `export default () => {\n return 1 +;\n}`, /^Test:2: Unexpected token ';'$/],
        ['no default export', 'export const handler = 1', /default/],
        ['a default that is no function', 'export default 5', /default/],
        ['an import', `import fs from 'node:fs'; export default () => 1`, /^Test: import of 'node:fs'/],
        ['a cycle', 'export default () => { const o = {}; o.o = o; return o }', /circular/],
        ['a BigInt', 'export default () => 1n', /BigInt/],
      ] as const) {
        it(`with the place: ${what}`, async () => {
          const failed = await failure(code);
          assert.match(failed.message, message);
          assert.deepEqual([failed.status, failed.isChosen, failed.reason], [500, false, 'error']);
        });
      }

      it('with the line of the call when the server refuses it and nobody catches', async () => {
        const call = () => {
          throw new Error("Collection 'a' not found");
        };
        const failed = await failure(
          `export default async (request, db) => {\n  await db.collection('a').get('x');\n}`,
          {
            call,
          },
        );
        assert.equal(failed.message, "Test:2: Collection 'a' not found");
      });

      it('with the line of the script, whatever it is called', async () => {
        const code = `\n\nexport default async (request, db) => {\n  await db.query('x');\n};`;
        const call = () => {
          throw new Error('refused');
        };
        for (const name of ['x', 'box', 'sandbox', 'launch', 'a b', 'at x (y', 'n:1:2', '(x', 'é', '$1']) {
          assert.equal((await failure(code, { call, name })).message, `${name}:4: refused`);
          const thrown = `export default () => {\n  throw new Error('no');\n};`;
          assert.equal((await failure(thrown, { name })).message, `${name}:2: no`);
        }
      });

      it('when its time is over, and lets others go on meanwhile', async () => {
        const over = failure('export default () => { for (;;); }', { limits: { timeoutMs: 300 }, tenant: 'a' });
        assert.equal(await result('export default async () => { await sleep(20); return 1 }', { tenant: 'b' }), 1);
        const { reason, status, message } = await over;
        assert.deepEqual([reason, status, message], ['timeout', 504, 'Test: timed out after 300 ms']);
      });

      it('for want of memory when one thing alone is larger than any script may use', async () => {
        for (const large of [`'x'.repeat(2 ** 30)`, `2n ** (2n ** 31n)`, 'new ArrayBuffer(2 ** 33)']) {
          const { reason, message } = await failure(`export default () => {\n  return typeof (${large});\n}`);
          assert.equal(reason, 'memory', large);
          assert.match(message, /^Test:2: .*memory/);
        }
        assert.equal(
          await result(`export default () => { try { 'x'.repeat(2 ** 30) } catch (e) { return e.name } }`),
          'RangeError',
        );
      });

      it('when it asks too often, answers too much, or says what no answer is', async () => {
        const many = `export default async (r, db) => { for (;;) await db.query('x') }`;
        assert.equal((await failure(many, { limits: { hostCalls: 10 } })).reason, 'limit');
        assert.equal(
          (await failure(`export default () => 'x'.repeat(100)`, { limits: { resultBytes: 50 } })).reason,
          'limit',
        );
        assert.match(
          (await failure(`export default () => response.text('', { status: 42 })`)).message,
          /invalid status/,
        );
      });
    });

    describe('sees', () => {
      it('its request as plain objects of its own realm', async () => {
        const request = {
          params: { id: '7' },
          query: { a: '2' },
          headers: { 'x-test': 'h' },
          body: new Uint8Array([0x91, 0xc0]),
        };
        const code = `export default (r) => [r.method, r.path, r.params.id, r.query.a, r.headers['x-test'], r.body, r.user, r.constructor === Object, r.body.constructor === Array]`;
        assert.deepEqual(await result(code, { request }), ['GET', 'test', '7', '2', 'h', [null], null, true, true]);
      });

      it('the database: calls by name and in order, with the transaction they are in', async () => {
        const calls: unknown[] = [];
        const code = `export default async (r, db) => {
        db.name = 'other';
        const c = db.collection('people');
        await c.insert({ a: 1 }); await c.update('k', { b: 2 }); await c.remove('k'); await c.find({ a: 1 });
        await db.transaction(async (tx) => { await tx.collection('people').get('k'); });
        await db.transaction(() => { throw new Error('no'); }).catch(() => {});
        return db.name;
      }`;
        const call = (name: string, parameters: unknown[]) => {
          calls.push([name, ...parameters.filter((each) => each !== null)]);
          return name === 'tx.begin' ? 't1' : true;
        };
        assert.equal(await result(code, { call }), 'shop');
        assert.deepEqual(calls, [
          ['db.insert', 'people', { a: 1 }],
          ['db.update', 'people', 'k', { b: 2 }],
          ['db.delete', 'people', 'k'],
          ['db.find', 'people', { a: 1 }],
          ['tx.begin'],
          ['db.get', 'people', 'k', 't1'],
          ['tx.commit', 't1'],
          ['tx.begin'],
          ['tx.rollback', 't1'],
        ]);
      });

      it('errors of the server as errors with a code', async () => {
        const call = () => {
          throw new Error('refused');
        };
        const code = `export default async (r, db) => { try { await db.query('x') } catch (e) { return [e instanceof Error, e.message, e.code] } }`;
        assert.deepEqual(await result(code, { call }), [true, 'refused', 'BadRequest']);
      });

      it('fetch as pages know it: nothing more to say is nothing, and a text says that it is one', async () => {
        const asked: unknown[] = [];
        const call = (name: string, parameters: readonly unknown[]) => {
          asked.push([name, ...parameters]);
          return { status: 200, status_text: 'OK', ok: true, url: 'http://x/', headers: {}, body: new Uint8Array() };
        };
        const code = `export default async () => {
          await fetch('http://x/', null);
          await fetch('http://x/', { method: 'POST', body: 'é' });
          await fetch('http://x/', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
        }`;
        await result(code, { call });
        assert.deepEqual(asked, [
          ['fetch', 'http://x/', { headers: {} }],
          [
            'fetch',
            'http://x/',
            { method: 'POST', headers: { 'Content-Type': 'text/plain;charset=UTF-8' }, body: 'é' },
          ],
          ['fetch', 'http://x/', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }],
        ]);
      });

      it('TypeScript without its types, in the same lines', async () => {
        assert.equal(await result('interface A { x: number }\nexport default (a: A): number => 5 as number;'), 5);
        const failed = await failure(
          'type A = {\n  x: number;\n};\nexport default (a: A): void => {\n  (null as any).x;\n};',
        );
        assert.match(failed.message, /^Test:5: /);
      });

      it('modules of its service', async () => {
        const code = `export default async () => { const m = await solidb.module('m'); return [m.double(4), m === await solidb.module('m')] }`;
        const call = () => ({
          name: 'm',
          language: 'javascript',
          code: 'export const double = (x) => 2 * x',
          fingerprint: 'm',
        });
        assert.deepEqual(await result(code, { call }), [8, true]);
      });

      it('permissions of its own users checked, with the status of a refusal', async () => {
        const check = (user: string, wanted: string) =>
          `export default () => solidb.check_permissions(${user}, ${wanted})`;
        assert.equal(await result(check("{ permissions: ['r', 'w'] }", "['w']")), true);
        for (const [user, message] of [
          ["{ permissions: ['r'] }", 'Missing permission: w'],
          ['{}', 'Invalid user or permissions format'],
          ['null', 'Invalid user or permissions format'],
        ] as const) {
          const refused = await failure(check(user, "['w']"));
          assert.deepEqual([refused.status, refused.message, refused.isChosen], [403, message, true]);
        }
      });

      it('its log, with levels and lines', async () => {
        const lines: unknown[] = [];
        await result(`export default () => {\n console.log('a', { b: 1 });\n solidb.log([1], 'warn');\n}`, {
          log: (...line) => lines.push(line),
        });
        assert.deepEqual(lines, [
          ['INFO', 'a {"b":1}', 2],
          ['WARN', '[1]', 3],
        ]);
      });

      it('bytes where there are bytes', async () => {
        const call = (name: string, parameters: unknown[]) =>
          name === 'files.read' ? new Uint8Array([1, 255]) : [...(parameters[0] as Uint8Array)];
        const code = `export default async () => [[...await solidb.file_read('k')], await solidb.upload(new Uint8Array([7, 8]))]`;
        assert.deepEqual(await result(code, { call }), [
          [1, 255],
          [7, 8],
        ]);
      });
    });

    describe('begins', () => {
      it('in a state that no other run has touched, also when many run at once', async () => {
        const code = `let mine; globalThis.count = (globalThis.count ?? 0) + 1;
        export default async (r) => { mine = r.query.id; await sleep(10); return [mine, globalThis.count]; }`;
        const ids = Array.from({ length: 24 }, (_, index) => String(index));
        const results = await Promise.all(ids.map((id) => result(code, { request: { query: { id } } })));
        assert.deepEqual(
          results,
          ids.map((id) => [id, 1]),
        );
      });

      it('when a run before it has left something running', async () => {
        const leaving = 'export default () => { (async () => { for (;;) await null; })(); return 1; }';
        for (let round = 0; round < 3; round++) {
          await runScript(engine, leaving, { tenant: 'left', limits: { timeoutMs: 500 } });
          assert.equal(await result('export default () => 2', { tenant: 'left' }), 2);
        }
        // Whether what was left ends is told by the time that the process computes: nothing else is to compute meanwhile.
        await sleep(2 * JAVASCRIPT_LIMITS.disposeMs);
      });

      it('also after a run that took all the memory', async () => {
        // On a busy machine the last collection of a full heap looks like a thread that never ends: its process is given up then.
        const own = createJavaScriptEngine({ ...options, onStuck: () => {} });
        try {
          const code = `const a = []; export default () => { for (;;) a.push('x'.repeat(1000) + a.length); }`;
          assert.match(await textOf(await runScript(own, code)), /memory/);
          assert.equal(await textOf(await runScript(own, 'export default () => 3')), '3');
        } finally {
          own.dispose();
        }
      });
    });
  });
}
