import { ValueSet } from '../../functions/value-set.ts';
import type { ReturnOperator } from '../../plan/operators/row.ts';
import { type Frame, type PipelineContext, workspaceSlot } from './pipeline-context.ts';

/** Emits the statement's answers: their msgpack goes straight into the run's output. */
export function emitAnswers(operator: ReturnOperator, context: PipelineContext, frame: Frame): void {
  const { emitter, expressions } = context;
  const seen = emitter.fresh('seen');
  if (operator.distinct) emitter.line(`const ${seen} = new ${emitter.constant(ValueSet)}();`);
  context.emit(operator.input, frame, (scope) => {
    if (operator.distinct) {
      const value = emitter.fresh('value');
      emitter.line(`const ${value} = ${expressions.value(operator.expression, scope)};`);
      emitter.line(`if (${seen}.add(${value})) {`);
      emitter.line(`run.keep(1); run.keepValue(${value});`);
      emitter.line(`output.value(${value});`);
    } else {
      emitter.line('{');
      expressions.encode(operator.expression, scope, 'output');
    }
    emitter.line('if (++run.rows >= run.maxRows || output.position >= run.maxBytes) yield;');
    emitter.line('}');
  });
}

/** Emits the answers of a subquery; `consume` gets the JavaScript of each as a value. */
export function emitValuesOf(
  operator: ReturnOperator,
  context: PipelineContext,
  frame: Frame,
  consume: (value: string) => void,
): void {
  const { emitter, expressions } = context;
  const seen = emitter.fresh('seen');
  const account = emitter.fresh('account');
  if (operator.distinct) {
    emitter.line(`const ${seen} = new ${emitter.constant(ValueSet)}();`);
    emitter.line(`const ${account} = run.workspace.account(${workspaceSlot(context, operator.kind)});`);
  }
  context.emit(operator.input, frame, (scope) => {
    const value = emitter.fresh('value');
    emitter.line(`const ${value} = ${expressions.value(operator.expression, scope)};`);
    if (operator.distinct) {
      emitter.line(`if (${seen}.add(${value})) {`);
      emitter.line(`${account}.kept += run.keep(1) + run.keepValue(${value});`);
    }
    consume(value);
    if (operator.distinct) emitter.line('}');
  });
}
