import type { Value, ValueObject } from '@cairn/protocol/internal';
import type { FunctionContext } from '../definition.ts';
import { localCollection } from '../document/local-collection.ts';
import { FunctionError } from '../function-error.ts';
import { finite } from '../numeric/finite.ts';
import { getMember } from '../object/get-member.ts';
import { describeValue } from '../signature.ts';
import { openVectorIndex } from '../vector/vector-index.ts';
import { cosineSimilarity, dotProduct, euclideanDistance } from '../vector/vector-math.ts';
import { searchText } from './text-search.ts';

/** Constant of reciprocal rank fusion: G. Cormack, C. Clarke, S. Büttcher, SIGIR 2009. */
const RANK_CONSTANT = 60;

/** Nearest vectors that are considered for each answer asked for. */
const CANDIDATES_PER_ANSWER = 3;

/** A hybrid search: what to look for and where. */
export interface HybridQuery {
  readonly collection: string;
  readonly vectorIndex: string;
  readonly field: string;
  readonly vector: readonly number[];
  readonly text: string;
  readonly options: ValueObject;
}

/** A document that one side of the search found. */
interface Found {
  readonly document: ValueObject;
  /** What the answer tells: a similarity, a distance, or the score of a text. */
  readonly score: number;
  /** The greater, the better. */
  readonly merit: number;
}

/** What was found, in its place: rank 1 is the best. */
interface Candidate extends Found {
  readonly rank: number;
}

/** What both sides know of a document. */
interface Fused {
  readonly document: ValueObject;
  readonly vector?: Candidate;
  readonly text?: Candidate;
}

interface HybridOptions {
  readonly vectorWeight: number;
  readonly textWeight: number;
  readonly limit: number;
  readonly fusion: 'weighted' | 'rrf';
}

/** Searches vectors and text of one collection and puts both lists together, best first. */
export function searchHybrid(context: FunctionContext, query: HybridQuery): Value[] {
  const options = readOptions(query.options);
  const vectors = findNearest(context, query, options.limit * CANDIDATES_PER_ANSWER);
  const texts = findText(context, query);
  const score = options.fusion === 'rrf' ? rankScore : weightedScore(options, vectors, texts);
  return fuse(vectors, texts)
    .map((fused) => ({ fused, score: score(fused) }))
    .sort((left, right) => right.score - left.score)
    .slice(0, options.limit)
    .map(({ fused, score }) => answer(fused, score));
}

function findNearest(context: FunctionContext, query: HybridQuery, count: number): Candidate[] {
  const { entries, dimension, metric } = openVectorIndex(context, query.collection, query.vectorIndex);
  if (dimension !== undefined && dimension !== query.vector.length) {
    throw new FunctionError(
      'HYBRID_SEARCH',
      `argument 4 (vector) must have the index's dimension ${dimension}, got ${query.vector.length}`,
    );
  }
  const near = entries.map(({ document, vector }) => {
    const score = finite('HYBRID_SEARCH', scoreOf[metric](query.vector, vector));
    return { document, score, merit: metric === 'euclidean' ? -score : score };
  });
  return ranked(near).slice(0, count);
}

const scoreOf = { cosine: cosineSimilarity, euclidean: euclideanDistance, dotproduct: dotProduct } as const;

function findText(context: FunctionContext, query: HybridQuery): Candidate[] {
  const collection = localCollection(context, query.collection);
  const hits = searchText(context, { collection, field: query.field, text: query.text, distanceMax: 0 });
  return ranked(hits.map(({ document, score }) => ({ document, score, merit: score })));
}

function ranked(found: readonly Found[]): Candidate[] {
  return found
    .toSorted((left, right) => right.merit - left.merit)
    .map((candidate, index) => ({ ...candidate, rank: index + 1 }));
}

/** Documents of either list, in key order, so that equal scores have an order. */
function fuse(vectors: readonly Candidate[], texts: readonly Candidate[]): Fused[] {
  const byKey = new Map<Value, Fused>();
  for (const vector of vectors) byKey.set(vector.document._key, { document: vector.document, vector });
  for (const text of texts)
    byKey.set(text.document._key, { ...byKey.get(text.document._key), document: text.document, text });
  return [...byKey.values()].sort((left, right) => (String(left.document._key) < String(right.document._key) ? -1 : 1));
}

function rankScore({ vector, text }: Fused): number {
  return [vector, text].reduce((sum, found) => sum + (found === undefined ? 0 : 1 / (RANK_CONSTANT + found.rank)), 0);
}

function weightedScore(options: HybridOptions, vectors: readonly Candidate[], texts: readonly Candidate[]) {
  const scaleVector = scaler(vectors);
  const scaleText = scaler(texts);
  return ({ vector, text }: Fused): number =>
    (vector === undefined ? 0 : options.vectorWeight * scaleVector(vector.merit)) +
    (text === undefined ? 0 : options.textWeight * scaleText(text.merit));
}

/** Maps the merits of a list to 0 … 1; where all are equal to 1. */
function scaler(candidates: readonly Candidate[]): (merit: number) => number {
  const best = candidates[0]?.merit ?? 0;
  const worst = candidates.at(-1)?.merit ?? 0;
  return (merit) => (best === worst ? 1 : (merit - worst) / (best - worst));
}

function answer({ document, vector, text }: Fused, score: number): Value {
  const found: ValueObject = { doc: document, score };
  if (vector !== undefined) found.vector_score = vector.score;
  if (text !== undefined) found.text_score = text.score;
  found.sources = [...(vector === undefined ? [] : ['vector']), ...(text === undefined ? [] : ['fulltext'])];
  return found;
}

function readOptions(options: ValueObject): HybridOptions {
  const number = (name: string, otherwise: number) => {
    const value = getMember(options, name) ?? otherwise;
    if (typeof value === 'number' && value >= 0) return value;
    throw new FunctionError('HYBRID_SEARCH', `option ${name} must be a number from 0 on, got ${describeValue(value)}`);
  };
  const fusion = getMember(options, 'fusion') ?? 'weighted';
  if (fusion !== 'weighted' && fusion !== 'rrf') {
    throw new FunctionError('HYBRID_SEARCH', `option fusion must be weighted or rrf, got ${describeValue(fusion)}`);
  }
  return {
    vectorWeight: number('vector_weight', 0.5),
    textWeight: number('text_weight', 0.5),
    limit: Math.floor(number('limit', 10)),
    fusion,
  };
}
