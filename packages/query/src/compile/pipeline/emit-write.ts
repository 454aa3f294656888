import type { Expression } from '../../ast/expression.ts';
import { freeNames } from '../../plan/names/free-names.ts';
import type { UpsertOperator, WriteOperator } from '../../plan/operators/write.ts';
import type { Scope } from '../scope.ts';
import { type Consume, emitCheckpoint, type Frame, type PipelineContext, workspaceSlot } from './pipeline-context.ts';
import { captureRow, type RowCapture } from './row-capture.ts';

/** The expressions of a write whose values are computed while the input is gathered, in the order the run takes them. */
function gathered(operator: WriteOperator): readonly Expression[] {
  switch (operator.kind) {
    case 'insert':
      return [operator.document];
    case 'update':
      return [operator.selector, operator.changes];
    case 'replace':
      return [operator.selector, operator.document];
    case 'remove':
      return [operator.selector];
    case 'upsert':
      return [operator.search];
  }
}

function isSelector(operator: WriteOperator, expression: Expression): boolean {
  return 'selector' in operator && operator.selector === expression;
}

/** The key of a document instead of the document: a selector needs no more, and finding the key decodes nothing. */
function keyOnly(selector: Expression, scope: Scope): Expression {
  if (selector.kind !== 'variable' || scope.lookup(selector.name)?.kind !== 'document') return selector;
  return { kind: 'attribute', object: selector, name: '_key', optional: false, span: selector.span };
}

/**
 * Gathers all input rows, so that no loop meets what the statement writes; then writes row by row; then hands the rows
 * on with NEW and OLD.
 */
export function emitWrite(operator: WriteOperator, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter, expressions } = context;
  const rows = emitter.fresh('rows');
  const account = emitter.fresh('account');
  let capture: RowCapture | undefined;
  emitter.line(`const ${rows} = [], ${account} = run.workspace.account(${workspaceSlot(context, operator.kind)});`);
  context.emit(operator.input, frame, (scope) => {
    const values = gathered(operator).map((whole) => {
      const expression = isSelector(operator, whole) ? keyOnly(whole, scope) : whole;
      const name = emitter.fresh('argument');
      emitter.line(`const ${name} = ${expressions.value(expression, scope)};`);
      return name;
    });
    const options = operator.options === undefined ? 'null' : expressions.value(operator.options, scope);
    capture = captureRow(scope, frame.base, keptNames(operator, frame), context);
    const members = [
      ...values.map((value, index) => `w${index}: ${value}`),
      `options: ${options}`,
      'out: null',
      ...capture.members,
    ];
    emitter.line(`${rows}.push({ ${members.join(', ')} });`);
    capture.emitKeep(account, 2);
    for (const value of values) emitter.line(`${account}.kept += run.keepValue(${value});`);
  });
  emitWrites(operator, rows, capture!, context, frame);
  emitOutcomes(rows, capture!, context, frame, consume);
}

function keptNames(operator: WriteOperator, frame: Frame): Iterable<string> {
  const required = frame.required.get(operator)!;
  if (operator.kind !== 'upsert') return required;
  return new Set([...required, ...freeNames(operator.insert), ...freeNames(operator.changes)]);
}

function emitWrites(
  operator: WriteOperator,
  rows: string,
  capture: RowCapture,
  context: PipelineContext,
  frame: Frame,
): void {
  const { emitter } = context;
  const index = emitter.fresh('index');
  const row = emitter.fresh('row');
  const collection = emitter.constant(operator.collection);
  emitter.line(`for (let ${index} = 0; ${index} < ${rows}.length; ${index}++) {`);
  emitCheckpoint(context, { ...frame, mayYield: false }, 16);
  emitter.line(`const ${row} = ${rows}[${index}];`);
  if (operator.kind === 'upsert') {
    emitUpsert(operator, row, collection, frame.base.child(capture.restore(row)), context);
  } else {
    const values = gathered(operator).map((_, at) => `${row}.w${at}`);
    emitter.line(`${row}.out = run.writes.${operator.kind}(${[collection, ...values, `${row}.options`].join(', ')});`);
  }
  emitter.line('}');
}

/** Only the branch that is needed is evaluated, and it sees the document found as OLD. */
function emitUpsert(
  operator: UpsertOperator,
  row: string,
  collection: string,
  scope: Scope,
  context: PipelineContext,
): void {
  const { emitter, expressions } = context;
  const old = emitter.fresh('old');
  emitter.line(`const ${old} = run.writes.find(${collection}, ${row}.w0);`);
  emitter.line(`if (${old} === null) {`);
  emitter.line(
    `${row}.out = run.writes.insert(${collection}, ${expressions.value(operator.insert, scope)}, ${row}.options);`,
  );
  emitter.line('} else {');
  const found = scope.child([['OLD', { kind: 'value', code: old }]]);
  const changes = expressions.value(operator.changes, found);
  emitter.line(`${row}.out = run.writes.${operator.action}(${collection}, ${old}, ${changes}, ${row}.options);`);
  emitter.line('}');
}

function emitOutcomes(
  rows: string,
  capture: RowCapture,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  const { emitter } = context;
  const index = emitter.fresh('index');
  const row = emitter.fresh('row');
  emitter.line(`for (let ${index} = 0; ${index} < ${rows}.length; ${index}++) {`);
  emitCheckpoint(context, frame, 1);
  emitter.line(`const ${row} = ${rows}[${index}];`);
  const bindings = capture.restore(row);
  bindings.set('NEW', { kind: 'value', code: `${row}.out.new` });
  bindings.set('OLD', { kind: 'value', code: `${row}.out.old` });
  consume(frame.base.child(bindings));
  emitter.line('}');
}
