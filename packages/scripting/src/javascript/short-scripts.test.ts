import assert from 'node:assert/strict';
import { createJavaScriptEngine, type JavaScriptEngine } from './javascript-engine.ts';
import { JAVASCRIPT_LIMITS } from './limits.ts';
import { ShortScripts } from './short-scripts.ts';
import { runScript, type TestRun, textOf } from './testing/run-script.ts';

const LONG_MS = 4 * JAVASCRIPT_LIMITS.directVisitMaxMs;

describe('short scripts', () => {
  it('are those whose visits have been short in a row', () => {
    const short = new ShortScripts(3);
    for (let visit = 0; visit < 3; visit++) {
      assert.equal(short.isShort('a'), false);
      short.note('a', 1);
    }
    assert.equal(short.isShort('a'), true);
    assert.equal(short.isShort('b'), false);
    short.note('a', JAVASCRIPT_LIMITS.shortVisitMs);
    assert.equal(short.isShort('a'), false);
    for (let visit = 0; visit < 3; visit++) short.note('a', 1);
    assert.equal(short.isShort('a'), true);
  });

  it('have to be short for long when they have kept others waiting', () => {
    const short = new ShortScripts(2);
    short.noteLong('a');
    for (let visit = 0; visit < JAVASCRIPT_LIMITS.shortAgainVisits; visit++) short.note('a', 1);
    assert.equal(short.isShort('a'), false);
    short.note('a', 1);
    short.note('a', 1);
    assert.equal(short.isShort('a'), true);
  });

  it('are forgotten, the least recently seen first', () => {
    const short = new ShortScripts(1);
    short.note('a', 1);
    for (let other = 0; other < JAVASCRIPT_LIMITS.scriptsWatched; other++) short.note(`${other}`, 1);
    assert.equal(short.isShort('a'), false);
    assert.equal(short.isShort('0'), true);
  });
});

describe('a script on the thread of its process that is not short after all', function () {
  this.timeout(30_000);
  let engine: JavaScriptEngine;
  before(() => {
    engine = createJavaScriptEngine({ shortVisits: 0, onStuck: (reason) => assert.fail(reason) });
  });
  after(() => engine.dispose());

  const run = async (code: string, test?: TestRun) => textOf(await runScript(engine, code, test));

  it('begins again on another, and answers as if nothing had been', async () => {
    let asked = 0;
    const code = `export default async (request, db) => {
      const one = await db.collection('c').get('k');
      const startMs = Date.now();
      while (Date.now() - startMs < ${LONG_MS});
      return [one, (await db.collection('c').get('k'))];
    }`;
    // On a busy machine the first attempt may have been ended before it asked.
    assert.equal(await run(code, { call: () => ++asked }), `[${asked - 1},${asked}]`);
    assert.ok(asked === 2 || asked === 3, `${asked}`);
    const before = asked;
    // From now on it is known.
    assert.equal(await run(code, { call: () => ++asked }), `[${before + 1},${before + 2}]`);
  });

  it('hears no answer that its first attempt had asked for', async () => {
    let asked = 0;
    const code = `export default async (request, db) => {
      const late = db.collection('c').get('late');
      await sleep(5);
      const startMs = Date.now();
      while (Date.now() - startMs < ${LONG_MS});
      return late;
    }`;
    const call = async () => {
      const number = ++asked;
      await new Promise((resolve) => setTimeout(resolve, number === 1 ? 60 : 120));
      return number;
    };
    assert.equal(await run(code, { call }), `${asked}`);
  });

  it('is ended at its deadline all the same', async () => {
    const outcome = await runScript(engine, 'export default () => { for (;;); }', { limits: { timeoutMs: 300 } });
    assert.equal(outcome.kind === 'failure' && outcome.reason, 'timeout');
    const queued = 'export default () => { (async () => { for (;;) await null; })(); for (;;); }';
    const other = await runScript(engine, queued, { limits: { timeoutMs: 300 } });
    assert.equal(other.kind === 'failure' && other.reason, 'timeout');
  });

  it('leaves that thread as soon as a run has asked for what may change something', async () => {
    let mayHoldThread = true;
    let asked = 0;
    const code = `export default async (request, db) => {
      await db.collection('c').insert({});
      const startMs = Date.now();
      while (Date.now() - startMs < ${LONG_MS});
      return 'once';
    }`;
    const call = () => {
      asked++;
      mayHoldThread = false;
      return null;
    };
    assert.equal(await run(code, { call, mayHoldThread: () => mayHoldThread }), '"once"');
    assert.equal(asked, 1);
  });
});
