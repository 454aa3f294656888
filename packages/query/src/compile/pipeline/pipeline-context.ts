import type { Value } from '@cairn/protocol/internal';
import type { Expression } from '../../ast/expression.ts';
import type { Operator } from '../../plan/operator.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ColumnStore } from '../../runtime/columns/column-store.ts';
import type { Emitter } from '../emitter.ts';
import type { ExpressionCompiler } from '../expression/expression-compiler.ts';
import type { Scope } from '../scope.ts';

/** Emits what happens with each row, given what the row binds. */
export type Consume = (scope: Scope) => void;

/** One query or subquery while its code is written. */
export interface Frame {
  /** What is bound without any row: the surrounding query's variables and leading LETs. */
  readonly base: Scope;
  readonly required: ReadonlyMap<Operator, ReadonlySet<string>>;
  /** The code stands in the generator itself, so it may stop in the middle and go on later. */
  readonly mayYield: boolean;
  /** The local variable that counts down to the next checkpoint. */
  readonly ticks: string;
}

/** What the emitters of single operators share. */
export interface PipelineContext {
  readonly plan: Plan;
  readonly emitter: Emitter;
  readonly expressions: ExpressionCompiler;
  /** Where scans that can read columns find them; undefined: all read blocks. */
  readonly columns: ColumnStore | undefined;
  /** The language's total order, as generated code calls it. */
  readonly compareValues: (left: Value, right: Value) => number;
  /** Emits the operator and all below it; `consume` is called once, inside the innermost loop. */
  emit(operator: Operator, frame: Frame, consume: Consume): void;
  /** Emits a subquery in place; `consume` gets the code of each answer. */
  emitSubquery(
    expression: Expression & { kind: 'subquery' },
    scope: Scope,
    frame: Frame,
    consume: (value: string) => void,
  ): void;
}

/** Emits the countdown after which the deadline, `cancel`, the consumer and the event loop get their turn. */
export function emitCheckpoint(context: PipelineContext, frame: Frame, cost: number | string): void {
  const pause = frame.mayYield ? ' if (run.pause) yield;' : '';
  context.emitter.line(`if ((${frame.ticks} -= ${cost}) < 0) { ${frame.ticks} = run.pace();${pause} }`);
}

/** Emits the pieces of a longer work of the run, given as a generator, with a stop between two of them. */
export function emitPieces(context: PipelineContext, frame: Frame, pieces: string): void {
  context.emitter.line(`for (const _ of ${pieces}) {${frame.mayYield ? ' if (run.pause) yield;' : ''} }`);
}

/** Emits what an operator does about a full budget after it has kept something. */
export function emitSpill(context: PipelineContext, frame: Frame, gathering: string): void {
  context.emitter.block(`if (run.memory.isFull && ${gathering}.shouldSpill)`, () =>
    emitPieces(context, frame, `${gathering}.spill()`),
  );
}

/** Emits the building of the table of a join in pieces, at the lookup that wants it. */
export function emitTableBuild(context: PipelineContext, frame: Frame, table: string): void {
  context.emitter.block(`if (${table}.wantsBuild)`, () => emitPieces(context, frame, `${table}.build()`));
}

/** A slot of the run's workspace that belongs to this place of the code alone. */
export function workspaceSlot(context: PipelineContext, owner: string): string {
  return context.emitter.constant(Symbol(owner));
}
