import type { CollectionView, IndexView } from '@cairn/storage/internal';
import { isSystemMember } from '../compile/field-finder/system-members.ts';
import type { Bound, IndexOperator, ScanOperator, TextPrefix } from '../plan/operators/source.ts';
import { fetchesMax } from '../runtime/access/fetch-limit.ts';
import { literalValue } from '../statistics/literal-value.ts';
import type { IndexQuestion, Statistics } from '../statistics/statistics.ts';
import type { AccessTerms } from './terms/access-terms.ts';
import type { FieldTerm } from './terms/field-terms.ts';
import { prefixBounds } from './terms/text-prefix.ts';

/** What an index can serve of a filter, and how many documents it would hand on for that. */
export interface Candidate {
  readonly index: IndexView;
  readonly question: IndexQuestion;
  /** The terms that it serves. */
  readonly terms: readonly FieldTerm[];
  readonly rows: number;
}

/** An index and why it is or is not used. */
export interface ConsideredIndex {
  readonly index: string;
  readonly reason: string;
  readonly rows?: number;
}

export interface IndexChoice {
  readonly chosen?: Candidate;
  readonly considered: readonly ConsideredIndex[];
}

export interface ChoiceContext {
  readonly collection: CollectionView;
  readonly terms: readonly FieldTerm[];
  readonly statistics: Statistics;
  /** A LIMIT may end the reading early, so many matches are no reason against an index. */
  readonly limited: boolean;
}

/** Chooses the index that hands on the fewest documents, unless a scan is cheaper than any. */
export function chooseIndex(context: ChoiceContext): IndexChoice {
  const { collection, statistics } = context;
  const candidates: Candidate[] = [];
  const considered: ConsideredIndex[] = [];
  for (const index of collection.indexes) {
    const found = candidateOf(index, context);
    if (typeof found === 'string') considered.push({ index: index.name, reason: found });
    else candidates.push(found);
  }
  const best = candidates.reduce<Candidate | undefined>(
    (a, b) => (a === undefined || isBetter(b, a) ? b : a),
    undefined,
  );
  if (best === undefined) return { considered };
  const scans = !context.limited && prefersScan(best, statistics.count(collection.name));
  for (const candidate of candidates) considered.push(verdict(candidate, best, scans));
  return scans ? { considered } : { chosen: best, considered };
}

/** The index that hands on the fewest documents, whatever a scan would cost. */
export function bestCandidate(context: Omit<ChoiceContext, 'limited'>): Candidate | undefined {
  let best: Candidate | undefined;
  for (const index of context.collection.indexes) {
    const found = candidateOf(index, context);
    if (typeof found !== 'string' && (best === undefined || isBetter(found, best))) best = found;
  }
  return best;
}

function verdict(candidate: Candidate, best: Candidate, scans: boolean): ConsideredIndex {
  const rows = Math.ceil(candidate.rows);
  const index = candidate.index.name;
  if (scans)
    return { index, rows, reason: `not used: ${rows} documents would be fetched one by one, a scan is cheaper` };
  if (candidate === best) return { index, rows, reason: `used: reads about ${rows} documents` };
  return {
    index,
    rows,
    reason: `not used: would read about ${rows} documents, ${best.index.name} reads fewer or serves more`,
  };
}

/** Indexes that hold the documents' fields as they are; an index on a member that the system makes finds nothing. */
function unusable(index: IndexView): string | undefined {
  if (index.type !== 'persistent') return `not used: an index of type ${index.type} serves its own functions`;
  const system = index.fields.find((field) => isSystemMember(field.split('.')[0]));
  return system === undefined ? undefined : `not used: ${system} is not indexed`;
}

/** What an index can serve of the terms, or why it can serve none. */
export function candidateOf(index: IndexView, context: Omit<ChoiceContext, 'limited'>): Candidate | string {
  const reason = unusable(index);
  if (reason !== undefined) return reason;
  const { terms, collection, statistics } = context;
  const find = (field: string, ...signs: readonly string[]) =>
    terms.find((term) => term.path === field && signs.includes(term.operator) && serves(index, term));
  const equal: FieldTerm[] = [];
  for (const field of index.fields) {
    const term = isElements(field) ? find(field, 'has') : find(field, '==');
    if (term === undefined) break;
    equal.push(term);
  }
  // A document has an entry for each element: only where the element is given it is found just once, and found at all.
  if (index.fields.slice(equal.length).some(isElements)) return 'not used: the filter names no element of its array';
  const next = index.fields[equal.length];
  const within = next === undefined ? undefined : find(next, 'in');
  const range = next === undefined || within !== undefined ? {} : rangeOf(next, find);
  // A sparse index leaves nulls out, and an upper bound alone asks for them.
  if (index.sparse && range.upper !== undefined && range.lower === undefined) {
    return 'not used: a sparse index holds no nulls, which are below any bound';
  }
  const used = [...equal, ...(within ? [within] : []), ...(range.terms ?? [])];
  if (used.length === 0) {
    const sparse = index.sparse ? ', or may ask for a null, which a sparse index does not hold' : '';
    return `not used: the filter does not compare ${index.fields[0]} with something known${sparse}`;
  }
  const question: IndexQuestion = {
    equal: equal.map((term) => term.value),
    within: within?.value,
    lower: range.lower,
    upper: range.upper,
    prefix: range.prefix,
  };
  return { index, question, terms: used, rows: statistics.entries(collection, index, question) };
}

/** The access through a chosen index in the place of a scan or another access. */
export function indexOperator(
  access: ScanOperator | IndexOperator,
  { index, question, terms }: Candidate,
  all: AccessTerms,
): IndexOperator {
  const used = terms.map((term) => term.term);
  return {
    kind: 'index',
    input: access.input,
    variable: access.variable,
    collection: access.collection,
    index: index.name,
    fields: index.fields,
    ...question,
    order: 'key',
    served: used,
    residual: all.all.filter((term) => !used.includes(term)),
  };
}

interface FieldRange {
  readonly lower?: Bound;
  readonly upper?: Bound;
  readonly prefix?: TextPrefix;
  readonly terms?: readonly FieldTerm[];
}

function rangeOf(field: string, find: (field: string, ...signs: string[]) => FieldTerm | undefined): FieldRange {
  const lower = find(field, '>', '>=');
  const upper = find(field, '<', '<=');
  if (lower !== undefined || upper !== undefined) {
    return {
      lower: lower && { value: lower.value, inclusive: lower.operator === '>=' },
      upper: upper && { value: upper.value, inclusive: upper.operator === '<=' },
      terms: [lower, upper].filter((term) => term !== undefined),
    };
  }
  const prefix = find(field, 'prefix');
  if (prefix === undefined) return {};
  if (prefix.value.kind === 'literal') return { ...prefixBounds(prefix.value), terms: [prefix] };
  return { prefix: { value: prefix.value, isPattern: prefix.isPattern === true }, terms: [prefix] };
}

export function isElements(field: string): boolean {
  return field.includes('[*]');
}

/** Whether the index holds all that the term can match: a sparse one has no nulls, so the value must be known to be none. */
function serves(index: IndexView, term: FieldTerm): boolean {
  if (!index.sparse) return true;
  const known = literalValue(term.value);
  return index.fields.length === 1 && known !== undefined && known.value !== null && !Array.isArray(known.value);
}

function isBetter(candidate: Candidate, other: Candidate): boolean {
  // Guesses are no measure: only a clear difference counts, then what serves more of the filter.
  if (candidate.rows * 2 < other.rows) return true;
  if (other.rows * 2 < candidate.rows) return false;
  return score(candidate) > score(other);
}

/** How much of the filter an index serves, and how directly. */
function score({ index, question }: Candidate): number {
  const { equal, within, lower, upper, prefix } = question;
  const whole = equal.length === index.fields.length;
  return (
    equal.length * 8 +
    (whole ? 4 : 0) +
    (whole && index.unique ? 4 : 0) +
    (within ? 3 : 0) +
    (prefix ? 2 : 0) +
    (lower ? 1 : 0) +
    (upper ? 1 : 0)
  );
}

/**
 * Whether so many documents match that fetching them would cost more than reading all: of a value that only the run knows, the
 * average says so; of a bound, nothing does.
 */
function prefersScan({ question, rows }: Candidate, count: number): boolean {
  if (rows <= fetchesMax(count)) return false;
  if (question.prefix !== undefined) return false;
  const bounds = [question.lower?.value, question.upper?.value];
  return bounds.every((value) => value === undefined || literalValue(value) !== undefined);
}
