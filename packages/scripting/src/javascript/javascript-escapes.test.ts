import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import type { Value } from '@cairn/protocol/internal';
import { createJavaScriptEngine, type JavaScriptEngine } from './javascript-engine.ts';
import { ESCAPE_ATTEMPTS } from './testing/escape-attempts.ts';
import { PLACES } from './testing/places.ts';
import { runScript, textOf } from './testing/run-script.ts';

const CANARY = 'canary-7f3a91';

/** Follows what an attempt has got hold of to its realm, and says what is there that should not be. */
const SEARCH = `
const own = { Function, Object, globalThis, getPrototypeOf: Object.getPrototypeOf, isArray: Array.isArray, keys: Reflect.ownKeys, stringify: JSON.stringify };
const found = [];
const seen = new Set();
const has = seen.has.bind(seen), add = seen.add.bind(seen), push = found.push.bind(found);
const look = (value, depth) => {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
    if (typeof value === 'string' && /canary-|\\/work\\/|file:\\/\\/|node:internal/.test(value)) push('text ' + value);
    return;
  }
  if (has(value)) return;
  add(value);
  let proto = value;
  for (let level = 0; level < 12 && proto !== null; level++) {
    try { proto = own.getPrototypeOf(proto); } catch { break; }
    if (proto !== null && !has(proto)) look(proto, depth - 1);
  }
  try {
    const F = value.constructor?.constructor;
    if (typeof F === 'function') {
      const global = F('return this')?.();
      if (global !== undefined && global !== own.globalThis && typeof global === 'object' && global !== null && 'Object' in global && global.Object !== own.Object) push('a global of another realm');
      if (typeof global?.process === 'object') push('process');
    }
  } catch {}
  if (depth <= 0) return;
  let names = [];
  try { names = own.keys(value); } catch {}
  for (let index = 0; index < names.length && index < 300; index++) {
    try { look(value[names[index]], depth - 1); } catch {}
  }
};`;

function moduleFor(body: string): string {
  return `${SEARCH}
const attempt = async (request, db) => { ${body} };
export default async (request, db) => {
  let got;
  try { got = await attempt(request, db); } catch (error) { got = [error]; }
  try { look(got, 3); } catch (error) { push('search failed ' + error); }
  return response.text(found.length === 0 ? 'nothing' : found.slice(0, 3).join('; '));
};`;
}

for (const [place, options] of PLACES) {
  describe(`a JavaScript sandbox on ${place}`, function () {
    this.timeout(60_000);
    let engine: JavaScriptEngine;

    before(async () => {
      Object.assign(globalThis, { planted: CANARY });
      process.env.CAIRN_CANARY = CANARY;
      engine = createJavaScriptEngine({ ...options, onStuck: (reason) => assert.fail(reason) });
      const planting = `globalThis.planted = '${CANARY}'; Object.prototype.leftBehind = '${CANARY}'; Array.prototype.map = () => '${CANARY}'; export default () => 1;`;
      for (const tenant of ['another', 'tenant']) await runScript(engine, planting, { tenant });
    });

    after(() => {
      engine.dispose();
      delete process.env.CAIRN_CANARY;
      Reflect.deleteProperty(globalThis, 'planted');
    });

    it('is attacked in more than eighty ways', () => assert.ok(Object.keys(ESCAPE_ATTEMPTS).length > 80));

    it('would be seen to give away an object of another realm, or a canary', () => {
      const search = (value: unknown): unknown => runInNewContext(`${SEARCH}; look(value, 3); found`, { value });
      assert.ok((search({ a: [() => 1] }) as string[]).some((text) => text.includes('another realm')));
      assert.ok((search(new Map()) as string[]).includes('process'));
      assert.ok((search({ a: { b: CANARY } }) as string[]).some((text) => text.includes(CANARY)));
    });

    for (const [name, body] of Object.entries(ESCAPE_ATTEMPTS)) {
      it(`gives nothing away: ${name}`, async () => {
        const outcome = await runScript(engine, moduleFor(body), {
          tenant: 'tenant',
          call: (call, parameters): Value => {
            if (parameters[1] === 'missing') throw new Error('missing');
            if (call === 'files.read') return new Uint8Array([1, 2, 3]);
            if (call === 'module')
              return {
                name: 'm',
                language: 'javascript',
                code: parameters[0] === 'm' ? 'export const a = {};' : 'null.x',
                fingerprint: `${parameters[0]}`,
              };
            if (call === 'fetch')
              return { status: 200, status_text: 'OK', ok: true, url: 'u', headers: {}, body: new Uint8Array([1]) };
            return [{ _key: 'x', list: [{}], name: 'Ann' }];
          },
        });
        const text = await textOf(outcome);
        assert.ok(!text.includes(CANARY), text);
        // Some break their own prototypes so thoroughly that the search fails: then their run fails, which is all they get.
        if (outcome.kind === 'answer') assert.equal(text, 'nothing');
        assert.doesNotMatch(text, /\/work\/|file:\/\/|node:internal|isolated/);
      });
    }

    it('leaves nothing behind for the next run of the same tenant', async () => {
      const code = `export default () => [typeof planted, {}.leftBehind === undefined, [1].map((x) => x + 1)]`;
      assert.equal(await textOf(await runScript(engine, code, { tenant: 'tenant' })), '["undefined",true,[2]]');
    });
  });
}
