import { CairnError, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionIndex } from '../definition.ts';

/** Collections of a context that tests run functions in. */
export interface TestCollection {
  readonly documents: readonly ValueObject[];
  readonly indexes?: readonly FunctionIndex[];
}

/** A context over collections in memory, with a clock that stands still and chance that repeats itself. */
export function testContext(
  collections: Readonly<Record<string, TestCollection>> = {},
  options: { readonly nowMs?: number } = {},
): FunctionContext {
  let seed = 1;
  const open = (name: string): TestCollection => {
    if (Object.hasOwn(collections, name)) return collections[name];
    throw new CairnError('not_found', `collection ${name} not found`);
  };
  return {
    nowMs: options.nowMs ?? Date.UTC(2024, 0, 1),
    database: 'shop',
    randomBytes: (length) => Uint8Array.from({ length }, () => (seed = (seed * 48_271) % 2_147_483_647) & 0xff),
    document: (collection, key): Value => open(collection).documents.find(({ _key }) => _key === key) ?? null,
    documents: (collection) => open(collection).documents,
    collectionCount: (collection) =>
      Object.hasOwn(collections, collection) ? open(collection).documents.length : undefined,
    indexes: (collection) => open(collection).indexes ?? [],
    checkpoint: () => {},
    wait: () => {},
  };
}
