import type { Expression } from '../ast/expression.ts';
import { collectedNames } from './names/collected-names.ts';
import type { Operator } from './operator.ts';
import type { JoinAccess } from './operators/join.ts';
import type { IndexLookup } from './operators/source.ts';
import { present } from './present.ts';

/** Variables that an operator adds to (or rebinds in) the rows it passes on. */
export function definedNames(operator: Operator): readonly string[] {
  switch (operator.kind) {
    case 'scan':
    case 'union':
    case 'keys':
    case 'hash':
    case 'values':
    case 'range':
    case 'let':
    case 'join':
      return [operator.variable];
    case 'index':
      return operator.covers?.map((covered) => covered.variable) ?? [operator.variable];
    case 'traverse':
      return present(operator.vertex, operator.edge, operator.path);
    case 'path':
      return present(operator.vertex, operator.edge);
    case 'collect':
      return collectedNames(operator);
    case 'window':
      return operator.calls.map((call) => call.variable);
    case 'insert':
    case 'update':
    case 'replace':
    case 'remove':
    case 'upsert':
      return ['NEW', 'OLD'];
    default:
      return [];
  }
}

/** Expressions that an operator evaluates. */
export function operatorExpressions(operator: Operator): readonly Expression[] {
  switch (operator.kind) {
    case 'start':
      return [];
    case 'scan':
      return present(operator.lower?.value, operator.upper?.value);
    case 'index':
      return lookupExpressions(operator);
    case 'union':
      return operator.lookups.flatMap(lookupExpressions);
    case 'keys':
      return [operator.keys];
    case 'hash':
      return [operator.field, operator.value];
    case 'values':
      return [operator.source];
    case 'range':
      return [operator.from, operator.to];
    case 'filter':
      return [operator.condition];
    case 'let':
      return [operator.value];
    case 'limit':
      return present(operator.offset, operator.count);
    case 'sort':
      return operator.keys.map((key) => key.expression);
    case 'top':
      return present(...operator.keys.map((key) => key.expression), operator.offset, operator.count);
    case 'window':
      return operator.calls.flatMap((call) => [
        ...call.arguments,
        ...call.partition,
        ...call.order.map((key) => key.expression),
      ]);
    case 'return':
      return [operator.expression];
    case 'collect':
      return [
        ...operator.groups.map((group) => group.expression),
        ...operator.aggregates.flatMap((aggregate) => aggregate.arguments),
      ];
    case 'join':
      return [
        ...present(operator.condition, operator.lookup?.field, operator.lookup?.value),
        ...(operator.through === undefined ? [] : accessExpressions(operator.through)),
      ];
    case 'traverse':
      return present(operator.start, operator.prune);
    case 'path':
      return present(operator.start, operator.target, operator.options);
    case 'insert':
      return present(operator.document, operator.options);
    case 'update':
      return present(operator.selector, operator.changes, operator.options);
    case 'replace':
      return present(operator.selector, operator.document, operator.options);
    case 'remove':
      return present(operator.selector, operator.options);
    case 'upsert':
      return present(operator.search, operator.insert, operator.changes, operator.options);
  }
}

function accessExpressions(access: JoinAccess): readonly Expression[] {
  return access.kind === 'key' ? [access.key] : lookupExpressions(access);
}

function lookupExpressions({ equal, within, lower, upper, prefix }: IndexLookup): readonly Expression[] {
  return present(...equal, within, lower?.value, upper?.value, prefix?.value);
}

/** The operators from `root` down to `start`. */
export function chain(root: Operator): readonly Operator[] {
  const operators: Operator[] = [];
  for (let operator = root; ; operator = operator.input) {
    operators.push(operator);
    if (operator.kind === 'start') return operators;
  }
}

/** Whether rows cannot flow through the operator one at a time: it takes all of its input first. */
export function isBreaker(operator: Operator): boolean {
  switch (operator.kind) {
    case 'sort':
    case 'top':
    case 'collect':
    case 'window':
    case 'insert':
    case 'update':
    case 'replace':
    case 'remove':
    case 'upsert':
      return true;
    case 'join':
      return operator.type === 'right' || operator.type === 'full';
    default:
      return false;
  }
}
