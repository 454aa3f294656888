import { isObject, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { FunctionContext } from '../definition.ts';
import { isWithinEditDistance } from '../fuzzy/edit-distance.ts';
import { memberAtPath } from '../object/member-path.ts';
import { searchWordsOf } from './words.ts';

/** What one word of the text adds for each word of the query that it equals or is near to. */
const EXACT_SCORE = 10;
const NEAR_SCORE = 5;

/** A document that a search found. */
export interface TextHit {
  readonly document: ValueObject;
  /** The words of the document that matched, each once, in the order of the text. */
  readonly matched: readonly string[];
  readonly score: number;
}

/** What a search looks for. */
export interface TextQuery {
  readonly collection: string;
  readonly field: string;
  readonly text: string;
  /** Insertions, deletions and replacements that a word may be away from a word of the query. */
  readonly distanceMax: number;
}

/**
 * The documents with a word of the query in a field that a full-text index covers, best first, equals in key order.
 * Without such an index nothing is found.
 */
export function searchText(context: FunctionContext, query: TextQuery): TextHit[] {
  const indexes = context.indexes(query.collection);
  if (!indexes.some(({ type, fields }) => type === 'fulltext' && fields.includes(query.field))) return [];
  const wanted = [...new Set(searchWordsOf(query.text))];
  if (wanted.length === 0) return [];
  const hits: TextHit[] = [];
  for (const document of context.documents(query.collection)) {
    context.checkpoint();
    const hit = isObject(document) ? matchDocument(document, query, wanted) : undefined;
    if (hit !== undefined) hits.push(hit);
  }
  return hits.sort((left, right) => right.score - left.score);
}

function matchDocument(document: ValueObject, query: TextQuery, wanted: readonly string[]): TextHit | undefined {
  const matched = new Set<string>();
  let score = 0;
  for (const word of searchWordsOf(textOf(memberAtPath(document, query.field)))) {
    for (const term of wanted) {
      const added = word === term ? EXACT_SCORE : isWithinEditDistance(word, term, query.distanceMax) ? NEAR_SCORE : 0;
      if (added === 0) continue;
      score += added;
      matched.add(word);
    }
  }
  return score === 0 ? undefined : { document, matched: [...matched], score };
}

/** A field's text: a string, or the strings of an array. */
function textOf(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((element) => typeof element === 'string').join(' ') : '';
}
