import { functionByName } from '../../functions/registry.ts';

/** Functions of stored documents. They answer the same until the statement writes, and then what was computed once is forgotten. */
const READING: ReadonlySet<string> = new Set([
  'DOCUMENT',
  'COLLECTION_COUNT',
  'FULLTEXT',
  'HYBRID_SEARCH',
  'VECTOR_INDEX_STATS',
]);

/** Whether a function answers the same for the same arguments throughout a statement; its clock stands still meanwhile. */
export function isStableFunction(name: string): boolean {
  const definition = functionByName(name);
  return definition?.pure !== false || definition.category === 'date' || READING.has(definition.name);
}
