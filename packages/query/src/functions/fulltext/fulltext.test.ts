import assert from 'node:assert/strict';
import type { Value, ValueObject } from '@cairn/protocol/internal';
import { call } from '../testing/call.ts';
import { testContext } from '../testing/function-context.ts';

const articles: ValueObject[] = [
  { _key: 'a', body: 'Rust keeps documents safe. A database in Rust.', vec: [1, 0] },
  { _key: 'b', body: 'A database over the wire', vec: [0.8, 0.6] },
  { _key: 'c', body: ['Café', 'machines'], vec: [0, 1] },
  { _key: 'd', body: 5, vec: [1, 0, 0] },
];
const indexes = [
  { name: 'words', type: 'fulltext', fields: ['body'] },
  { name: 'vectors', type: 'vector', fields: ['vec'], options: { dimension: 2, metric: 'Cosine' } },
];
const context = testContext({ articles: { documents: articles, indexes } });

const search = (query: string, ...distance: number[]) =>
  call('FULLTEXT', ['articles', 'body', query, ...distance], context) as ValueObject[];
const keys = (hits: readonly ValueObject[]) => hits.map(({ doc }) => (doc as ValueObject)._key);

describe('FULLTEXT', () => {
  it('finds words whatever their case, best first', () => {
    assert.deepEqual(keys(search('rust DATABASE', 0)), ['a', 'b']);
    assert.deepEqual(keys(search('café', 0)), ['c'], 'also in an array of strings');
    assert.deepEqual(search('wire!', 0)[0].matched, ['wire']);
  });

  it('finds words that are written a little differently', () => {
    assert.deepEqual(keys(search('databse')), ['a', 'b']);
    assert.deepEqual(keys(search('databse', 0)), []);
    assert.deepEqual(search('databse')[0].matched, ['database']);
  });

  it('finds nothing without an index, without words, and for words of less than three bytes', () => {
    assert.deepEqual(call('FULLTEXT', ['articles', 'title', 'rust'], context), []);
    assert.deepEqual(search('!!! a in'), []);
  });

  it('is an error of what is no text, and for unknown collections', () => {
    assert.throws(() => call('FULLTEXT', ['articles', 'body', null], context), /must be a string, got null/);
    assert.throws(() => call('FULLTEXT', ['nothing', 'body', 'rust'], context), { code: 'not_found' });
  });
});

describe('BM25', () => {
  const score = (text: string, query: string) => call('BM25', [text, query]) as number;

  it('grows with hits, shrinks with length, and is 0 without a hit', () => {
    assert.equal(score('fox dog', 'cat'), 0);
    assert.ok(score('fox fox dog', 'fox') > score('fox dog cat', 'fox'));
    assert.ok(score('fox dog', 'fox') > score('fox dog and many more words than that', 'fox'));
    assert.equal(score('FOX, dog!', 'fOx'), score('fox dog', 'fox'));
  });
});

describe('HYBRID_SEARCH', () => {
  const hybrid = (vector: Value, text: string, options: ValueObject = {}) =>
    call('HYBRID_SEARCH', ['articles', 'vectors', 'body', vector, text, options], context) as ValueObject[];

  it('puts both lists together, weighted or by rank', () => {
    assert.deepEqual(
      hybrid([1, 0], 'wire').map(({ doc, score, sources }) => [(doc as ValueObject)._key, score, sources]),
      [
        ['b', 0.9, ['vector', 'fulltext']],
        ['a', 0.5, ['vector']],
        ['c', 0, ['vector']],
      ],
    );
    assert.deepEqual(keys(hybrid([1, 0], 'café', { fusion: 'rrf' })), ['c', 'a', 'b']);
    assert.deepEqual(keys(hybrid([1, 0], 'wire', { vector_weight: 1, text_weight: 0, limit: 1 })), ['a']);
  });

  it('compares vectors by the metric of the index', () => {
    const documents = [
      { _key: 'far', vector: [9, 0] },
      { _key: 'near', vector: [1, 1] },
      { _key: 'opposite', vector: [-1, 0] },
    ];
    const search = (metric: string) => {
      const indexes = [{ name: 'vectors', type: 'vector', fields: ['vector'], options: { dimensions: 2, metric } }];
      const places = testContext({ places: { documents, indexes } });
      const found = call('HYBRID_SEARCH', ['places', 'vectors', 'body', [1, 0], 'x'], places) as ValueObject[];
      const told = call('VECTOR_INDEX_STATS', ['places', 'vectors'], places) as ValueObject;
      return [told.metric, ...found.map(({ doc, vector_score }) => [(doc as ValueObject)._key, vector_score])];
    };
    assert.deepEqual(search('Euclidean'), ['euclidean', ['near', 1], ['opposite', 2], ['far', 8]]);
    assert.deepEqual(search('DotProduct'), ['dotproduct', ['far', 9], ['near', 1], ['opposite', -1]]);
    assert.deepEqual(search('dot'), search('DotProduct'));
    assert.deepEqual(search('Cosine').slice(0, 2), ['cosine', ['far', 1]]);
  });

  it('is an error for another dimension, an unknown index and odd options', () => {
    assert.throws(() => hybrid([1, 0, 0], 'x'), /dimension 2, got 3/);
    assert.throws(() => hybrid([1, 'x'], 'x'), /array of numbers/);
    assert.throws(() => hybrid([1, 0], 'x', { fusion: 'other' }), /weighted or rrf/);
    assert.throws(() => call('HYBRID_SEARCH', ['articles', 'words', 'body', [1, 0], 'x'], context), {
      code: 'not_found',
    });
  });
});

describe('VECTOR_INDEX_STATS', () => {
  it('tells what the index holds', () => {
    const { dimension, metric, vectors } = call('VECTOR_INDEX_STATS', ['articles', 'vectors'], context) as ValueObject;
    assert.deepEqual({ dimension, metric, vectors }, { dimension: 2, metric: 'cosine', vectors: 3 });
  });
});

describe('HIGHLIGHT', () => {
  it('wraps hits, of overlapping terms the longest', () => {
    assert.equal(call('HIGHLIGHT', ['Foobar foo', ['foo', 'foobar']]), '<b>Foobar</b> <b>foo</b>');
    assert.equal(call('HIGHLIGHT', ['a.b axb', 'a.b']), '<b>a.b</b> axb', 'a term is no pattern');
    assert.equal(call('HIGHLIGHT', ['a', ['', 'b']]), 'a');
    assert.throws(() => call('HIGHLIGHT', ['a', ['a', 5]]), /only strings/);
  });
});
