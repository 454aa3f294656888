import type { CollectOperator } from '../../plan/operators/collect.ts';
import { GroupTable } from '../../runtime/rows/group-table.ts';
import type { Binding, Scope } from '../scope.ts';
import { type AggregateCode, aggregateCode } from './aggregate-code.ts';
import { type Consume, emitCheckpoint, type Frame, type PipelineContext } from './pipeline-context.ts';

/** The pieces of a COLLECT that grouped and ungrouped forms share. */
interface CollectParts {
  readonly operator: CollectOperator;
  readonly aggregates: readonly AggregateCode[];
  /** Members of a new group apart from its key. */
  readonly members: readonly string[];
}

/** Gathers rows into groups; one group without a key is there from the start, so no rows give one answer. */
export function emitCollect(operator: CollectOperator, context: PipelineContext, frame: Frame, consume: Consume): void {
  const aggregates = operator.aggregates.map((aggregate, slot) => aggregateCode(aggregate, slot, context));
  const members = aggregates.flatMap((aggregate) => aggregate.members);
  if (operator.count !== undefined) members.push('count: 0');
  if (operator.into !== undefined) members.push('into: []');
  const parts = { operator, aggregates, members };
  if (operator.groups.length === 0) emitOneGroup(parts, context, frame, consume);
  else emitGroups(parts, context, frame, consume);
}

function emitOneGroup(parts: CollectParts, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter } = context;
  const group = emitter.fresh('group');
  emitter.line(`const ${group} = { ${parts.members.join(', ')} };`);
  context.emit(parts.operator.input, frame, (scope) => emitStep(parts, group, scope, context));
  emitter.line('{');
  consume(groupScope(parts, group, [], context, frame));
  emitter.line('}');
}

function emitGroups(parts: CollectParts, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter, expressions } = context;
  const table = emitter.fresh('table');
  const group = emitter.fresh('group');
  emitter.line(`const ${table} = new ${emitter.constant(GroupTable)}();`);
  context.emit(parts.operator.input, frame, (scope) => {
    const keys = parts.operator.groups.map(({ expression }) => {
      const key = emitter.fresh('variable');
      emitter.line(`const ${key} = ${expressions.value(expression, scope)};`);
      return key;
    });
    const lookup = keys.length === 1 ? keys[0] : `[${keys.join(', ')}]`;
    const members = [...keys.map((key, index) => `k${index}: ${key}`), ...parts.members];
    emitter.line(`let ${group} = ${table}.find(${lookup});`);
    emitter.line(`if (${group} === undefined) {`);
    emitter.line(`${group} = { ${members.join(', ')} };`);
    emitter.line(`${table}.add(${lookup}, ${group});`);
    emitter.line(`run.keep(${members.length + 4});`);
    emitter.line('}');
    emitStep(parts, group, scope, context);
  });
  const groups = emitter.fresh('groups');
  const index = emitter.fresh('index');
  const row = emitter.fresh('group');
  const keyCount = parts.operator.groups.length;
  emitter.line(`const ${groups} = ${table}.sorted(${keyCount});`);
  emitter.line(`for (let ${index} = 0; ${index} < ${groups}.length; ${index}++) {`);
  emitCheckpoint(context, frame, 1);
  emitter.line(`const ${row} = ${groups}[${index}];`);
  const keyNames = parts.operator.groups.map((_, at) => `${row}.k${at}`);
  consume(groupScope(parts, row, keyNames, context, frame));
  emitter.line('}');
}

/** Emits what one row does to its group. */
function emitStep(parts: CollectParts, group: string, scope: Scope, context: PipelineContext): void {
  const { operator, aggregates } = parts;
  const { emitter, expressions } = context;
  if (operator.count !== undefined) emitter.line(`${group}.count++;`);
  for (const aggregate of aggregates) {
    emitter.line('{');
    aggregate.step(group, scope);
    emitter.line('}');
  }
  if (operator.into === undefined) return;
  const members = operator.into.members.map((name) => {
    const value = expressions.value({ kind: 'variable', name, span: { start: 0, end: 0 } }, scope);
    return `[${emitter.constant(name)}]: ${value}`;
  });
  const entry = emitter.local('entry', `{ ${members.join(', ')} }`);
  emitter.line(`${group}.into.push(${entry});`);
  emitter.line(`run.keepValue(${entry});`);
}

/** After COLLECT only its own names are bound, besides the surrounding query's. */
function groupScope(
  parts: CollectParts,
  group: string,
  keys: readonly string[],
  context: PipelineContext,
  frame: Frame,
): Scope {
  const { operator, aggregates } = parts;
  const { emitter } = context;
  const bindings = new Map<string, Binding>();
  const bind = (variable: string, code: string) => {
    const name = emitter.fresh('variable');
    emitter.line(`const ${name} = ${code};`);
    bindings.set(variable, { kind: 'value', code: name });
  };
  operator.groups.forEach(({ variable }, index) => {
    bind(variable, keys[index]);
  });
  operator.aggregates.forEach(({ variable }, index) => {
    bind(variable, aggregates[index].result(group));
  });
  if (operator.count !== undefined) bind(operator.count, `${group}.count`);
  if (operator.into !== undefined) bind(operator.into.variable, `${group}.into`);
  return frame.base.child(bindings);
}
