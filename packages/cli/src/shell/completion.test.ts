import assert from 'node:assert/strict';
import { caretLines } from '../query/error-caret.ts';
import { complete } from './completion.ts';
import { SDBQL } from './dialect.ts';

const VOCABULARY = {
  dialect: SDBQL,
  catalogue: { collections: ['Flights', 'files'], fields: () => [{ path: ['name'] }] },
  databases: ['shop', '_system'],
  dotCommands: ['.help', '.use'],
};
const offered = (line: string, before = '') => complete(line, before, VOCABULARY);

describe('complete', () => {
  it('keeps the case in which a word was begun', () => {
    assert.deepEqual(offered('RETURN LENG'), [['LENGTH('], 'LENG']);
    assert.deepEqual(offered('for x in leng'), [['length('], 'leng']);
    assert.deepEqual(offered('for x in fi').at(0)?.slice(0, 1), ['files']);
    assert.deepEqual(offered('for x in files ret'), [['return'], 'ret']);
  });

  it('sees the lines before', () => {
    assert.deepEqual(offered('  RETURN f.', 'FOR f IN files\n'), [['name'], '']);
    assert.deepEqual(offered('.e', 'FOR f IN files RETURN f\n')[0], []);
  });

  it('offers no functions before a letter is typed: they are too many', () => {
    assert(offered('FOR x IN ')[0].includes('Flights'));
    assert(!offered('FOR x IN ')[0].some((text) => text.endsWith('(')));
  });

  it('knows dot commands and what stands behind them', () => {
    assert.deepEqual(offered('.h'), [['.help'], '.h']);
    assert.deepEqual(offered('.use s'), [['shop'], 's']);
    assert.deepEqual(offered('.help leng'), [['LENGTH'], 'leng']);
    assert.deepEqual(offered('.format nd'), [['ndjson'], 'nd']);
    assert.deepEqual(offered('.sql o'), [['off', 'on'], 'o']);
    assert.deepEqual(offered('.explain FOR f IN files RETURN f.n'), [['name'], 'n']);
  });

  it('offers nothing in a string', () => assert.deepEqual(offered('RETURN "fi')[0], []));
});

describe('caretLines', () => {
  it('points under wide and invisible characters', () => {
    assert.deepEqual(caretLines('RETURN 1\nRETURN "東京" !', 2, 13), ['RETURN "東京" !', '              ^']);
    assert.deepEqual(caretLines('\t!', 1, 2), ['\\t!', '  ^']);
    assert.deepEqual(caretLines('x', 3, 1), []);
  });
});
