import assert from 'node:assert/strict';
import type { ValueObject } from '@cairn/protocol/internal';
import { TestEngine } from '../../testing/test-engine.ts';

describe('indexes as commands', function () {
  this.timeout(20_000);

  it('are of a type that there is, and looked at one by one', async () => {
    const test = await TestEngine.open();
    const admin = test.session();
    const users = { database: 'shop', collection: 'users' };
    await test.data(admin, 'create_database', { name: 'shop' });
    await test.data(admin, 'create_collection', { database: 'shop', name: 'users' });
    const wrong = await test.send(admin, 'create_index', { ...users, name: 'x', fields: ['a'], type: 'nonsense' });
    assert.equal(wrong.code, 'invalid_argument');
    await test.data(admin, 'insert', { ...users, document: { a: 1 } });
    const expiring = await test.send(admin, 'create_index', { ...users, name: 'x', fields: ['a'], type: 'ttl' });
    assert.equal(expiring.code, 'invalid_argument');
    await test.data(admin, 'create_index', { ...users, name: 'by_a', fields: ['a'], type: 'SkipList' });
    const [listed] = (await test.data(admin, 'list_indexes', users)) as ValueObject[];
    assert.deepEqual(await test.data(admin, 'analyze_index', { ...users, index_name: 'by_a' }), listed);
    assert.equal((await test.send(admin, 'analyze_index', { ...users, name: 'none' })).code, 'not_found');
    for (let n = 0; n < 3; n++) {
      await test.data(admin, 'query', {
        database: 'shop',
        sdbql: 'FOR u IN users FILTER u.a == @a RETURN u',
        bind_vars: { a: n },
      });
    }
    await test.data(admin, 'explain', { database: 'shop', sdbql: 'FOR u IN users FILTER u.a == 1 RETURN u' });
    const usage = (await test.data(admin, 'index_usage_stats', users)) as ValueObject;
    const [used] = usage.indexes as ValueObject[];
    assert.deepEqual([used!.name, used!.uses, typeof used!.last_used_at], ['by_a', 3, 'string']);
    const unnamed = await test.send(admin, 'create_database', { name: '' });
    assert.deepEqual(unnamed.error, { DatabaseError: 'Invalid document: Invalid database name' });
    await test.close();
  });
});
