import type { Value } from '@cairn/protocol/internal';
import type { ReadView } from '@cairn/storage/internal';
import { printExpression } from '../ast/print.ts';
import type { CompiledQuery } from '../compile/pipeline/pipeline-compiler.ts';
import { someExpression } from '../plan/expressions/expression-walk.ts';
import type { Operator } from '../plan/operator.ts';
import { operatorExpressions } from '../plan/operator-facts.ts';
import type { JoinOperator } from '../plan/operators/join.ts';
import type { Plan } from '../plan/plan.ts';
import type { QueryRun } from '../runtime/query-run.ts';
import { estimateRows } from '../statistics/row-estimates.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { indexAdvice } from './index-advice.ts';
import { indexNotes } from './index-notes.ts';
import { accessEntry, describeOperator, joinBounds, unionIndexes } from './operator-text.ts';
import { shownOperators } from './shown-operators.ts';

type ValueObject = { [key: string]: Value };

export interface ExplainOptions {
  readonly cached: boolean;
  readonly statistics: Statistics;
  /** A finished run of the plan, compiled with a profile: adds rows and times. */
  readonly run?: QueryRun;
}

/** The one answer of an EXPLAIN statement. */
export function explainAnswer(answer: () => Value): CompiledQuery {
  return function* (run) {
    run.output.value(answer());
    run.rows++;
    yield;
  };
}

/** The plan as a value: the operators as a tree, and beside it the fields that clients of SoliDB read. */
export function explainPlan(plan: Plan, view: ReadView, options: ExplainOptions): Value {
  const operators = shownOperators(plan.root);
  return {
    query: plan.text,
    plan: planNode(operators, plan, options),
    rewrites: [...plan.rewrites],
    cached: options.cached,
    warnings: [...(options.run?.warnings ?? [])],
    advice: planAdvice(plan, options.statistics),
    ...compatibleFields(operators, view, options.run),
  };
}

/** The operators from the root down, each holding the one below it; `start` alone is the row that everything begins with. */
function planNode(operators: readonly Operator[], plan: Plan, options: ExplainOptions): Value {
  const { statistics, run } = options;
  const estimates = estimateRows(operators[0], statistics);
  let node: ValueObject | undefined;
  for (let number = operators.length - 1; number >= 0; number--) {
    const operator = operators[number];
    if (operator.kind === 'start') continue;
    const next: ValueObject = {
      op: operatorName(operator),
      detail: describeOperator(operator, plan),
      rows_estimated: Math.ceil(estimates.get(operator)!),
    };
    const access = accessEntry(operator);
    if (access !== undefined) next.access = access;
    const indexes = indexNotes(operators, number, statistics);
    if (indexes !== undefined) next.indexes = indexes;
    const subqueries = subqueryNodes(operator, plan, options);
    if (subqueries.length > 0) next.subqueries = subqueries;
    if (operator.kind === 'join')
      next.source = joinSources(operator, node, estimates.get(operator.input) ?? 1, options);
    else if (node !== undefined) next.source = node;
    if (run !== undefined) {
      next.ms = rounded(run.profile.timesMs[number]);
      next.rows = number === 0 && operator.kind === 'return' ? run.statistics.returned : run.profile.rows[number];
    }
    node = next;
  }
  return node ?? null;
}

/** Both sides of a JOIN. What reading the right one costs is part of the join's time. */
function joinSources(join: JoinOperator, left: Value | undefined, rows: number, options: ExplainOptions): Value[] {
  const { statistics, run } = options;
  const { through } = join;
  const count = statistics.count(join.collection);
  const isTable = join.lookup !== undefined;
  const right: ValueObject = {
    op: through === undefined ? 'scan' : through.kind === 'index' ? 'index' : 'keys',
    detail: `${join.variable} IN ${join.collection}${isTable ? ' into a table' : ', for each row'}`,
    rows_estimated: isTable ? count : Math.ceil(rows * joinedRows(join, statistics)),
    access: {
      collection: join.collection,
      variable: join.variable,
      order: 'key',
      index: through?.kind === 'index' ? through.index : null,
      fields: through?.kind === 'index' ? [...through.fields] : [],
      bounds: through === undefined ? '' : joinBounds(through),
      filtered: printExpression(join.condition),
    },
  };
  if (run !== undefined) {
    right.ms = 0;
    right.rows = through === undefined ? count : Math.ceil(rows * joinedRows(join, statistics));
  }
  return left === undefined ? [right] : [left, right];
}

/** Documents that a JOIN without a table reads for one row. */
function joinedRows({ collection: name, through }: JoinOperator, statistics: Statistics): number {
  const collection = statistics.collection(name);
  const index = collection?.indexes.find((one) => through?.kind === 'index' && one.name === through.index);
  if (through?.kind === 'index' && index !== undefined) return statistics.entries(collection!, index, through);
  return through?.kind === 'key' ? 1 : statistics.count(name);
}

/** The plans of the subqueries in an operator's expressions; what they cost is part of that operator's time. */
function subqueryNodes(operator: Operator, plan: Plan, options: ExplainOptions): Value[] {
  const nodes: Value[] = [];
  for (const expression of operatorExpressions(operator)) {
    someExpression(expression, (part) => {
      const subquery = part.kind === 'subquery' ? plan.subqueries.get(part.query) : undefined;
      if (subquery !== undefined) {
        const inner = planNode(shownOperators(subquery.root), plan, { ...options, run: undefined });
        nodes.push({ runs: subquery.constant ? 'once' : 'for each row', plan: inner });
      }
      return false;
    });
  }
  return nodes;
}

/** Indexes that would help the query or its subqueries. */
function planAdvice(plan: Plan, statistics: Statistics): Value[] {
  const roots = [plan.root, ...[...plan.subqueries.values()].map((subquery) => subquery.root)];
  const advice = roots.flatMap((root) => {
    const operators = shownOperators(root);
    return indexAdvice(operators, estimateRows(operators[0], statistics), statistics);
  });
  const texts = advice.map((entry) => JSON.stringify(entry));
  return advice.filter((_, at) => texts.indexOf(texts[at]) === at);
}

export function operatorName(operator: Operator): string {
  if (operator.kind === 'hash') return 'scan';
  if (operator.kind === 'union') return 'index';
  if (operator.kind === 'return' && operator.distinct) return 'distinct';
  return operator.kind === 'values' && operator.source.kind === 'subquery' ? 'subquery' : operator.kind;
}

function rounded(ms: number): number {
  return Math.floor(ms * 1000) / 1000;
}

/** SoliDB's own fields. Without a run every count and time in them is 0. */
function compatibleFields(operators: readonly Operator[], view: ReadView, run: QueryRun | undefined): ValueObject {
  const ordered = [...operators].reverse();
  const firstSort = ordered.find((operator) => operator.kind === 'sort' || operator.kind === 'top');
  const limit = ordered.find((operator) => operator.kind === 'limit' || operator.kind === 'top');
  const us = (kinds: readonly string[]) =>
    operators.reduce(
      (sum, operator, number) => sum + (kinds.includes(operator.kind) ? (run?.profile.timesMs[number] ?? 0) : 0),
      0,
    ) * 1000;
  return {
    collections: ordered.flatMap((operator) => collectionEntry(operator, view)),
    let_bindings: ordered.flatMap((operator): Value[] =>
      operator.kind === 'let' && operator.leading
        ? [{ variable: operator.variable, is_subquery: operator.value.kind === 'subquery', time_us: 0 }]
        : [],
    ),
    filters: ordered.flatMap((operator): Value[] => {
      if (operator.kind !== 'filter') return [];
      const number = operators.indexOf(operator);
      return [
        {
          expression: printExpression(operator.condition),
          index_candidate: null,
          can_use_index: false,
          documents_before: run?.profile.rows[number + 1] ?? 0,
          documents_after: run?.profile.rows[number] ?? 0,
          time_us: Math.floor((run?.profile.timesMs[number] ?? 0) * 1000),
        },
      ];
    }),
    sort:
      firstSort === undefined || (firstSort.kind !== 'sort' && firstSort.kind !== 'top')
        ? null
        : {
            field: printExpression(firstSort.keys[0].expression),
            direction: firstSort.keys[0].descending ? 'DESC' : 'ASC',
            time_us: Math.floor(us(['sort', 'top'])),
          },
    limit:
      limit === undefined || (limit.kind !== 'limit' && limit.kind !== 'top')
        ? null
        : { offset: limit.offset === undefined ? 0 : limitText(limit.offset), count: limitText(limit.count) },
    timing: {
      total_us: Math.ceil((run?.statistics.timeMs ?? 0) * 1000),
      let_clauses_us: Math.floor(us(['let'])),
      collection_scan_us: Math.floor(us(['scan', 'index', 'union', 'keys', 'hash'])),
      filter_us: Math.floor(us(['filter'])),
      sort_us: Math.floor(us(['sort', 'top'])),
      limit_us: Math.floor(us(['limit'])),
      return_projection_us: Math.floor(us(['return'])),
    },
    documents_scanned: run?.statistics.scanned ?? 0,
    documents_returned: run?.statistics.returned ?? 0,
  };
}

function limitText(expression: Parameters<typeof printExpression>[0]): Value {
  return expression.kind === 'literal' ? expression.value : printExpression(expression);
}

function collectionEntry(operator: Operator, view: ReadView): Value[] {
  switch (operator.kind) {
    case 'values':
    case 'range':
      return [loopEntry('', operator.variable, 0)];
    case 'scan':
    case 'keys':
    case 'hash':
      return [
        loopEntry(operator.collection, operator.variable, view.collection(operator.collection)?.approximateCount ?? 0),
      ];
    case 'index':
    case 'union': {
      const collection = view.collection(operator.collection);
      const used = operator.kind === 'index' ? operator.index : unionIndexes(operator);
      const type = collection?.indexes.find((index) => index.name === used)?.type ?? 'persistent';
      return [
        {
          name: operator.collection,
          variable: operator.variable,
          access_type: 'index_lookup',
          index_used: used,
          index_type: `${type.slice(0, 1).toUpperCase()}${type.slice(1)}`,
          documents_count: collection?.approximateCount ?? 0,
        },
      ];
    }
    default:
      return [];
  }
}

function loopEntry(name: string, variable: string, count: number): Value {
  return { name, variable, access_type: 'full_scan', index_used: null, index_type: null, documents_count: count };
}
