import type { IndexLookup, IndexOperator, UnionOperator } from '../../plan/operators/source.ts';
import { prefixRange } from '../../runtime/access/prefix-range.ts';
import type { Binding, Scope } from '../scope.ts';
import { boundCode, emitCursor, emitPositions, idPrefix } from './emit-source.ts';
import { type Consume, emitCheckpoint, type Frame, type PipelineContext } from './pipeline-context.ts';

/** What one entry of an index costs, in rows of a cheap loop. */
const entryTicks = 3;

/** `{ equal: […], within, lower, upper }` with the codes of the values. */
export function lookupCode(lookup: IndexLookup, scope: Scope, context: PipelineContext): string {
  const { emitter, expressions } = context;
  const index = emitter.constant(lookup.index);
  const equal = lookup.equal.map((value) => expressions.value(value, scope)).join(', ');
  const within = lookup.within === undefined ? 'undefined' : expressions.value(lookup.within, scope);
  if (lookup.prefix !== undefined) {
    const { value, isPattern } = lookup.prefix;
    const bounds = `${emitter.constant(prefixRange)}(${expressions.value(value, scope)}, ${isPattern})`;
    return `{ index: ${index}, equal: [${equal}], within: undefined, ...${bounds} }`;
  }
  const lower = boundCode(lookup.lower, scope, context);
  const upper = boundCode(lookup.upper, scope, context);
  return `{ index: ${index}, equal: [${equal}], within: ${within}, lower: ${lower}, upper: ${upper} }`;
}

export function emitIndex(
  operator: IndexOperator,
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  if (operator.covers !== undefined) {
    emitEntries(operator, operator.covers, scope, context, frame, consume);
    return;
  }
  const names = `${context.emitter.constant(operator.collection)}, ${context.emitter.constant(operator.index)}`;
  const positions = () => {
    const lookup = lookupCode(operator, scope, context);
    return operator.order === 'asc' || operator.order === 'desc'
      ? `run.access.orderedPositions(${names}, ${lookup}, ${operator.order === 'desc'})`
      : `run.access.indexPositions(${names}, ${lookup})`;
  };
  emitPositions(operator, positions, scope, context, frame, consume);
}

/** One loop over entries, which say all that is asked of the documents. */
function emitEntries(
  operator: IndexOperator,
  covers: NonNullable<IndexOperator['covers']>,
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  const { emitter } = context;
  const entries = emitter.fresh('entries');
  const names = `${emitter.constant(operator.collection)}, ${emitter.constant(operator.index)}`;
  const open = () => {
    const order = operator.distinct ? 'distinct' : operator.order === 'none' ? 'none' : 'key';
    return `run.access.coveredEntries(${names}, ${lookupCode(operator, scope, context)}, '${order}')`;
  };
  emitCursor(entries, operator, context, open, 'run.access.noEntries');
  emitter.line(`while (${entries}.next()) {`);
  emitCheckpoint(context, frame, entryTicks);
  emitter.line('run.scanned++;');
  const bindings = covers.map(({ variable, source }): [string, Binding] => {
    const key = `${entries}.key()`;
    const code =
      source === '_key'
        ? key
        : source === '_id'
          ? `${idPrefix(context, operator.collection)} + ${key}`
          : `${entries}.value(${source})`;
    return [variable, { kind: 'value', code: emitter.local('covered', code) }];
  });
  consume(scope.child(bindings));
  emitter.line('}');
}

export function emitUnion(
  operator: UnionOperator,
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  const collection = context.emitter.constant(operator.collection);
  const positions = () => {
    const lookups = operator.lookups.map((lookup) => lookupCode(lookup, scope, context));
    return `run.access.unionPositions(${collection}, [${lookups.join(', ')}])`;
  };
  emitPositions(operator, positions, scope, context, frame, consume);
}
