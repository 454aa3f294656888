import type { CollectOperator } from '../../plan/operators/collect.ts';
import { CodeGroups } from '../../runtime/columns/code-groups.ts';
import { NOT_YET } from '../../runtime/rows/group-table.ts';
import type { Binding, Scope } from '../scope.ts';
import { type AggregateCode, aggregateCode, emitArguments } from './aggregate-code.ts';
import {
  type Consume,
  emitCheckpoint,
  emitPieces,
  emitSpill,
  type Frame,
  type PipelineContext,
  workspaceSlot,
} from './pipeline-context.ts';
import { rowCodecCode, valueMember } from './row-codec-code.ts';

/** The pieces of a COLLECT that grouped and ungrouped forms share. */
interface CollectParts {
  readonly operator: CollectOperator;
  readonly aggregates: readonly AggregateCode[];
  /** The variable of the account into which kept values are counted. */
  readonly account: string;
  /** Members of a new group apart from its key. */
  readonly members: readonly string[];
}

/** What one row gives to its group, as JavaScript: the arguments of each aggregate, and the entry for INTO. */
interface RowInputs {
  readonly arguments: readonly (readonly string[])[];
  readonly entry?: string;
}

/** Gathers rows into groups; one group without a key is there from the start, so no rows give one answer. */
export function emitCollect(operator: CollectOperator, context: PipelineContext, frame: Frame, consume: Consume): void {
  const account = context.emitter.fresh('table');
  const aggregates = operator.aggregates.map((aggregate, slot) => aggregateCode(aggregate, { slot, account }, context));
  const members = aggregates.flatMap((aggregate) => aggregate.members);
  if (operator.count !== undefined) members.push('count: 0');
  if (operator.into !== undefined) members.push('into: []');
  const parts = { operator, aggregates, account, members };
  if (operator.groups.length === 0) emitOneGroup(parts, context, frame, consume);
  else emitGroups(parts, context, frame, consume);
}

function emitOneGroup(parts: CollectParts, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter } = context;
  const group = emitter.fresh('group');
  emitter.line(`const ${parts.account} = run.workspace.account(${workspaceSlot(context, 'collect')});`);
  emitter.line(`const ${group} = { ${parts.members.join(', ')} };`);
  context.emit(parts.operator.input, frame, (scope) => {
    emitStep(parts, group, emitInputs(parts, scope, context), context);
  });
  emitter.line('{');
  consume(groupScope(parts, group, [], context, frame));
  emitter.line('}');
}

function emitGroups(parts: CollectParts, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter } = context;
  const retains = parts.operator.into !== undefined || parts.aggregates.some(({ retainsValues }) => retainsValues);
  const shape = emitShape(parts, retains, context);
  emitter.line(`const ${parts.account} = run.workspace.groups(${workspaceSlot(context, 'collect')}, ${shape});`);
  const codeGroups = emitter.fresh('codeGroups');
  emitter.line(`const ${codeGroups} = new ${emitter.constant(CodeGroups)}();`);
  context.emit(parts.operator.input, frame, (scope) =>
    emitGroupedRow({ ...parts, codeGroups }, retains, scope, context, frame),
  );
  const row = emitter.fresh('group');
  emitPieces(context, frame, `${parts.account}.finish()`);
  emitter.line(`for (let ${row}; (${row} = ${parts.account}.next()) !== undefined; ) {`);
  const pause = frame.mayYield ? 'if (run.pause) yield; ' : '';
  emitter.line(`if (${row} === ${emitter.constant(NOT_YET)}) { ${pause}continue; }`);
  emitCheckpoint(context, frame, 1);
  const keyNames = parts.operator.groups.map((_, at) => `${row}.k${at}`);
  consume(groupScope(parts, row, keyNames, context, frame));
  emitter.line('}');
}

/** Emits what one row does: to its group, to a new one, or, when there is no room for one, to the rows that wait. */
function emitGroupedRow(
  parts: CollectParts & { readonly codeGroups: string },
  retains: boolean,
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
): void {
  const { emitter } = context;
  const { account } = parts;
  const { keys, lookup, group } = emitLookup(parts, scope, context);
  const inputs = emitInputs(parts, scope, context);
  const keysKept = keys.map((key) => ` + run.keepValue(${key})`).join('');
  emitter.line(`if (${group} === undefined) {`);
  emitter.line(`if (${account}.isClosed) {`);
  const values = [...inputs.arguments.flat(), ...(inputs.entry === undefined ? [] : [inputs.entry])];
  const waiting = [
    ...keys.map((key, index) => `k${index}: ${key}`),
    ...values.map((value, index) => `x${index}: ${value}`),
  ];
  if (retains) waiting.push('saved: null');
  emitter.line(`${account}.sorter.rows.push({ ${waiting.join(', ')} });`);
  const valuesKept = values.map((value) => ` + run.keepValue(${value})`).join('');
  emitter.line(`${account}.sorter.kept += run.keep(${waiting.length})${keysKept}${valuesKept};`);
  emitter.line('} else {');
  const members = [...keys.map((key, index) => `k${index}: ${key}`), ...parts.members];
  emitter.line(`${group} = { ${members.join(', ')} };`);
  emitter.line(`${account}.add(${lookup}, ${group});`);
  emitter.line(`${account}.kept += run.keep(${members.length + 4})${keysKept};`);
  emitter.line('}');
  if (!retains) emitSpill(context, frame, account);
  emitter.line('}');
  emitter.line(`if (${group} !== undefined) {`);
  emitStep(parts, group, inputs, context);
  emitter.line('}');
  if (retains) emitSpill(context, frame, account);
}

/** Emits the search for a row's group; answers its keys, what they are looked up by, and the group or undefined. */
function emitLookup(
  { operator, account, codeGroups }: CollectParts & { readonly codeGroups: string },
  scope: Scope,
  context: PipelineContext,
): { keys: readonly string[]; lookup: string; group: string } {
  const { emitter, expressions } = context;
  const [only, ...others] = operator.groups;
  const coded = others.length === 0 ? expressions.storedField(only.expression, scope)?.byCode(codeGroups) : undefined;
  if (coded !== undefined) {
    // Once the table is closed its groups may be out of it.
    const isKnown = `${coded.isCoded} && !${account}.isClosed`;
    const group = emitter.local('group', `${isKnown} ? ${coded.group} : undefined`);
    const key = emitter.local('variable', 'null');
    emitter.block(`if (${group} === undefined)`, () => {
      emitter.line(`${key} = ${expressions.value(only.expression, scope)};`);
      emitter.line(`${group} = ${account}.find(${key});`);
      emitter.line(`if (${isKnown}) ${coded.group} = ${group};`);
    });
    return { keys: [key], lookup: key, group };
  }
  const keys = operator.groups.map(({ expression }) => emitter.local('variable', expressions.value(expression, scope)));
  const lookup = keys.length === 1 ? keys[0] : emitter.local('lookup', `[${keys.join(', ')}]`);
  return { keys, lookup, group: emitter.local('group', `${account}.find(${lookup})`) };
}

/** Emits how groups are made of rows that waited; answers JavaScript of a `GroupShape`. */
function emitShape(parts: CollectParts, retains: boolean, context: PipelineContext): string {
  const { emitter } = context;
  const { operator } = parts;
  const keys = operator.groups.map((_, index) => `k${index}`);
  const compare = emitter.constant(context.compareValues);
  const order = keys.map((key) => `${compare}(a.${key}, b.${key})`).join(' || ');
  const inputs = waitingInputs(parts);
  const inputNames = [...inputs.arguments.flat(), ...(inputs.entry === undefined ? [] : [inputs.entry])];
  const members = [...keys, ...inputNames.map((_, index) => `x${index}`), ...(retains ? ['saved'] : [])];
  const created = [...keys.map((key) => `${key}: row.${key}`), ...parts.members];
  const step = emitter.function('step', ['group', 'row'], () => {
    if (retains) {
      emitter.line('if (row.saved !== null) {');
      emitRestore(parts, context);
      emitter.line('return;');
      emitter.line('}');
    }
    emitStep(parts, 'group', inputs, context);
  });
  const shape = [
    `order: (a, b) => ${order}`,
    `codec: ${rowCodecCode(members.map(valueMember))}`,
    `create: (row) => ({ ${created.join(', ')} })`,
    `step: ${step}`,
  ];
  if (retains) {
    const nulls = inputNames.map((_, index) => `x${index}: null`);
    const kept = [...keys.map((key) => `${key}: group.${key}`), ...nulls, `saved: [${savedCode(parts).join(', ')}]`];
    shape.push(`save: (group) => ({ ${kept.join(', ')} })`);
  }
  return `{ ${shape.join(', ')} }`;
}

/** The inputs of a row that waited, held by the variable `row`. */
function waitingInputs({ operator }: CollectParts): RowInputs {
  let slot = 0;
  const next = () => `row.x${slot++}`;
  const inputs = operator.aggregates.map((aggregate) => aggregate.arguments.map(next));
  return { arguments: inputs, entry: operator.into === undefined ? undefined : next() };
}

/** JavaScript of all states of the group held by the variable `group`. */
function savedCode({ operator, aggregates }: CollectParts): readonly string[] {
  const saved = aggregates.flatMap((aggregate) => aggregate.save('group'));
  if (operator.count !== undefined) saved.push('group.count');
  if (operator.into !== undefined) saved.push('group.into');
  return saved;
}

/** Emits the way back: from `row.saved` into the group. */
function emitRestore({ operator, aggregates, account }: CollectParts, context: PipelineContext): void {
  const { emitter } = context;
  let slot = 0;
  for (const aggregate of aggregates) {
    aggregate.restore(
      'group',
      aggregate.save('group').map(() => `row.saved[${slot++}]`),
    );
  }
  if (operator.count !== undefined) emitter.line(`group.count = row.saved[${slot++}];`);
  if (operator.into !== undefined) emitter.line(`group.into = row.saved[${slot++}];`);
  emitter.line(`${account}.kept += run.keepValue(row.saved);`);
}

function emitInputs({ operator }: CollectParts, scope: Scope, context: PipelineContext): RowInputs {
  const { emitter, expressions } = context;
  const inputs = operator.aggregates.map((aggregate) => emitArguments(aggregate, scope, context));
  if (operator.into === undefined) return { arguments: inputs };
  const members = operator.into.members.map((name) => {
    const value = expressions.value({ kind: 'variable', name, span: { start: 0, end: 0 } }, scope);
    return `[${emitter.constant(name)}]: ${value}`;
  });
  return { arguments: inputs, entry: emitter.local('entry', `{ ${members.join(', ')} }`) };
}

/** Emits what one row does to its group. */
function emitStep(parts: CollectParts, group: string, inputs: RowInputs, context: PipelineContext): void {
  const { operator, aggregates, account } = parts;
  const { emitter } = context;
  if (operator.count !== undefined) emitter.line(`${group}.count++;`);
  aggregates.forEach((aggregate, index) => {
    aggregate.step(group, inputs.arguments[index]);
  });
  if (operator.into === undefined) return;
  emitter.line(`${group}.into.push(${inputs.entry});`);
  emitter.line(`${account}.kept += run.keepValue(${inputs.entry});`);
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
