import { command } from '../../runner/command.ts';
import { reading } from '../reading.ts';

export const indexUsageStats = command('index_usage_stats', (fields, context) =>
  reading(fields, context, (view) => {
    const { database, collection } = fields;
    const { collections, indexUses } = context.engine;
    const indexes = collections.indexes(view, collection).map(({ name, unique }) => {
      const { uses, lastUsedMs } = indexUses.of(database, { collection, index: String(name) });
      return { name, unique, uses, last_used_at: lastUsedMs === undefined ? null : new Date(lastUsedMs).toISOString() };
    });
    return { status: 'ok', data: { collection, since: new Date(indexUses.sinceMs).toISOString(), indexes } };
  }),
);
