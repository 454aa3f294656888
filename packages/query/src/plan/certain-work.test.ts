import assert from 'node:assert/strict';
import type { Value } from '@cairn/protocol/internal';
import type { CollectionView, ReadView } from '@cairn/storage/internal';
import { QueryEngine } from '../query-engine.ts';
import { certainWork, mostRows } from './certain-work.ts';

const counts: Record<string, number> = { big: 100_000, small: 10 };

/** A catalogue with nothing behind it: planning and estimating read no documents. */
const view = {
  lsn: 1,
  catalogueVersion: 1,
  collection: (name: string) =>
    counts[name] === undefined
      ? undefined
      : ({ name, count: counts[name], type: 'document', indexes: [], properties: null } as unknown as CollectionView),
  collectionNames: () => Object.keys(counts),
  release: () => {},
} satisfies ReadView;

function work(text: string, values: Record<string, Value> = {}): number {
  const binds = new Map(Object.entries(values));
  const { plan } = new QueryEngine().prepare(text, { database: 'test', view, binds });
  return certainWork(plan, view, binds);
}

describe('the work that a plan will surely do', () => {
  it('is at least the documents that a scan reads', () => {
    assert.ok(work('FOR d IN big FILTER d.a == 1 COLLECT WITH COUNT INTO n RETURN n') >= counts.big);
    assert.ok(work('FOR d IN big SORT d.a LIMIT 10 RETURN d') >= counts.big);
    assert.ok(work('FOR d IN small RETURN d') < 1000);
  });

  it('is small when a LIMIT or a key ends the scan', () => {
    assert.ok(work('FOR d IN big LIMIT 10 RETURN d') < 1000);
    assert.ok(work('FOR d IN big LIMIT @n RETURN d', { n: 10 }) < 1000);
    assert.ok(work("FOR d IN big FILTER d._key == 'x' RETURN d") < 1000);
    assert.ok(work("RETURN DOCUMENT('big/x')") < 1000);
  });

  it('counts what stands in loops, subqueries and the answer', () => {
    assert.ok(work('FOR d IN small FOR e IN big FILTER e.a < d.a RETURN 1') >= 10 * counts.big);
    assert.ok(work('LET n = (FOR d IN big COLLECT WITH COUNT INTO c RETURN c) RETURN n') >= counts.big);
    assert.ok(work('FOR i IN 1..1000000 FILTER i % 7 == 0 COLLECT WITH COUNT INTO n RETURN n') >= 100_000);
    assert.ok(work('FOR d IN big LIMIT 20000 RETURN d') > 4 * 20_000);
    assert.ok(work('FOR i IN @list RETURN i', { list: new Array(50_000).fill(1) }) > 50_000);
  });
});

describe('the most rows that a plan reads', () => {
  function most(text: string, values: Record<string, Value> = {}): number | undefined {
    const binds = new Map(Object.entries(values));
    const { plan } = new QueryEngine().prepare(text, { database: 'test', view, binds });
    return mostRows(plan, binds);
  }

  it('is certain where a LIMIT stands right above one loop', () => {
    assert.equal(most('FOR d IN big LIMIT 10000 RETURN d'), 10_000);
    assert.equal(most('FOR d IN big LIMIT @from, @n RETURN d.a', { from: 5, n: 10 }), 15);
    assert.equal(most('FOR i IN 1..100 LIMIT 7 RETURN i'), 7);
  });

  it('is not where rows are dropped, gathered or multiplied', () => {
    const texts = [
      'FOR d IN big RETURN d',
      'FOR d IN big FILTER d.a == 1 LIMIT 10 RETURN d',
      'FOR d IN big LIMIT 10 FOR e IN big RETURN e',
      'FOR d IN big FOR e IN big LIMIT 10 RETURN e',
      'FOR d IN big LIMIT 10 RETURN DISTINCT d.a',
      'FOR d IN big LIMIT 10 RETURN (FOR e IN big RETURN e)',
    ];
    for (const text of texts) assert.equal(most(text), undefined, text);
  });
});
