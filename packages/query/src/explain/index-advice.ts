import type { Value } from '@cairn/protocol/internal';
import type { Expression } from '../ast/expression.ts';
import { accessTerms } from '../optimizer/terms/access-terms.ts';
import { conjuncts } from '../optimizer/terms/conjuncts.ts';
import { documentPath, type FieldTerm, fieldTerm } from '../optimizer/terms/field-terms.ts';
import { momentOf } from '../plan/names/past-collection.ts';
import type { Operator } from '../plan/operator.ts';
import type { JoinOperator } from '../plan/operators/join.ts';
import { literalValue } from '../statistics/literal-value.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { fieldShare } from '../statistics/term-share.ts';

/** Collections below this size are read so fast that no index is worth its upkeep. */
const DOCUMENTS_MIN = 200;
/** An index is advised when it would read at most this share of what is read now. */
const GAIN_SHARE = 0.2;
/** Fields of an index that is advised: each further one costs every write and narrows little. */
const FIELDS_MAX = 3;

/** Indexes that do not exist and would save reading: one for each loop that reads much more than it passes on. */
export function indexAdvice(
  operators: readonly Operator[],
  rows: ReadonlyMap<Operator, number>,
  statistics: Statistics,
): Value[] {
  return operators.flatMap((_, position) => adviceFor(operators, position, rows, statistics) ?? []);
}

function adviceFor(
  operators: readonly Operator[],
  position: number,
  rows: ReadonlyMap<Operator, number>,
  statistics: Statistics,
): Value | undefined {
  const operator = operators[position];
  if (operator.kind === 'join') return joinAdvice(operator, rows.get(operator.input) ?? 1, statistics);
  if (operator.kind !== 'scan' && operator.kind !== 'hash' && operator.kind !== 'index') return undefined;
  const { collection: name, variable } = operator;
  const collection = statistics.collection(name);
  if (momentOf(name) !== undefined) return undefined; // no index is made for the past
  if (collection === undefined || collection.approximateCount < DOCUMENTS_MIN) return undefined;
  const input = rows.get(operator.input) ?? 1;
  // A table is made of one scan, however often it is asked.
  const now = operator.kind === 'hash' ? collection.approximateCount : (rows.get(operator) ?? 0);
  const { fields, limited } = accessTerms(operators, position);
  const wanted = leadingTerms(fields);
  if (wanted.length === 0 && !limited) return sortAdvice(operators, position, now, { collection: name, variable });
  const share = wanted.reduce((product, term) => product * fieldShare(term, collection, statistics), 1);
  const then = input * collection.approximateCount * share;
  if (wanted.length === 0 || then > now * GAIN_SHARE) return undefined;
  const paths = wanted.map((term) => term.path);
  if (collection.indexes.some((index) => startsWith(index.fields, paths))) return undefined;
  return advice(name, paths, now, then);
}

/** A JOIN that reads all of its collection: an index on what it compares reads the candidates alone. */
function joinAdvice(join: JoinOperator, input: number, statistics: Statistics): Value | undefined {
  const { collection: name, variable } = join;
  const collection = statistics.collection(name);
  if (join.through !== undefined || collection === undefined) return undefined;
  if (collection.approximateCount < DOCUMENTS_MIN) return undefined;
  const unknown = new Set([variable]);
  const fields = conjuncts(join.condition).map((term) => fieldTerm(term, variable, unknown));
  const wanted = leadingTerms(fields.filter((term) => term?.operator === '==').filter((term) => term !== undefined));
  if (wanted.length === 0) return undefined;
  const share = wanted.reduce((product, term) => product * fieldShare(term, collection, statistics), 1);
  const now = collection.approximateCount * (join.lookup === undefined ? input : 1);
  const then = input * collection.approximateCount * share;
  if (then > now * GAIN_SHARE) return undefined;
  const paths = wanted.map((term) => term.path);
  return advice(name, paths, now, then);
}

/** Equalities first, then one comparison that bounds what is left. */
function leadingTerms(terms: readonly FieldTerm[]): readonly FieldTerm[] {
  const usable = terms.filter(
    ({ path }) => !path.startsWith('_key') && !path.startsWith('_id') && !path.startsWith('_rev'),
  );
  const equal = unique(usable.filter(({ operator }) => operator === '==' || operator === 'has'));
  const others = unique(usable.filter(({ path }) => equal.every((term) => term.path !== path)));
  const ranged = others.find(({ operator }) => operator !== '==' && operator !== 'has');
  return [...equal, ...(ranged === undefined ? [] : [ranged])].slice(0, FIELDS_MAX);
}

function unique(terms: readonly FieldTerm[]): readonly FieldTerm[] {
  return terms.filter((term, at) => terms.findIndex(({ path }) => path === term.path) === at);
}

/** SORT with LIMIT over a whole collection: an index on the sort key reads the first documents only. */
function sortAdvice(
  operators: readonly Operator[],
  position: number,
  now: number,
  access: { readonly collection: string; readonly variable: string },
): Value | undefined {
  const above = operators[position - 1];
  if (above?.kind !== 'top' || above.keys.length !== 1) return undefined;
  const path = documentPath(above.keys[0].expression, access.variable);
  const then = numberOf(above.count) + (above.offset === undefined ? 0 : numberOf(above.offset));
  if (path === undefined || path.startsWith('_') || !(then <= now * GAIN_SHARE)) return undefined;
  return advice(access.collection, [path], now, then);
}

function numberOf(expression: Expression): number {
  const value = literalValue(expression)?.value;
  return typeof value === 'number' ? value : Number.NaN;
}

function startsWith(fields: readonly string[], paths: readonly string[]): boolean {
  return paths.every((path, at) => fields[at] === path);
}

function advice(collection: string, fields: readonly string[], now: number, then: number): Value {
  return { collection, fields: [...fields], rows_read_now: Math.ceil(now), rows_read_then: Math.ceil(then) };
}
