import { command } from '../../runner/command.ts';
import { reading } from '../reading.ts';

export const getCollectionSharding = command('get_collection_sharding', (fields, context) =>
  reading(fields, context, (view) => {
    const { database, collection } = fields;
    const { type, documents, bytes } = context.engine.collections.size(view, collection);
    const whole = { database, collection, type, sharded: false };
    return { status: 'ok', data: { ...whole, total_documents: documents, total_size: bytes, shards: [] } };
  }),
);
