import assert from 'node:assert/strict';
import { CairnError } from '@cairn/protocol/internal';
import { TestDatabase } from '../../testing/test-database.ts';

describe('collections that a plan reaches', () => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.open({
      people: { documents: [{ _key: 'ada' }] },
      robots: { documents: [{ _key: 'r2' }] },
      knows: { type: 'edge', documents: [{ _key: 'e', _from: 'people/ada', _to: 'robots/r2' }] },
    });
  });
  after(() => database.close());

  const named = (query: string) => {
    const view = database.database.snapshot();
    const prepared = database.engine.prepare(query, { database: 'test', view, binds: new Map([['x', 'people']]) });
    view.release();
    return prepared.collections.map(({ name, access }) => `${access} ${name}`).sort();
  };

  it('are named where the text says them: in clauses, calls, ids, subqueries', () => {
    assert.deepEqual(named("RETURN [DOCUMENT('people/ada'), DOCUMENT('robots', 'r2')]"), [
      'read people',
      'read robots',
    ]);
    assert.deepEqual(named("RETURN DOCUMENT(['test:people/ada', 'other:robots/r2'])"), ['read people']);
    assert.deepEqual(named("RETURN COLLECTION_COUNT('nosuch')"), ['read nosuch']);
    assert.deepEqual(named("FOR p IN people RETURN (FOR i IN [1] RETURN SAMPLE('robots', 1))"), [
      'read people',
      'read robots',
    ]);
    assert.deepEqual(named("FOR v IN OUTBOUND 'people/ada' knows RETURN v"), ['read knows', 'read people']);
    assert.deepEqual(named("FOR v IN SHORTEST_PATH 'people/ada' TO 'robots/r2' ANY knows RETURN v"), [
      'read knows',
      'read people',
      'read robots',
    ]);
    assert.deepEqual(named("INSERT {a: COLLECTION_COUNT('people')} INTO people"), ['write people']);
  });

  it('are asked for while it runs where only the run knows them', async () => {
    const refuse = (name: string) => {
      if (name === 'robots') throw new CairnError('permission_denied', 'no robots');
    };
    const run = (query: string, mayRead?: (name: string) => void) =>
      database.failure(query, { binds: { x: 'robots' }, mayRead });
    const reaching = [
      'FOR p IN people FILTER COLLECTION_COUNT(@x) > 0 RETURN p',
      "RETURN DOCUMENT(CONCAT(@x, '/r2'))",
      "FOR v IN OUTBOUND 'people/ada' knows RETURN v",
      'FOR r IN robots RETURN r',
    ];
    for (const query of reaching) {
      assert.equal(await run(query), undefined, query);
      assert.equal(await run(query, refuse), 'permission_denied', query);
    }
    assert.equal(await run('FOR p IN people RETURN p', refuse), undefined);
  });
});
