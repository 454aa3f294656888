import { compareValues, isObject, type Value } from '@cairn/protocol/internal';
import type { CollectionView, IndexView } from '@cairn/storage/internal';
import type { Expression } from '../ast/expression.ts';
import { conjuncts } from '../optimizer/terms/conjuncts.ts';
import { type FieldTerm, fieldTerm } from '../optimizer/terms/field-terms.ts';
import { prefixBounds } from '../optimizer/terms/text-prefix.ts';
import { GUESS } from './guesses.ts';
import { literalValue } from './literal-value.ts';
import type { IndexQuestion, Statistics } from './statistics.ts';

/** Variables that hold documents, with the names of their collections. */
export type DocumentVariables = ReadonlyMap<string, string>;

/** The share of rows that a condition lets pass. */
export function conditionShare(condition: Expression, documents: DocumentVariables, statistics: Statistics): number {
  return termsShare(conjuncts(condition), documents, statistics);
}

/**
 * The share of rows that all of the terms let pass. Terms on different fields are taken to be independent of each other; a lower and an
 * upper bound of one field are a range.
 */
export function termsShare(terms: readonly Expression[], documents: DocumentVariables, statistics: Statistics): number {
  let product = 1;
  const bounds = new Map<string, { lower: number; upper: number }>();
  for (const term of terms) {
    const { share, field, variable } = judge(term, documents, statistics);
    const side = field === undefined ? undefined : sides[field.operator];
    if (side === undefined) product *= share;
    else {
      const name = `${variable} ${field!.path}`;
      const both = bounds.get(name) ?? { lower: 1, upper: 1 };
      bounds.set(name, { ...both, [side]: Math.min(both[side], share) });
    }
  }
  for (const { lower, upper } of bounds.values()) product *= rangeShare(lower, upper);
  return product;
}

const sides: Partial<Readonly<Record<FieldTerm['operator'], 'lower' | 'upper'>>> = {
  '>': 'lower',
  '>=': 'lower',
  '<': 'upper',
  '<=': 'upper',
};

/** What lies above one bound and below the other. Guesses do not add up: two sides then narrow each other. */
function rangeShare(lower: number, upper: number): number {
  const between = lower + upper - 1;
  return between > 0 ? between : lower * upper * GUESS.range;
}

interface Judgement {
  readonly share: number;
  /** The comparison of a document's field that the term is. */
  readonly field?: FieldTerm;
  readonly variable?: string;
}

function judge(term: Expression, documents: DocumentVariables, statistics: Statistics): Judgement {
  const known = literalValue(term);
  if (known !== undefined) return { share: known.value ? 1 : 0 };
  for (const [variable, name] of documents) {
    const collection = statistics.collection(name);
    const field = collection && fieldTerm(term, variable, new Set([variable]));
    if (field !== undefined) return { share: fieldShare(field, collection!, statistics), field, variable };
  }
  return { share: composedShare(term, documents, statistics) };
}

function composedShare(term: Expression, documents: DocumentVariables, statistics: Statistics): number {
  const share = (part: Expression) => conditionShare(part, documents, statistics);
  if (term.kind === 'logical' && term.operator === 'and') return share(term);
  if (term.kind === 'logical' && term.operator === 'or') return 1 - (1 - share(term.left)) * (1 - share(term.right));
  if (term.kind === 'unary' && term.operator === 'not') return 1 - share(term.operand);
  if (term.kind !== 'binary') return GUESS.condition;
  switch (term.operator) {
    case '!=':
      return 1 - share({ ...term, operator: '==' });
    case 'not in':
      return 1 - share({ ...term, operator: 'in' });
    case '==':
      return GUESS.equality;
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'in':
      return GUESS.range;
    default:
      return GUESS.pattern;
  }
}

/** The share of a collection's documents for which a term holds: from an index on its field, else from a sample. */
export function fieldShare(term: FieldTerm, collection: CollectionView, statistics: Statistics): number {
  const count = Math.max(1, collection.approximateCount);
  const index = collection.indexes.find((candidate) => tells(candidate, term));
  if (index !== undefined) return Math.min(1, statistics.entries(collection, index, questionOf(term)) / count);
  return sampledShare(term, collection, statistics);
}

/** Whether the index holds every document under the term's field first. */
function tells(index: IndexView, term: FieldTerm): boolean {
  return index.type === 'persistent' && !index.sparse && index.fields[0] === term.path && !isSystem(term.path);
}

function isSystem(path: string): boolean {
  return ['_key', '_id', '_rev', '_created_at', '_updated_at'].includes(path.split('.')[0]);
}

function questionOf({ operator, value, isPattern }: FieldTerm): IndexQuestion {
  switch (operator) {
    case '==':
    case 'has':
      return { equal: [value] };
    case 'in':
      return { equal: [], within: value };
    case 'prefix':
      return value.kind === 'literal'
        ? { equal: [], ...prefixBounds(value) }
        : { equal: [], prefix: { value, isPattern: isPattern === true } };
    case '>':
    case '>=':
      return { equal: [], lower: { value, inclusive: operator === '>=' } };
    case '<':
    case '<=':
      return { equal: [], upper: { value, inclusive: operator === '<=' } };
  }
}

function sampledShare(term: FieldTerm, collection: CollectionView, statistics: Statistics): number {
  if (term.path === '_key' && term.operator === '==') return 1 / Math.max(1, collection.approximateCount);
  const known = literalValue(term.value);
  const sample = statistics.sample(collection);
  const path = term.operator === 'has' ? term.path.slice(0, -'[*]'.length) : term.path;
  if (known !== undefined) return sample.share(path, (value) => holds(term.operator, value, known.value));
  const one = 1 / Math.max(1, sample.distinct(path));
  switch (term.operator) {
    case '==':
      return one;
    case 'in':
      return Math.min(1, one * (term.value.kind === 'array' ? term.value.elements.length : GUESS.listLength));
    case 'has':
      return GUESS.equality;
    case 'prefix':
      return GUESS.prefix;
    default:
      return GUESS.range;
  }
}

function holds(operator: FieldTerm['operator'], value: Value, wanted: Value): boolean {
  switch (operator) {
    case 'in':
      return contains(wanted, value);
    case 'has':
      return contains(value, wanted);
    case 'prefix':
      return typeof value === 'string' && value.startsWith(wanted as string);
    default: {
      const order = compareValues(value, wanted);
      if (operator === '==') return order === 0;
      if (operator === '<' || operator === '<=') return order < 0 || (operator === '<=' && order === 0);
      return order > 0 || (operator === '>=' && order === 0);
    }
  }
}

function contains(container: Value, value: Value): boolean {
  if (Array.isArray(container)) return container.some((element) => compareValues(element, value) === 0);
  return isObject(container) && typeof value === 'string' && Object.hasOwn(container, value);
}
