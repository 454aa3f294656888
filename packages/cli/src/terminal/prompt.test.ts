import assert from 'node:assert/strict';
import { SecretEditor } from './prompt.ts';

describe('SecretEditor', () => {
  const typed = (...keys: string[]) => {
    const editor = new SecretEditor();
    for (const key of keys) editor.type(key);
    return editor;
  };

  it('edits as terminals do, and ends with the line', () => {
    const editor = typed('wrong', '\u0015', 'se', 'x\u007f', 'cré', 't\r', 'more');
    assert.deepEqual([editor.state, editor.text], ['done', 'secrét']);
    assert.equal(typed('a😀\u007fb').text, 'ab');
  });

  it('is left with Ctrl-C', () => assert.equal(typed('abc', '\u0003').state, 'interrupted'));

  it('ignores control keys and ends an endless paste', () => {
    assert.equal(typed('\u001b\u0001a').text, 'a');
    assert.equal(typed('x'.repeat(10_000)).text.length, 4096);
  });
});
