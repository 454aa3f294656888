import assert from 'node:assert/strict';
import type { ValueObject } from '@cairn/protocol/internal';
import type { Session } from '../../runner/session.ts';
import { HttpTestServer } from '../../testing/http-test-server.ts';
import { TestEngine } from '../../testing/test-engine.ts';

describe('questions about a cluster', function () {
  this.timeout(20_000);
  let test: TestEngine;
  let admin: Session;
  const users = { database: 'shop', collection: 'users' };

  before(async () => {
    test = await TestEngine.open();
    admin = test.session();
    await test.data(admin, 'create_database', { name: 'shop' });
    await test.data(admin, 'create_collection', { database: 'shop', name: 'users' });
    for (let n = 0; n < 3; n++) await test.data(admin, 'insert', { ...users, document: { n, text: 'x'.repeat(500) } });
  });
  after(() => test.close());

  it('are answered with the truth about one node', async () => {
    const status = (await test.data(admin, 'cluster_status')) as ValueObject;
    const stats = status.stats as ValueObject;
    assert.deepEqual([status.status, status.peers], ['cluster-ready', []]);
    assert.ok(Number(stats.document_count) >= 3 && Number(stats.memory_used) > 1_000_000);
    const info = (await test.data(admin, 'cluster_info')) as ValueObject;
    assert.deepEqual([info.is_cluster_mode, info.node_id], [false, status.node_id]);
    const nodes = (await test.data(admin, 'cluster_get_nodes')) as ValueObject[];
    assert.deepEqual(
      nodes.map((node) => node.node_id),
      [status.node_id],
    );
    assert.deepEqual(await test.data(admin, 'cluster_get_shards'), []);
  });

  it('and refused where they take several', async () => {
    const asked: [string, ValueObject][] = [
      ['cluster_remove_node', { node_id: 'x' }],
      ['cluster_remove_node', { node_address: 'x:1' }],
      ['cluster_rebalance', {}],
      ['cluster_cleanup', {}],
      ['cluster_reshard', { database: 'shop', shards: 3 }],
      ['cluster_reshard', { num_shards: 3 }],
      ['set_collection_sharding', { ...users, numShards: 3, shardKey: 'n' }],
      ['set_collection_sharding', { ...users, replication_factor: 2 }],
    ];
    for (const [cmd, fields] of asked) {
      const reply = await test.send(admin, cmd, fields);
      assert.equal(reply.code, 'invalid_argument', cmd);
      assert.match(JSON.stringify(reply.error), /DatabaseError.*(node|nodes)/, cmd);
    }
  });

  it('tell the size of a collection, in one piece', async () => {
    const sharding = (await test.data(admin, 'get_collection_sharding', users)) as ValueObject;
    assert.deepEqual([sharding.sharded, sharding.total_documents, sharding.shards], [false, 3, []]);
    assert.ok(Number(sharding.total_size) > 1_500 && Number(sharding.total_size) < 10_000);
    assert.equal((await test.send(admin, 'get_collection_sharding', { ...users, collection: 'no' })).code, 'not_found');
    assert.equal((await test.send(admin, 'set_collection_sharding', { ...users, num_shards: 1 })).status, 'ok');
    const stats = (await test.data(admin, 'collection_stats', users)) as ValueObject;
    assert.equal((stats.disk_usage as ValueObject).live_data_size, sharding.total_size);
  });

  it('have routes over HTTP', async () => {
    const server = await HttpTestServer.start();
    try {
      assert.equal((await server.send('/_api/cluster/status')).json.status, 'cluster-ready');
      assert.equal((await server.send('/_api/cluster/info')).json.is_cluster_mode, false);
      assert.equal((await server.send('/_api/cluster/remove-node', { body: { node_id: 'x' } })).status, 400);
      assert.equal((await server.send('/_api/cluster/remove-node', { body: { node_address: 'x:1' } })).status, 400);
      assert.equal((await server.send('/_api/cluster/rebalance', { method: 'POST' })).status, 400);
    } finally {
      await server.close();
    }
  });
});
