import { CairnError } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';
import { reading } from '../reading.ts';

export const setCollectionSharding = command('set_collection_sharding', (fields, context) =>
  reading(fields, context, (view) => {
    const { num_shards: shards = 1, replication_factor: copies = 1 } = fields;
    context.engine.collections.size(view, fields.collection); // which is `not_found` where there is no such collection
    if (shards <= 1 && copies <= 1) return { status: 'ok' };
    throw new CairnError('invalid_argument', 'there is one node, so that nothing can be spread over several');
  }),
);
