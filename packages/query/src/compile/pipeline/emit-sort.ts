import type { SortKey } from '../../ast/expression.ts';
import type { SortOperator, TopOperator } from '../../plan/operators/row.ts';
import type { Scope } from '../scope.ts';
import {
  type Consume,
  emitCheckpoint,
  emitPieces,
  emitSpill,
  type Frame,
  type PipelineContext,
  workspaceSlot,
} from './pipeline-context.ts';
import { captureRow, type RowCapture } from './row-capture.ts';
import { rowCodecCode, type StoredMember, valueMember } from './row-codec-code.ts';

/** Emits the value of a sort key; a key that fails counts as null. */
function emitKey(key: SortKey, scope: Scope, context: PipelineContext): string {
  const { emitter, expressions } = context;
  const name = emitter.fresh('key');
  if (!expressions.throws(key.expression)) {
    emitter.line(`const ${name} = ${expressions.value(key.expression, scope)};`);
    return name;
  }
  emitter.line(`let ${name} = null;`);
  emitter.line('try {');
  emitter.line(`${name} = ${expressions.value(key.expression, scope)};`);
  emitter.line('} catch (error) { run.sortFailed(error); }');
  return name;
}

/** JavaScript of the order of two key values, numbers without a call. */
function keyOrder(left: string, right: string, key: SortKey, context: PipelineContext): string {
  const [a, b] = key.descending ? [right, left] : [left, right];
  const compare = context.emitter.constant(context.compareValues);
  return `(typeof ${a} === 'number' && typeof ${b} === 'number' ? ${a} - ${b} : ${compare}(${a}, ${b}))`;
}

function rowOrder(keys: readonly SortKey[], context: PipelineContext): string {
  const orders = keys.map((key, index) => keyOrder(`a.k${index}`, `b.k${index}`, key, context));
  return orders.join(' || ');
}

/** Emits a loop over what a sorter or the like hands out. */
function emitRows(source: string, capture: RowCapture, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter } = context;
  const row = emitter.fresh('row');
  emitter.line(`for (let ${row}; (${row} = ${source}.next()) !== undefined; ) {`);
  emitCheckpoint(context, frame, 1);
  consume(frame.base.child(capture.restore(row)));
  emitter.line('}');
}

function keyMembers(keys: readonly SortKey[]): StoredMember[] {
  return keys.map((_, index) => valueMember(`k${index}`));
}

/** Gathers all rows with their keys, sorts them, equal ones as they came, and loops over them. */
export function emitSort(operator: SortOperator, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter } = context;
  const sorter = emitter.fresh('sorter');
  const codec = emitter.fresh('codec');
  let capture: RowCapture | undefined;
  const codecSlot = emitter.slot();
  const shape = `{ order: (a, b) => ${rowOrder(operator.keys, context)}, codec: ${codec} }`;
  emitter.line(`const ${sorter} = run.workspace.sorter(${workspaceSlot(context, operator.kind)}, ${shape});`);
  context.emit(operator.input, frame, (scope) => {
    const keys = operator.keys.map((key) => emitKey(key, scope, context));
    capture = captureRow(scope, frame.base, frame.required.get(operator)!, context);
    const members = [...keys.map((key, index) => `k${index}: ${key}`), ...capture.members];
    emitter.line(`${sorter}.rows.push({ ${members.join(', ')} });`);
    capture.emitKeep(sorter, keys.length);
    emitSpill(context, frame, sorter);
  });
  codecSlot.line(`const ${codec} = ${rowCodecCode([...keyMembers(operator.keys), ...capture!.stored])};`);
  emitPieces(context, frame, `${sorter}.finish()`);
  emitRows(sorter, capture!, context, frame, consume);
}

/** Keeps the best rows in a heap; a row that comes after the worst of them is dropped before anything is built. */
export function emitTop(operator: TopOperator, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter, expressions } = context;
  const heap = emitter.fresh('heap');
  const codec = emitter.fresh('codec');
  const offset = emitter.fresh('offset');
  const count = emitter.fresh('count');
  const arrival = emitter.fresh('arrival');
  const skip = operator.offset === undefined ? '0' : expressions.value(operator.offset, frame.base);
  emitter.line(`const ${offset} = run.limitCount(${skip});`);
  emitter.line(`const ${count} = run.limitCount(${expressions.value(operator.count, frame.base)});`);
  const codecSlot = emitter.slot();
  const shape = `{ order: (a, b) => ${rowOrder(operator.keys, context)} || a.arrival - b.arrival, codec: ${codec} }`;
  const limits = `{ offset: ${offset}, count: ${count} }`;
  emitter.line(`const ${heap} = run.workspace.topRows(${workspaceSlot(context, operator.kind)}, ${shape}, ${limits});`);
  emitter.line(`let ${arrival} = 0;`);
  emitter.line(`if (${count} > 0) {`);
  let capture: RowCapture | undefined;
  context.emit(operator.input, frame, (scope) => {
    capture = emitTopRow({ operator, heap, arrival }, scope, context, frame);
  });
  emitter.line('}');
  const stored = [...keyMembers(operator.keys), valueMember('arrival'), ...capture!.stored];
  codecSlot.line(`const ${codec} = ${rowCodecCode(stored)};`);
  emitPieces(context, frame, `${heap}.finish()`);
  emitRows(heap, capture!, context, frame, consume);
}

/** Emits what happens with one row: rows behind the worst are left at the first key that says so; later keys are not computed. */
function emitTopRow(
  { operator, heap, arrival }: { operator: TopOperator; heap: string; arrival: string },
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
): RowCapture {
  const { emitter } = context;
  const place = emitter.fresh('place');
  emitter.line(`let ${place} = ${heap}.full ? 0 : -1;`);
  const keys: string[] = [];
  operator.keys.forEach((key, index) => {
    if (index > 0) emitter.line(`if (${place} <= 0) {`);
    const name = emitKey(key, scope, context);
    emitter.line(`if (${place} === 0) ${place} = ${keyOrder(name, `${heap}.worst.k${index}`, key, context)};`);
    keys.push(name);
  });
  const capture = captureRow(scope, frame.base, frame.required.get(operator)!, context);
  const members = [...keys.map((key, index) => `k${index}: ${key}`), `arrival: ${arrival}++`, ...capture.members];
  emitter.line(`if (${place} < 0) {`);
  emitter.line(`const isNew = !${heap}.full;`);
  emitter.line(`${heap}.add({ ${members.join(', ')} });`);
  emitter.line('if (isNew) {');
  capture.emitKeep(heap, keys.length + 1);
  emitSpill(context, frame, heap);
  emitter.line('}');
  emitter.line('}');
  for (let index = 1; index < operator.keys.length; index++) emitter.line('}');
  return capture;
}
