import assert from 'node:assert/strict';
import { diagnostics, format, parseQuery, tokens } from '@cairn/query/internal';
import { readCorpus } from '../conformance/corpus.ts';

const queries = (['language', 'functions'] as const).flatMap((name) =>
  readCorpus(name).cases.map(({ query }) => query),
);
const valid = queries.filter((query) => {
  try {
    parseQuery(query);
    return true;
  } catch {
    return false;
  }
});

/** A tree without its places in the text. */
function shape(tree: unknown): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, value) =>
      key === 'span' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
    ),
  );
}

describe('the language service over the corpora', () => {
  it('has queries to work on', () => assert(valid.length > 2500));

  it('formats each query to one of the same meaning, which it leaves as it is', () => {
    for (const query of valid) {
      for (const width of [20, 80]) {
        const formatted = format(query, { width });
        assert.deepEqual(shape(parseQuery(formatted)), shape(parseQuery(query)), formatted);
        assert.equal(format(formatted, { width }), formatted);
      }
    }
  });

  it('classifies every character that is no blank', () => {
    for (const query of queries) {
      let end = 0;
      for (const token of tokens(query)) {
        assert.equal(query.slice(end, token.start).trim(), '', query);
        end = token.end;
      }
      assert.equal(query.slice(end).trim(), '', query);
    }
    for (const query of valid) assert(!tokens(query).some(({ kind }) => kind === 'invalid'), query);
  });

  it('has something to say of each query that does not parse', () => {
    const broken = queries.filter((query) => !valid.includes(query));
    for (const query of broken) assert(diagnostics(query).length > 0, query);
  });
});
