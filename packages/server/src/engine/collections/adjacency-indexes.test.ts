import assert from 'node:assert/strict';
import type { Value, ValueObject } from '@cairn/protocol/internal';
import type { Session } from '../../runner/session.ts';
import { TestEngine } from '../../testing/test-engine.ts';
import { adoptEdgeCollections } from './adjacency-indexes.ts';

describe('adjacency indexes', function () {
  this.timeout(20_000);
  let test: TestEngine;
  let session: Session;
  const knows = { database: 'shop', collection: 'knows' };
  const data = (cmd: string, fields: ValueObject = {}) => test.data(session, cmd, fields);
  const rows = (sdbql: string) => data('query', { database: 'shop', sdbql }) as Promise<Value[]>;

  beforeEach(async () => {
    test = await TestEngine.open();
    session = test.session();
    await data('create_database', { name: 'shop' });
    await data('create_collection', { database: 'shop', name: 'people' });
    await data('create_collection', { database: 'shop', name: 'knows', type: 'edge' });
  });
  afterEach(() => test.close());

  function indexNames(collection: string): string[] {
    const view = test.engine.database('shop').snapshot();
    const names = view.collection(collection)!.indexes.map((index) => index.name);
    view.release();
    return names;
  }

  it('come with collections of edges, unlisted, and cannot be dropped', async () => {
    assert.deepEqual(indexNames('knows'), ['_from', '_to']);
    assert.deepEqual(indexNames('people'), []);
    assert.deepEqual(await data('list_indexes', knows), []);
    const dropped = await test.send(session, 'delete_index', { ...knows, name: '_from' });
    assert.equal(dropped.code, 'invalid_argument');
  });

  it('serve walks and filters on the ends', async () => {
    await data('insert', { ...knows, document: { _key: 'e', _from: 'people/a', _to: 'people/b' } });
    await data('insert', { database: 'shop', collection: 'people', document: { _key: 'b' } });
    assert.deepEqual(await rows("FOR v IN OUTBOUND 'people/a' knows RETURN v._key"), ['b']);
    const [explained] = await rows("EXPLAIN FOR e IN knows FILTER e._to == 'people/b' RETURN e");
    assert.match(JSON.stringify(explained), /"index":"_to"/);
  });

  it('are made for collections from before they were thought of', async () => {
    const database = test.engine.database('shop');
    await database.createCollection('old', { type: 'edge' });
    assert.deepEqual(indexNames('old'), []);
    await adoptEdgeCollections(database);
    await adoptEdgeCollections(database);
    assert.deepEqual(indexNames('old'), ['_from', '_to']);
  });
});
