import type { Value } from '@cairn/protocol/internal';
import type { ReadView } from '@cairn/storage/internal';
import type { Expression } from '../ast/expression.ts';
import type { Operator } from './operator.ts';
import type { Plan } from './plan.ts';

/** Work, in documents of a scan (some 50-100 ns each). */
export interface CertainWork {
  /** All of it. */
  readonly total: number;
  /** What is done before the first row: a LIMIT above does not spare it. */
  readonly beforeFirst: number;
  readonly rows: number;
}

/** Shares of rows that surely pass are small: what depends on values that nobody has looked at is not certain. */
const FILTER_SHARE = 0.1;
const BOUNDED_SCAN_SHARE = 0.1;
/** Rows of a loop over an array that is not written out. */
const ARRAY_ROWS = 10;
/** Handing a row through an operator, and writing a row of the answer, beside reading a document in a scan. */
const ROW_WORK = 0.2;
const ANSWER_WORK = 4;

/**
 * The work that a plan will do whatever the values are, in documents of a scan: a lower bound to decide by whether a
 * query will be long. Lookups through indexes count as one document each.
 */
export function certainWork(plan: Plan, view: ReadView, binds: ReadonlyMap<string, Value>): number {
  const estimate = new WorkEstimate(view, binds);
  const root = estimate.of(plan.root);
  let total = root.total + root.rows * ANSWER_WORK;
  for (const subquery of plan.subqueries.values()) total += estimate.of(subquery.root).total;
  return total;
}

const LOOPS: ReadonlySet<Operator['kind']> = new Set(['scan', 'index', 'union', 'keys', 'values', 'range']);

/**
 * The most rows that a plan reads, where that is certain: those of a LIMIT right above one loop. Such a query is over soon,
 * and most of its work is writing the answer, which the thread of the connection has to send anyway.
 */
export function mostRows(plan: Plan, binds: ReadonlyMap<string, Value>): number | undefined {
  const { root } = plan;
  if (root.kind !== 'return' || root.distinct || root.input.kind !== 'limit' || plan.subqueries.size > 0)
    return undefined;
  const { offset, count, input } = root.input;
  if (!LOOPS.has(input.kind) || !('input' in input) || input.input.kind !== 'start') return undefined;
  const rows = numberOf(offset, binds, 0) + numberOf(count, binds, Number.POSITIVE_INFINITY);
  return Number.isFinite(rows) ? rows : undefined;
}

class WorkEstimate {
  readonly #view: ReadView;
  readonly #binds: ReadonlyMap<string, Value>;

  constructor(view: ReadView, binds: ReadonlyMap<string, Value>) {
    this.#view = view;
    this.#binds = binds;
  }

  of(operator: Operator): CertainWork {
    if (operator.kind === 'start') return { total: 0, beforeFirst: 0, rows: 1 };
    const input = this.of(operator.input);
    switch (operator.kind) {
      case 'scan': {
        const share = operator.lower === undefined && operator.upper === undefined ? 1 : BOUNDED_SCAN_SHARE;
        return loop(input, this.#count(operator.collection) * share, 1);
      }
      case 'index':
      case 'keys':
        return loop(input, 1, 1);
      case 'hash':
      case 'join': {
        const table = this.#count(operator.collection);
        return { ...loop(input, 1, 1), total: input.total + table + input.rows };
      }
      case 'values':
        return loop(input, this.#elements(operator.source), ROW_WORK);
      case 'range':
        return loop(input, this.#rangeLength(operator.from, operator.to), ROW_WORK);
      case 'filter':
        return passed(input, input.rows * FILTER_SHARE);
      case 'limit':
        return limited(input, this.#number(operator.offset, 0) + this.#number(operator.count, Infinity));
      case 'top':
        return gathered(input, Math.min(input.rows, this.#number(operator.count, Infinity)));
      case 'sort':
      case 'window':
        return gathered(input, input.rows);
      case 'collect':
        return gathered(input, operator.groups.length === 0 ? 1 : input.rows * FILTER_SHARE);
      default:
        return passed(input, input.rows);
    }
  }

  #count(collection: string): number {
    return this.#view.collection(collection)?.count ?? 0;
  }

  #elements(source: Expression): number {
    if (source.kind === 'array') return source.elements.length;
    if (source.kind !== 'bind') return ARRAY_ROWS;
    const value = this.#binds.get(source.name);
    return Array.isArray(value) ? value.length : 1;
  }

  #rangeLength(from: Expression, to: Expression): number {
    const length = this.#number(to, 0) - this.#number(from, 0) + 1;
    return Number.isFinite(length) ? Math.max(0, length) : ARRAY_ROWS;
  }

  #number(expression: Expression | undefined, unknown: number): number {
    return numberOf(expression, this.#binds, unknown);
  }
}

/** A number that is known before the run. */
function numberOf(expression: Expression | undefined, binds: ReadonlyMap<string, Value>, unknown: number): number {
  if (expression === undefined) return unknown;
  const { kind } = expression;
  const value = kind === 'literal' ? expression.value : kind === 'bind' ? binds.get(expression.name) : undefined;
  return typeof value === 'number' ? value : unknown;
}

/** A loop that runs once for each row of its input. */
function loop(input: CertainWork, rows: number, work: number): CertainWork {
  const all = input.rows * rows;
  return { total: input.total + all * work, beforeFirst: input.beforeFirst, rows: all };
}

function passed(input: CertainWork, rows: number): CertainWork {
  return { total: input.total + input.rows * ROW_WORK, beforeFirst: input.beforeFirst, rows };
}

/** An operator that needs all rows before it has one. */
function gathered(input: CertainWork, rows: number): CertainWork {
  const total = input.total + input.rows * ROW_WORK;
  return { total, beforeFirst: total, rows };
}

function limited(input: CertainWork, count: number): CertainWork {
  const rows = Math.min(input.rows, count);
  const share = input.rows === 0 ? 1 : rows / input.rows;
  return { ...input, total: input.beforeFirst + (input.total - input.beforeFirst) * share, rows };
}
