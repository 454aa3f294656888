import assert from 'node:assert/strict';
import { luaDefinitions } from './lua-definitions.ts';

describe('the functions that a piece of Lua defines', () => {
  it('are those with global names, without what stands beside them', () => {
    const add = 'function add(a, b) if a then return a + b end end';
    assert.deepEqual(luaDefinitions(`x = 1 ${add} return add(1, 2)`), [add]);
    assert.deepEqual(luaDefinitions('twice = function(n)\n  return n * 2\nend\nprint(twice(4))'), [
      'twice = function(n)\n  return n * 2\nend',
    ]);
    assert.deepEqual(luaDefinitions('t = {} function t.f() end function t:g() for i = 1, 2 do end end'), [
      'function t.f() end',
      'function t:g() for i = 1, 2 do end end',
    ]);
  });

  it('are none that are local, nameless or inside of something', () => {
    for (const code of [
      'local function f() end',
      'local f = function() end',
      'do function f() end end',
      'pcall(function() function f() end end)',
      't.x = function() end',
      'return 1',
      'end end function',
    ]) {
      assert.deepEqual(luaDefinitions(code), [], code);
    }
  });

  it('end where they end, whatever their texts and comments say', () => {
    const odd = `function f() --[[ end ]] local s = "end" -- end\n return [=[ end ]=] .. 'it\\'s the end' end`;
    assert.deepEqual(luaDefinitions(`${odd} f()`), [odd]);
  });
});
