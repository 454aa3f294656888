import type { Value } from '@cairn/protocol/internal';
import type { Expression, SortKey } from '../ast/expression.ts';
import { printExpression } from '../ast/print.ts';
import { presentName } from '../plan/names/past-collection.ts';
import type { Operator } from '../plan/operator.ts';
import type { PathOperator, TraverseOperator } from '../plan/operators/graph.ts';
import type { JoinAccess, JoinOperator } from '../plan/operators/join.ts';
import type { Bound, IndexLookup, ScanOperator, UnionOperator } from '../plan/operators/source.ts';
import type { Plan } from '../plan/plan.ts';

/** What an operator does, in the words of the query. */
export function describeOperator(operator: Operator, plan: Plan): string {
  switch (operator.kind) {
    case 'start':
      return '';
    case 'scan':
      return `${operator.variable} IN ${operator.collection}${operator.direction === 'backward' ? ', backward' : ''}`;
    case 'index':
      return `${operator.variable} IN ${operator.collection} through ${operator.index}${
        operator.covers === undefined ? '' : ', without reading documents'
      }`;
    case 'union':
      return `${operator.variable} IN ${operator.collection} through ${unionIndexes(operator)}`;
    case 'keys':
      return `${operator.variable} IN ${operator.collection} by ${operator.attribute}${operator.merge ? ', merged' : ''}`;
    case 'hash':
      return `${operator.variable} IN ${operator.collection} through a table of ${printExpression(operator.field)}`;
    case 'values': {
      const subquery = operator.source.kind === 'subquery' ? plan.subqueries.get(operator.source.query) : undefined;
      return subquery === undefined
        ? `${operator.variable} IN ${printExpression(operator.source)}`
        : `${operator.variable} IN (subquery)`;
    }
    case 'range':
      return `${operator.variable} IN ${printExpression(operator.from)}..${printExpression(operator.to)}`;
    case 'filter':
      return printExpression(operator.condition);
    case 'let':
      return `${operator.variable} = ${printExpression(operator.value)}`;
    case 'limit':
      return limitText(operator);
    case 'sort':
      return sortText(operator.keys);
    case 'top':
      return `${sortText(operator.keys)}; ${limitText(operator)}`;
    case 'window':
      return operator.calls.map((call) => `${call.function}(${texts(call.arguments)}) OVER (…)`).join(', ');
    case 'return':
      return printExpression(operator.expression);
    case 'collect': {
      const groups = operator.groups.map((group) => `${group.variable} = ${printExpression(group.expression)}`);
      const aggregates = operator.aggregates.map(
        (aggregate) => `${aggregate.variable} = ${aggregate.function}(${texts(aggregate.arguments)})`,
      );
      const count = operator.count === undefined ? [] : [`${operator.count} = count`];
      const into = operator.into === undefined ? [] : [`into ${operator.into.variable}`];
      return [...groups, ...aggregates, ...count, ...into].join(', ');
    }
    case 'join':
      return `${operator.type} ${operator.collection} ON ${printExpression(operator.condition)}, ${joinText(operator)}`;
    case 'traverse': {
      const { depth, direction, edges, prune } = operator;
      const walk = `${depth.min}..${depth.max} ${direction} ${printExpression(operator.start)} ${edges}`;
      return prune === undefined ? walk : `${walk} prune ${printExpression(prune)}`;
    }
    case 'path': {
      const { rows, direction, start, target, edges, options } = operator;
      const path = `${direction} ${printExpression(start)} to ${printExpression(target)} ${edges}`;
      const word = rows === 'paths' ? 'paths ' : '';
      return `${word}${path}${options === undefined ? '' : ` options ${printExpression(options)}`}`;
    }
    default:
      return operator.collection;
  }
}

function joinText({ through, lookup }: JoinOperator): string {
  if (through?.kind === 'index') return `index ${through.index}`;
  if (through?.kind === 'key') return 'documents by key';
  return lookup === undefined ? 'nested loop over a full scan' : 'hash table from one scan';
}

/** What a JOIN looks up for each row of its left side. */
export function joinBounds(through: JoinAccess): string {
  return through.kind === 'key' ? `${through.attribute} == ${printExpression(through.key)}` : indexBounds(through);
}

function texts(expressions: readonly Expression[]): string {
  return expressions.map(printExpression).join(', ');
}

function sortText(keys: readonly SortKey[]): string {
  return keys.map((key) => `${printExpression(key.expression)}${key.descending ? ' DESC' : ''}`).join(', ');
}

function limitText({ offset, count }: { offset?: Expression; count: Expression }): string {
  return offset === undefined ? printExpression(count) : `${printExpression(offset)}, ${printExpression(count)}`;
}

/** The `access` member of scans, index and key lookups and walks. */
export function accessEntry(operator: Operator): Value | undefined {
  switch (operator.kind) {
    case 'traverse':
    case 'path':
      return walkEntry(operator);
    case 'scan':
      return entry(operator, {
        ...{ index: null, fields: [], bounds: scanBounds(operator), filtered: null },
        columns: operator.columns?.map((path) => path.join('.')),
      });
    case 'hash':
      return entry(operator, { index: null, fields: [], bounds: '', filtered: filterText(operator.residual) });
    case 'keys':
      return entry(operator, {
        index: null,
        fields: [operator.attribute],
        bounds: texts(operator.served),
        filtered: filterText(operator.residual),
      });
    case 'index':
      return entry(operator, {
        index: operator.index,
        fields: [...operator.fields],
        bounds: indexBounds(operator),
        filtered: filterText(operator.residual),
        order: operator.order === 'none' ? 'key' : operator.order,
      });
    case 'union':
      return entry(operator, {
        index: unionIndexes(operator),
        fields: [...new Set(operator.lookups.flatMap((lookup) => lookup.fields))],
        bounds: operator.lookups.map((lookup) => `(${indexBounds(lookup)})`).join(' OR '),
        filtered: filterText(operator.residual),
      });
    default:
      return undefined;
  }
}

/** The names of the indexes that a union reads, each once. */
export function unionIndexes({ lookups }: UnionOperator): string {
  return [...new Set(lookups.map((lookup) => lookup.index))].join(', ');
}

/** A walk finds the edges of a vertex through the indexes on their ends, which every collection of edges has. */
function walkEntry(operator: TraverseOperator | PathOperator): Value {
  const ends = { outbound: ['_from'], inbound: ['_to'], any: ['_from', '_to'] }[operator.direction];
  return entry(
    { collection: operator.edges, variable: operator.edge ?? operator.vertex },
    {
      index: ends.join(', '),
      fields: ends,
      bounds: ends.map((end) => `${end} == vertex`).join(' OR '),
      filtered: null,
    },
  );
}

function entry(
  operator: { readonly collection: string; readonly variable: string },
  {
    columns,
    ...rest
  }: {
    index: string | null;
    fields: string[];
    bounds: string;
    filtered: string | null;
    order?: string;
    columns?: string[];
  },
): Value {
  const found = { collection: presentName(operator.collection), variable: operator.variable, order: 'key', ...rest };
  return columns === undefined ? found : { ...found, columns };
}

function filterText(terms: readonly Expression[]): string | null {
  return terms.length === 0 ? null : terms.map(printExpression).join(' AND ');
}

function scanBounds(operator: ScanOperator): string {
  return boundTexts('_key', operator.lower, operator.upper).join(' AND ');
}

function indexBounds(operator: IndexLookup): string {
  const equal = operator.equal.map((value, index) => `${operator.fields[index]} == ${printExpression(value)}`);
  const next = operator.fields[operator.equal.length];
  const within = operator.within === undefined ? [] : [`${next} IN ${printExpression(operator.within)}`];
  const { prefix } = operator;
  const beginning =
    prefix === undefined
      ? []
      : [`${next} ${prefix.isPattern ? 'LIKE' : 'STARTS WITH'} ${printExpression(prefix.value)}`];
  return [...equal, ...within, ...beginning, ...boundTexts(next, operator.lower, operator.upper)].join(' AND ');
}

function boundTexts(field: string, lower: Bound | undefined, upper: Bound | undefined): string[] {
  return [
    ...(lower === undefined ? [] : [`${field} ${lower.inclusive ? '>=' : '>'} ${printExpression(lower.value)}`]),
    ...(upper === undefined ? [] : [`${field} ${upper.inclusive ? '<=' : '<'} ${printExpression(upper.value)}`]),
  ];
}
