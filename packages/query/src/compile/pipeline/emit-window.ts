import type { WindowCall, WindowOperator } from '../../plan/operators/row.ts';
import { computeWindow } from '../../runtime/rows/window.ts';
import type { Scope } from '../scope.ts';
import { type Consume, emitCheckpoint, type Frame, type PipelineContext } from './pipeline-context.ts';
import { captureRow, type RowCapture } from './row-capture.ts';

/** Gathers all rows with the values that the calls need, computes the calls, and hands the rows on as they came. */
export function emitWindow(operator: WindowOperator, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter } = context;
  const rows = emitter.fresh('rows');
  let capture: RowCapture | undefined;
  emitter.line(`const ${rows} = [];`);
  context.emit(operator.input, frame, (scope) => {
    const inputs = operator.calls.map((call, index) => `i${index}: ${inputsOf(call, scope, context)}`);
    const outputs = operator.calls.map((_, index) => `o${index}: null`);
    capture = captureRow(scope, frame.base, frame.required.get(operator)!, context);
    const members = [...inputs, ...outputs, ...capture.members];
    emitter.line(`${rows}.push({ ${members.join(', ')} });`);
    capture.emitKeep(6 * operator.calls.length);
  });
  operator.calls.forEach((call, index) => {
    const shape = { function: call.function, descending: call.order.map((key) => key.descending) };
    emitter.line(
      `${emitter.constant(computeWindow)}(${rows}, ${emitter.constant(shape)}, 'i${index}', 'o${index}', run);`,
    );
  });
  const at = emitter.fresh('index');
  const row = emitter.fresh('row');
  emitter.line(`for (let ${at} = 0; ${at} < ${rows}.length; ${at}++) {`);
  emitCheckpoint(context, frame, 1);
  emitter.line(`const ${row} = ${rows}[${at}];`);
  const bindings = capture!.restore(row);
  operator.calls.forEach((call, index) => {
    bindings.set(call.variable, { kind: 'value', code: `${row}.o${index}` });
  });
  consume(frame.base.child(bindings));
  emitter.line('}');
}

/** JavaScript of what one row gives to a call: its arguments, partition keys and order keys. */
function inputsOf(call: WindowCall, scope: Scope, context: PipelineContext): string {
  const list = (expressions: WindowCall['arguments']) =>
    `[${expressions.map((expression) => context.emitter.local('input', context.expressions.value(expression, scope))).join(', ')}]`;
  const order = call.order.map((key) => key.expression);
  return `{ arguments: ${list(call.arguments)}, partition: ${list(call.partition)}, order: ${list(order)} }`;
}
