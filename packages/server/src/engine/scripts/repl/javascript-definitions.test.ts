import assert from 'node:assert/strict';
import { javascriptDefinitions } from './javascript-definitions.ts';

describe('the functions that a piece of JavaScript defines', () => {
  it('are those by name, without what stands beside them', () => {
    const add = 'function add(a, b = {}) { if (a) { return a + b } return `}${b}` }';
    assert.deepEqual(javascriptDefinitions(`x = 1; ${add} return add(1)`), [add]);
    assert.deepEqual(javascriptDefinitions('class A { v() { return "}" } }\nasync function b() {} function* c() {}'), [
      'class A { v() { return "}" } }',
      'async function b() {}',
      'function* c() {}',
    ]);
  });

  it('are none that are nameless or inside of something', () => {
    for (const code of [
      '(function () {})()',
      'if (x) { function f() {} }',
      'const s = "function f() {}"',
      'return 1',
    ]) {
      assert.deepEqual(javascriptDefinitions(code), [], code);
    }
  });

  it('are looked for so long and no longer', () => {
    assert.deepEqual(javascriptDefinitions('function f( {'), []);
    assert.deepEqual(javascriptDefinitions(`function f() { ${'}'.repeat(10_000)}`.slice(0, 20_000)).length, 1);
    assert.deepEqual(javascriptDefinitions(`function f() {}${' '.repeat(30_000)}`), []);
  });
});
