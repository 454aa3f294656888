import assert from 'node:assert/strict';
import { WORD_TYPES } from '../lexer/token-types.ts';
import { KEYWORD_HELP } from './keyword-help.ts';

describe('KEYWORD_HELP', () => {
  it('has something to say of every word of the language', () => {
    const silent = [...WORD_TYPES.values()].filter((type) => !KEYWORD_HELP.has(type)).map(({ name }) => name);
    assert.deepEqual(silent, []);
  });
});
