import { z } from 'zod';
import { type Access, defineCommand } from './command-definition.ts';
import { anyValue, count, everyCommand, name, onCollection } from './fields.ts';

const SERVER_ADMIN: Access = { action: 'admin', scope: 'global' };
const facts = z.record(z.string(), z.unknown());
/** Sent by clients of systems of several nodes, in either way of writing. */
const spreading = {
  num_shards: count.optional(),
  shard_key: name.optional(),
  replication_factor: count.optional(),
};
const spreadingAliases = {
  numShards: 'num_shards',
  shardKey: 'shard_key',
  replicationFactor: 'replication_factor',
};

/** What all commands have in common that need other nodes. */
const ofSeveralNodes = {
  access: SERVER_ADMIN,
  mode: 'write',
  summary: 'Takes several nodes: refused with `invalid_argument`.',
  reply: facts,
} as const;

/** What clients of systems of several nodes ask: this server is one node, and says so. */
export const CLUSTER_COMMANDS = [
  defineCommand({
    name: 'cluster_status',
    access: SERVER_ADMIN,
    mode: 'read',
    summary: 'What this node holds and does; it has no peers.',
    request: z.object(everyCommand),
    reply: z.object({ node_id: z.string(), status: z.string(), peers: z.array(z.unknown()) }).loose(),
  }),
  defineCommand({
    name: 'cluster_info',
    access: SERVER_ADMIN,
    mode: 'read',
    summary: 'The machine that this node runs on.',
    request: z.object(everyCommand),
    reply: z.object({ node_id: z.string(), is_cluster_mode: z.boolean() }).loose(),
  }),
  defineCommand({
    name: 'cluster_get_nodes',
    access: SERVER_ADMIN,
    mode: 'read',
    summary: 'Lists the nodes: this one.',
    request: z.object(everyCommand),
    reply: z.array(facts),
  }),
  defineCommand({
    name: 'cluster_get_shards',
    access: SERVER_ADMIN,
    mode: 'read',
    summary: 'Lists the shards: collections of one node have none.',
    request: z.object(everyCommand),
    reply: z.array(facts),
  }),
  defineCommand({
    name: 'cluster_remove_node',
    ...ofSeveralNodes,
    fieldAliases: { node_address: 'node_id' },
    request: z.object({ ...everyCommand, node_id: name }),
  }),
  defineCommand({
    name: 'cluster_rebalance',
    ...ofSeveralNodes,
    request: z.object(everyCommand),
  }),
  defineCommand({
    name: 'cluster_cleanup',
    ...ofSeveralNodes,
    request: z.object(everyCommand),
  }),
  defineCommand({
    name: 'cluster_reshard',
    ...ofSeveralNodes,
    fieldAliases: { num_shards: 'shards' },
    request: z.object({ ...everyCommand, database: name.optional(), shards: anyValue.optional() }),
  }),
  defineCommand({
    name: 'get_collection_sharding',
    access: { action: 'read', scope: 'collection' },
    mode: 'read',
    summary: 'How a collection is spread: it is in one piece.',
    fieldAliases: { name: 'collection' },
    request: z.object(onCollection),
    reply: z.object({ collection: z.string(), sharded: z.boolean(), shards: z.array(z.unknown()) }).loose(),
  }),
  defineCommand({
    name: 'set_collection_sharding',
    access: { action: 'admin', scope: 'collection' },
    mode: 'write',
    idempotent: true,
    summary: 'Accepts what holds for one node, a shard and a copy; more is refused with `invalid_argument`.',
    fieldAliases: { name: 'collection', ...spreadingAliases },
    request: z.object({ ...onCollection, ...spreading }),
    reply: z.undefined(),
  }),
] as const;
