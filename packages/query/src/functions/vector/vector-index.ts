import { CairnError, isObject, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionIndex } from '../definition.ts';
import { localCollection } from '../document/local-collection.ts';
import { getMember } from '../object/get-member.ts';
import { memberAtPath } from '../object/member-path.ts';
import { readVector } from './vector-argument.ts';

/** Links for each vector and candidates while building, where the index does not say: the usual ones of HNSW graphs. */
const DEFAULT_LINKS = 16;
const DEFAULT_BUILD_CANDIDATES = 200;

/** Bytes of a component kept as a 32-bit float. */
const COMPONENT_BYTES = 4;

/** How vectors of an index are compared. */
export type VectorMetric = 'cosine' | 'euclidean' | 'dotproduct';

/** A vector index of a collection, and the vectors that it covers. */
export interface VectorIndex {
  readonly name: string;
  readonly field: string;
  /** Components of each vector; undefined for an index that does not fix it over a collection without vectors. */
  readonly dimension: number | undefined;
  readonly metric: VectorMetric;
  readonly options: ValueObject;
  /** Documents with a vector of that dimension, in key order. */
  readonly entries: readonly { readonly document: ValueObject; readonly vector: number[] }[];
}

/** Opens a vector index by its name; `not_found` when the collection has none of that name. */
export function openVectorIndex(context: FunctionContext, collectionName: string, indexName: string): VectorIndex {
  const collection = localCollection(context, collectionName);
  const index = context.indexes(collection).find(({ name, type }) => name === indexName && type === 'vector');
  if (index === undefined) {
    throw new CairnError('not_found', `no vector index ${indexName} in collection ${collection}`, {
      details: { collection, index: indexName },
    });
  }
  const options = isObject(index.options) ? index.options : {};
  const vectors = [...vectorsOf(context, collection, index)];
  const dimension = readNumber(options, 'dimension', 'dimensions') ?? vectors[0]?.vector.length;
  const entries = vectors.filter(({ vector }) => vector.length === dimension);
  return { name: index.name, field: index.fields[0], dimension, metric: metricOf(options), options, entries };
}

function* vectorsOf(context: FunctionContext, collection: string, index: FunctionIndex) {
  for (const document of context.documents(collection)) {
    context.checkpoint();
    if (!isObject(document)) continue;
    const vector = readVector(memberAtPath(document, index.fields[0]));
    if (vector !== undefined) yield { document, vector };
  }
}

/** The answer of VECTOR_INDEX_STATS. */
export function vectorIndexStatistics(context: FunctionContext, collection: string, indexName: string): Value {
  const { name, field, dimension = 0, metric, options, entries } = openVectorIndex(context, collection, indexName);
  return {
    name,
    field,
    dimension,
    vectors: entries.length,
    metric,
    quantization: readText(options, 'quantization') ?? 'none',
    memory_bytes: entries.length * dimension * COMPONENT_BYTES,
    compression_ratio: 1,
    m: readNumber(options, 'm') ?? DEFAULT_LINKS,
    ef_construction: readNumber(options, 'ef_construction', 'efConstruction') ?? DEFAULT_BUILD_CANDIDATES,
  };
}

/** The metric by its name in any case, `dot` for short; any other is taken for cosine. */
function metricOf(options: ValueObject): VectorMetric {
  const name = readText(options, 'metric');
  if (name === 'dot' || name === 'dotproduct' || name === 'dot_product') return 'dotproduct';
  return name === 'euclidean' ? name : 'cosine';
}

function readNumber(options: ValueObject, ...names: string[]): number | undefined {
  return names.map((name) => getMember(options, name)).find((value) => typeof value === 'number');
}

function readText(options: ValueObject, name: string): string | undefined {
  const value = getMember(options, name);
  return typeof value === 'string' ? value.toLowerCase() : undefined;
}
