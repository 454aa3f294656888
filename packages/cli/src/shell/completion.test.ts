import assert from 'node:assert/strict';
import { caretLines } from '../query/error-caret.ts';
import { complete } from './completion.ts';

const VOCABULARY = {
  keywords: ['FILTER', 'FOR'],
  functions: ['FLOOR', 'FIRST'],
  collections: ['Flights', 'files'],
  databases: ['shop', '_system'],
  dotCommands: ['.help', '.use'],
};

describe('complete', () => {
  it('keeps the case in which a word was begun', () => {
    assert.deepEqual(complete('RETURN F', VOCABULARY), [['Flights', 'FILTER', 'FOR', 'FIRST(', 'FLOOR('], 'F']);
    assert.deepEqual(complete('for x in fi', VOCABULARY), [['files', 'filter', 'first('], 'fi']);
  });

  it('knows dot commands and databases', () => {
    assert.deepEqual(complete('.h', VOCABULARY), [['.help'], '.h']);
    assert.deepEqual(complete('.use s', VOCABULARY), [['shop'], 's']);
  });

  it('offers nothing for nothing', () => assert.deepEqual(complete('RETURN ', VOCABULARY), [[], '']));
});

describe('caretLines', () => {
  it('points under wide and invisible characters', () => {
    assert.deepEqual(caretLines('RETURN 1\nRETURN "東京" !', 2, 13), ['RETURN "東京" !', '              ^']);
    assert.deepEqual(caretLines('\t!', 1, 2), ['\\t!', '  ^']);
    assert.deepEqual(caretLines('x', 3, 1), []);
  });
});
