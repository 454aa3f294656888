import assert from 'node:assert/strict';
import { TestEngine } from '../../testing/test-engine.ts';

describe('a relaxed database', () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.open();
  });
  afterEach(() => test.close());

  it('says in the answer to every write what it is worth, until it is full again', async () => {
    const admin = test.session();
    await test.data(admin, 'create_database', { name: 'quick', durability: 'relaxed' });
    await test.data(admin, 'create_collection', { database: 'quick', name: 'things' });
    const insert = { database: 'quick', collection: 'things', document: { a: 1 } };
    assert.equal((await test.send(admin, 'insert', insert)).durability, 'relaxed');
    const query = { database: 'quick', sdbql: 'INSERT { a: 2 } INTO things' };
    assert.equal((await test.send(admin, 'query', query)).durability, 'relaxed');
    assert.equal((await test.send(admin, 'query', { ...query, sdbql: 'RETURN 1' })).durability, undefined);
    await test.data(admin, 'set_durability', { database: 'quick', durability: 'full' });
    assert.equal((await test.send(admin, 'insert', insert)).durability, undefined);
    const refused = await test.send(admin, 'set_durability', { database: 'quick', durability: 'some' });
    assert.equal(refused.code, 'invalid_argument');
  });

  it('keeps in the change log who made a commit', async () => {
    const admin = test.session();
    await test.data(admin, 'create_database', { name: 'shop' });
    await test.data(admin, 'create_collection', { database: 'shop', name: 'things' });
    const reply = await test.send(admin, 'insert', { database: 'shop', collection: 'things', document: {} });
    const commits = test.engine.database('shop').changes(Number(reply.lsn));
    const { value } = await commits.next();
    assert.deepEqual([value?.user, value?.lsn], ['admin', reply.lsn]);
  });
});
