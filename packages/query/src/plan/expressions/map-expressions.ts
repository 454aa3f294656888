import type { Expression, SortKey } from '../../ast/expression.ts';
import type { Operator } from '../operator.ts';
import type { JoinAccess } from '../operators/join.ts';
import type { Bound, IndexLookup } from '../operators/source.ts';

type ExpressionMap = (expression: Expression) => Expression;

/** The operator with each of its expressions replaced by what `map` answers; its input stays. */
export function mapExpressions(operator: Operator, map: ExpressionMap): Operator {
  const maybe = (expression: Expression | undefined) => (expression === undefined ? undefined : map(expression));
  switch (operator.kind) {
    case 'start':
      return operator;
    case 'scan':
      return { ...operator, lower: mapBound(operator.lower, map), upper: mapBound(operator.upper, map) };
    case 'index':
      return { ...operator, ...mapLookup(operator, map) };
    case 'union':
      return { ...operator, lookups: operator.lookups.map((lookup) => mapLookup(lookup, map)) };
    case 'keys':
      return { ...operator, keys: map(operator.keys) };
    case 'hash':
      return { ...operator, field: map(operator.field), value: map(operator.value) };
    case 'values':
      return { ...operator, source: map(operator.source) };
    case 'range':
      return { ...operator, from: map(operator.from), to: map(operator.to) };
    case 'filter':
      return { ...operator, condition: map(operator.condition) };
    case 'let':
      return { ...operator, value: map(operator.value) };
    case 'limit':
      return { ...operator, offset: maybe(operator.offset), count: map(operator.count) };
    case 'sort':
      return { ...operator, keys: mapKeys(operator.keys, map) };
    case 'top':
      return {
        ...operator,
        keys: mapKeys(operator.keys, map),
        offset: maybe(operator.offset),
        count: map(operator.count),
      };
    case 'window':
      return {
        ...operator,
        calls: operator.calls.map((call) => ({
          ...call,
          arguments: call.arguments.map(map),
          partition: call.partition.map(map),
          order: mapKeys(call.order, map),
        })),
      };
    case 'return':
      return { ...operator, expression: map(operator.expression) };
    case 'collect':
      return {
        ...operator,
        groups: operator.groups.map((group) => ({ ...group, expression: map(group.expression) })),
        aggregates: operator.aggregates.map((one) => ({ ...one, arguments: one.arguments.map(map) })),
      };
    case 'join':
      return {
        ...operator,
        condition: map(operator.condition),
        lookup: operator.lookup && { field: map(operator.lookup.field), value: map(operator.lookup.value) },
        through: operator.through && mapAccess(operator.through, map),
      };
    case 'traverse':
      return { ...operator, start: map(operator.start), prune: maybe(operator.prune) };
    case 'path':
      return {
        ...operator,
        start: map(operator.start),
        target: map(operator.target),
        options: maybe(operator.options),
      };
    case 'insert':
      return { ...operator, document: map(operator.document), options: maybe(operator.options) };
    case 'update':
      return {
        ...operator,
        selector: map(operator.selector),
        changes: map(operator.changes),
        options: maybe(operator.options),
      };
    case 'replace':
      return {
        ...operator,
        selector: map(operator.selector),
        document: map(operator.document),
        options: maybe(operator.options),
      };
    case 'remove':
      return { ...operator, selector: map(operator.selector), options: maybe(operator.options) };
    case 'upsert':
      return {
        ...operator,
        search: map(operator.search),
        insert: map(operator.insert),
        changes: map(operator.changes),
        options: maybe(operator.options),
      };
  }
}

function mapAccess(access: JoinAccess, map: ExpressionMap): JoinAccess {
  return access.kind === 'key' ? { ...access, key: map(access.key) } : { kind: 'index', ...mapLookup(access, map) };
}

function mapKeys(keys: readonly SortKey[], map: ExpressionMap): readonly SortKey[] {
  return keys.map((key) => ({ ...key, expression: map(key.expression) }));
}

function mapBound(bound: Bound | undefined, map: ExpressionMap): Bound | undefined {
  return bound && { ...bound, value: map(bound.value) };
}

function mapLookup(lookup: IndexLookup, map: ExpressionMap): IndexLookup {
  return {
    index: lookup.index,
    fields: lookup.fields,
    equal: lookup.equal.map(map),
    within: lookup.within && map(lookup.within),
    lower: mapBound(lookup.lower, map),
    upper: mapBound(lookup.upper, map),
    prefix: lookup.prefix && { ...lookup.prefix, value: map(lookup.prefix.value) },
  };
}
