import type { WindowCall, WindowOperator } from '../../plan/operators/row.ts';
import { computeWindow } from '../../runtime/rows/window.ts';
import type { Scope } from '../scope.ts';
import {
  type Consume,
  emitCheckpoint,
  emitPieces,
  type Frame,
  type PipelineContext,
  workspaceSlot,
} from './pipeline-context.ts';
import { captureRow, type RowCapture } from './row-capture.ts';

/** Gathers all rows with the values that the calls need, computes the calls, and hands the rows on as they came. */
export function emitWindow(operator: WindowOperator, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter } = context;
  const rows = emitter.fresh('rows');
  const account = emitter.fresh('account');
  let capture: RowCapture | undefined;
  emitter.line(`const ${rows} = [], ${account} = run.workspace.account(${workspaceSlot(context, operator.kind)});`);
  context.emit(operator.input, frame, (scope) => {
    const inputs = operator.calls.map((call, index) => `i${index}: ${inputsOf(call, account, scope, context)}`);
    const outputs = operator.calls.map((_, index) => `o${index}: null`);
    capture = captureRow(scope, frame.base, frame.required.get(operator)!, context);
    const members = [...inputs, ...outputs, ...capture.members];
    emitter.line(`${rows}.push({ ${members.join(', ')} });`);
    capture.emitKeep(account, 12 * operator.calls.length);
  });
  operator.calls.forEach((call, index) => {
    const shape = { function: call.function, descending: call.order.map((key) => key.descending) };
    const members = `'i${index}', 'o${index}'`;
    const compute = `${emitter.constant(computeWindow)}(${rows}, ${emitter.constant(shape)}, ${members}, run)`;
    emitPieces(context, frame, compute);
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
function inputsOf(call: WindowCall, account: string, scope: Scope, context: PipelineContext): string {
  const { emitter, expressions } = context;
  const list = (inputs: WindowCall['arguments']) => {
    const names = inputs.map((input) => emitter.local('input', expressions.value(input, scope)));
    for (const name of names) emitter.line(`${account}.kept += run.keepValue(${name});`);
    return `[${names.join(', ')}]`;
  };
  const order = call.order.map((key) => key.expression);
  return `{ arguments: ${list(call.arguments)}, partition: ${list(call.partition)}, order: ${list(order)} }`;
}
