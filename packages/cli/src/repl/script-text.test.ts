import assert from 'node:assert/strict';
import { isWhole } from './script-text.ts';

describe('isWhole', () => {
  it('waits for the end of blocks, brackets and long texts of Lua', () => {
    for (const whole of [
      'x = 1',
      'if a then b() end',
      'for i = 1, 2 do f(i) end',
      `s = "do ("`,
      '-- function',
      'repeat f() until x',
      'end',
      `s = [[ do ]]`,
    ]) {
      assert.equal(isWhole(whole, 'lua'), true, whole);
    }
    for (const open of ['function f()', 'if a then', 'while x do', 'f(', 't = {', 'repeat f()', 's = [[ a', '--[[ a']) {
      assert.equal(isWhole(open, 'lua'), false, open);
    }
  });

  it('waits for the end of brackets and templates of JavaScript', () => {
    for (const whole of ['let a = 1', 'f(() => { g(); })', '`a ${b}`', '// {', `"("`]) {
      assert.equal(isWhole(whole, 'javascript'), true, whole);
    }
    for (const open of ['function f() {', '[1,', '`a', '/* a']) assert.equal(isWhole(open, 'javascript'), false, open);
  });
});
