import type { SortKey } from '../../ast/expression.ts';
import type { SortOperator, TopOperator } from '../../plan/operators/row.ts';
import { TopHeap } from '../../runtime/rows/top-heap.ts';
import type { Scope } from '../scope.ts';
import { type Consume, emitCheckpoint, type Frame, type PipelineContext } from './pipeline-context.ts';
import { captureRow, type RowCapture } from './row-capture.ts';

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

function emitRows(rows: string, capture: RowCapture, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter } = context;
  const index = emitter.fresh('index');
  const row = emitter.fresh('row');
  emitter.line(`for (let ${index} = 0; ${index} < ${rows}.length; ${index}++) {`);
  emitCheckpoint(context, frame, 1);
  emitter.line(`const ${row} = ${rows}[${index}];`);
  consume(frame.base.child(capture.restore(row)));
  emitter.line('}');
}

/** Gathers all rows with their keys, sorts them (JavaScript's sort is stable), and loops over them. */
export function emitSort(operator: SortOperator, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter } = context;
  const rows = emitter.fresh('rows');
  let capture: RowCapture | undefined;
  emitter.line(`const ${rows} = [];`);
  context.emit(operator.input, frame, (scope) => {
    const keys = operator.keys.map((key) => emitKey(key, scope, context));
    capture = captureRow(scope, frame.base, frame.required.get(operator)!, context);
    const members = [...keys.map((key, index) => `k${index}: ${key}`), ...capture.members];
    emitter.line(`${rows}.push({ ${members.join(', ')} });`);
    capture.emitKeep(keys.length);
  });
  emitter.line(`${rows}.sort((a, b) => ${rowOrder(operator.keys, context)});`);
  emitRows(rows, capture!, context, frame, consume);
}

/** Keeps the best rows in a heap; a row that comes after the worst of them is dropped before anything is built. */
export function emitTop(operator: TopOperator, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter, expressions } = context;
  const heap = emitter.fresh('heap');
  const rows = emitter.fresh('rows');
  const offset = emitter.fresh('offset');
  const arrival = emitter.fresh('arrival');
  const capacity = emitter.fresh('capacity');
  const skip = operator.offset === undefined ? '0' : expressions.value(operator.offset, frame.base);
  emitter.line(`const ${offset} = run.limitCount(${skip});`);
  emitter.line(`const ${capacity} = ${offset} + run.limitCount(${expressions.value(operator.count, frame.base)});`);
  const order = `(a, b) => ${rowOrder(operator.keys, context)} || a.arrival - b.arrival`;
  emitter.line(`const ${heap} = new ${emitter.constant(TopHeap)}(${capacity}, ${order});`);
  emitter.line(`let ${arrival} = 0;`);
  emitter.line(`if (${capacity} > ${offset}) {`);
  let capture: RowCapture | undefined;
  context.emit(operator.input, frame, (scope) => {
    const place = emitter.fresh('place');
    emitter.line(`let ${place} = ${heap}.full ? 0 : -1;`);
    const keys: string[] = [];
    operator.keys.forEach((key, index) => {
      // Rows behind the worst are left at the first key that says so; later keys are then not computed.
      if (index > 0) emitter.line(`if (${place} <= 0) {`);
      const name = emitKey(key, scope, context);
      emitter.line(`if (${place} === 0) ${place} = ${keyOrder(name, `${heap}.worst.k${index}`, key, context)};`);
      keys.push(name);
    });
    capture = captureRow(scope, frame.base, frame.required.get(operator)!, context);
    const members = [...keys.map((key, index) => `k${index}: ${key}`), `arrival: ${arrival}++`, ...capture.members];
    emitter.line(`if (${place} < 0) {`);
    emitter.line(`if (!${heap}.full) {`);
    capture.emitKeep(keys.length + 1);
    emitter.line('}');
    emitter.line(`${heap}.add({ ${members.join(', ')} });`);
    emitter.line('}');
    for (let index = 1; index < operator.keys.length; index++) emitter.line('}');
  });
  emitter.line('}');
  emitter.line(`const ${rows} = ${heap}.sorted(${offset});`);
  emitRows(rows, capture!, context, frame, consume);
}
