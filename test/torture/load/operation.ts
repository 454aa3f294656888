/** One document of `accounts` gets or loses money. */
export interface Move {
  readonly account: string;
  readonly amount: number;
}

/** What one operation changes when it is acknowledged: all of it or nothing. */
export type Effect =
  | { readonly kind: 'transfer'; readonly transfer: string; readonly moves: readonly Move[] }
  | { readonly kind: 'single'; readonly key: string; readonly value: number | null }
  | { readonly kind: 'batch'; readonly batch: string }
  | { readonly kind: 'collection'; readonly name: string; readonly present: boolean }
  | { readonly kind: 'index'; readonly name: string; readonly present: boolean };

/** Something that a writer asked of the server. Those of one document or name come one after another, in order. */
export interface Operation {
  /** The `rid` of the request whose answer acknowledges it. */
  readonly id: string;
  readonly effect: Effect;
  /** `refused`: the server said that it did not happen. `open`: nobody knows. */
  outcome: 'open' | 'acknowledged' | 'refused';
  /** Of the commit that did it, once it is acknowledged; catalogue changes tell none. */
  lsn?: number;
}

/** All that was asked of one server, in the order of asking. */
export class OperationLog {
  readonly operations: Operation[] = [];

  begin(id: string, effect: Effect): Operation {
    const operation: Operation = { id, effect, outcome: 'open' };
    this.operations.push(operation);
    return operation;
  }

  get acknowledged(): number {
    return this.operations.reduce((count, { outcome }) => count + (outcome === 'acknowledged' ? 1 : 0), 0);
  }
}
