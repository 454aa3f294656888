import type { JoinAccess, JoinOperator } from '../../plan/operators/join.ts';
import type { Binding, Scope } from '../scope.ts';
import { lookupCode } from './emit-index.ts';
import { bindDocument, emitFailingCursor, idPrefix } from './emit-source.ts';
import {
  type Consume,
  emitCheckpoint,
  emitTableBuild,
  type Frame,
  type PipelineContext,
  workspaceSlot,
} from './pipeline-context.ts';

/** JOIN: candidates are looked up in a table by an equality of the condition where there is one, else all are tried. */
export function emitJoin(
  operator: JoinOperator,
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  const { emitter } = context;
  const matches = emitter.fresh('matches');
  const account = emitter.fresh('account');
  emitter.line(`const ${matches} = [], ${account} = run.workspace.account(${workspaceSlot(context, operator.kind)});`);
  emitCandidates(operator, scope, context, frame, (inner) => {
    const match = emitter.local('match', variableValue(operator.variable, inner, context));
    emitter.line(`${matches}.push(${match});`);
    emitter.line(`${account}.kept += run.keepValue(${match});`);
  });
  if (operator.type === 'inner') emitter.line(`if (${matches}.length > 0) {`);
  else emitter.line('{');
  consume(scope.child([[operator.variable, { kind: 'value', code: matches }]]));
  emitter.line('}');
}

/** Loops over the documents for which the condition holds; an error in it is no match. */
function emitCandidates(
  operator: JoinOperator,
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  const { emitter, expressions } = context;
  const cursor = emitter.fresh('candidates');
  const position = emitter.fresh('position');
  const table = emitter.fresh('table');
  const collection = emitter.constant(operator.collection);
  const { lookup, through } = operator;
  if (through !== undefined) {
    emitFailingCursor(cursor, context, () => accessCode(operator, through, scope, context));
  } else if (lookup !== undefined) {
    const name = emitter.function('field', ['bytes', 'record'], () => {
      const inner = bindDocument(operator, scope, 'bytes', 'record', context);
      emitter.line(`return ${expressions.value(lookup.field, inner)};`);
    });
    emitter.line(`const ${table} = run.access.hashTable(${emitter.constant(operator)}, ${collection}, ${name});`);
    emitTableBuild(context, frame, table);
    emitFailingCursor(cursor, context, () => `${table}.positions(${expressions.value(lookup.value, scope)})`);
  } else {
    emitter.line(`const ${cursor} = run.access.allPositions(${collection});`);
  }
  emitter.line(`for (let ${position}; (${position} = ${cursor}.next()) !== undefined; ) {`);
  emitCheckpoint(context, frame, 2);
  const bytes = emitter.local('bytes', `${position}.bytes`);
  const record = emitter.local('record', `${position}.record`);
  const inner = bindDocument(operator, scope, bytes, record, context);
  const matched = emitter.local('matched', 'false');
  emitter.block(
    'try',
    () => emitter.line(`${matched} = ${expressions.condition(operator.condition, inner)};`),
    ' catch (error) { run.filterFailed(error); }',
  );
  emitter.line(`if (${matched}) {`);
  consume(inner);
  emitter.line('}');
  emitter.line('}');
}

/** The candidates that an index or a key leads to. */
function accessCode(operator: JoinOperator, access: JoinAccess, scope: Scope, context: PipelineContext): string {
  const { emitter, expressions } = context;
  const collection = emitter.constant(operator.collection);
  if (access.kind === 'index') {
    const lookup = lookupCode(access, scope, context);
    return `run.access.indexPositions(${collection}, ${emitter.constant(access.index)}, ${lookup})`;
  }
  const prefix = access.attribute === '_id' ? idPrefix(context, operator.collection) : 'undefined';
  return `run.access.keyPosition(${collection}, ${expressions.value(access.key, scope)}, ${prefix})`;
}

/**
 * RIGHT and FULL JOIN gather the left rows with their matches, then loop over what the run makes of them. Variables of
 * the left side are kept as values, since rows without a left side have nulls in their place.
 */
export function emitOuterJoin(operator: JoinOperator, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter } = context;
  const join = emitter.fresh('join');
  let names: readonly string[] = [];
  emitter.line(
    `const ${join} = run.workspace.outerJoin(${workspaceSlot(context, operator.kind)}, '${operator.type}');`,
  );
  context.emit(operator.input, frame, (scope) => {
    names = keptNames(operator, scope, frame);
    const members = names.map((name, slot) => `v${slot}: ${variableValue(name, scope, context)}`);
    const row = emitter.local('row', `{ ${['matches: []', ...members].join(', ')} }`);
    emitter.line(`${join}.add(${row});`);
    emitCandidates(operator, scope, context, frame, (inner) => {
      emitter.line(`${join}.match(${row}, ${variableValue(operator.variable, inner, context)});`);
    });
  });
  const documents = `run.access.allPositions(${emitter.constant(operator.collection)})`;
  emitter.line(`${join}.finish(${documents}, ${idPrefix(context, operator.collection)});`);
  const item = emitter.fresh('item');
  emitter.line(`for (let ${item}; (${item} = ${join}.next()) !== undefined; ) {`);
  emitCheckpoint(context, frame, 4);
  const bindings = new Map<string, Binding>();
  names.forEach((name, slot) => {
    const code = emitter.local('value', `${item}.row === undefined ? null : ${item}.row.v${slot}`);
    bindings.set(name, { kind: 'value', code });
  });
  bindings.set(operator.variable, { kind: 'value', code: `${item}.value` });
  consume(frame.base.child(bindings));
  emitter.line('}');
}

function keptNames(operator: JoinOperator, scope: Scope, frame: Frame): readonly string[] {
  const bound = (name: string) => {
    const binding = scope.lookup(name);
    return binding !== undefined && binding !== frame.base.lookup(name);
  };
  return [...frame.required.get(operator)!].filter((name) => name !== operator.variable && bound(name));
}

function variableValue(name: string, scope: Scope, context: PipelineContext): string {
  return context.expressions.value({ kind: 'variable', name, span: { start: 0, end: 0 } }, scope);
}
