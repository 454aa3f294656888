import type { FilterOperator, LetOperator, LimitOperator } from '../../plan/operators/row.ts';
import type { Scope } from '../scope.ts';
import { type Consume, type Frame, type PipelineContext, workspaceSlot } from './pipeline-context.ts';

/** `if (condition) { … }`, guarded only where the condition can throw. */
export function emitFilter(operator: FilterOperator, scope: Scope, context: PipelineContext, consume: Consume): void {
  const { emitter, expressions } = context;
  if (!expressions.throws(operator.condition)) {
    emitter.line(`if (${expressions.condition(operator.condition, scope)}) {`);
  } else {
    const passes = emitter.fresh('passes');
    emitter.line(`let ${passes} = false;`);
    emitter.line('try {');
    emitter.line(`${passes} = ${expressions.condition(operator.condition, scope)};`);
    emitter.line('} catch (error) { run.filterFailed(error); }');
    emitter.line(`if (${passes}) {`);
  }
  consume(scope);
  emitter.line('}');
}

/** Evaluates the value once and returns a scope that binds it. */
export function emitLet(operator: LetOperator, scope: Scope, context: PipelineContext, frame: Frame): Scope {
  const { emitter, expressions } = context;
  const { value, variable } = operator;
  if (value.kind === 'variable') {
    const same = scope.lookup(value.name);
    if (same !== undefined) return scope.child([[variable, { ...same }]]);
  }
  const name = emitter.fresh('variable');
  // A leading subquery is computed once anyway; in the generator itself it can stop in the middle and go on later.
  const inPlace =
    value.kind === 'subquery' &&
    (context.plan.subqueries.get(value.query)?.constant !== true || (operator.leading && frame.mayYield));
  if (value.kind === 'subquery' && inPlace) {
    const account = emitter.fresh('account');
    emitter.line(`const ${name} = [], ${account} = run.workspace.account(${workspaceSlot(context, operator.kind)});`);
    context.emitSubquery(value, scope, frame, (row) => {
      emitter.line(`${name}.push(${row}); ${account}.kept += run.keepValue(${row});`);
    });
  } else {
    emitter.line(`const ${name} = ${expressions.value(value, scope)};`);
  }
  return scope.child([[variable, { kind: 'value', code: name }]]);
}

/** A labelled block around everything below: once enough rows have passed, the block is left. */
export function emitLimit(operator: LimitOperator, context: PipelineContext, frame: Frame, consume: Consume): void {
  const { emitter, expressions } = context;
  const seen = emitter.fresh('seen');
  const end = emitter.fresh('end');
  const label = emitter.fresh('limit');
  const offset = operator.offset === undefined ? undefined : emitter.fresh('offset');
  if (operator.offset && offset) {
    emitter.line(`const ${offset} = run.limitCount(${expressions.value(operator.offset, frame.base)});`);
  }
  const count = `run.limitCount(${expressions.value(operator.count, frame.base)})`;
  emitter.line(`const ${end} = ${offset === undefined ? count : `${offset} + ${count}`};`);
  emitter.line(`let ${seen} = 0;`);
  emitter.line(`${label}: if (${end} > ${offset ?? '0'}) {`);
  context.emit(operator.input, frame, (scope) => {
    emitter.line(`${seen}++;`);
    if (offset !== undefined) emitter.line(`if (${seen} > ${offset}) {`);
    consume(scope);
    if (offset !== undefined) emitter.line('}');
    emitter.line(`if (${seen} === ${end}) break ${label};`);
  });
  emitter.line('}');
}
