import type { Value } from '@cairn/protocol/internal';

/**
 * One aggregate of `COLLECT … AGGREGATE` (and of `OVER`), as data. One state is made for each group (or partition);
 * it sees the group's rows in order and can be asked for its result at any time, also between two rows.
 */
export interface AggregateDefinition {
  /** Upper case. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly minArguments: number;
  readonly maxArguments: number;
  /** May stand before `OVER`: its result is then the running one. */
  readonly window: boolean;
  /** The state keeps the values it was given, so its memory grows with the rows and counts against the budget. */
  readonly retainsValues: boolean;
  /** One sentence for the reference. */
  readonly summary: string;
  create(): AggregateState;
}

/** What an aggregate knows of the rows so far. */
export interface AggregateState {
  /**
   * Takes one row: the values of the arguments, the first `undefined` when the call has none (`COUNT()`). An aggregate
   * that retains values answers whether it retains this one.
   * Throws `FunctionError` for a parameter that is out of its domain.
   */
  add(value: Value | undefined, parameter?: Value): unknown;
  /** The answer for the rows so far; does not change the state. */
  result(): Value;
  /** All that the state is, as a value; the state is not used any more. */
  save(): Value;
  /** Makes a new state what another one was when it was saved. */
  restore(saved: Value): void;
}
