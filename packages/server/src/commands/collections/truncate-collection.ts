import type { WriteTarget } from '../../engine/documents/documents.ts';
import type { Engine } from '../../engine/engine.ts';
import { command } from '../../runner/command.ts';
import { altering } from '../altering.ts';

export const truncateCollection = command('truncate_collection', (fields, context) =>
  altering(fields, context, async (target) => {
    const count = await truncate(context.engine, target, fields.collection);
    return { status: 'ok', count };
  }),
);

/** Whoever is to be told of documents that go is told of each of these too. */
async function truncate(engine: Engine, target: WriteTarget, collection: string): Promise<number> {
  if (!engine.triggers.concern(target.database, collection, 'delete')) {
    return engine.collections.truncate(target, collection);
  }
  engine.collections.requireTruncatable(target, collection);
  const { result } = await engine.documents.removeAll(target, collection);
  return result;
}
