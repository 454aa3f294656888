import type { DecidedChange, ProposedChange } from './proposed-change.ts';

/** A change that waits for its before-triggers, and the place it has among the statement's gated changes. */
export interface OpenProposal {
  readonly place: number;
  readonly change: ProposedChange;
}

/** Decides which changes have before-triggers. */
export type IsGated = (collection: string, event: ProposedChange['event']) => boolean;

/**
 * What a statement's writes pass through where they have before-triggers. A statement runs at once and a script does not, so it is run
 * several times: what its triggers have not decided yet is noted, and the pass is undone; when they have, it is run again and takes what
 * they made of its changes. The last pass is the one in which nothing is open.
 */
export class WriteGate {
  readonly #isGated: IsGated;
  readonly #decisions: (DecidedChange | undefined)[] = [];
  #place = 0;
  #open: OpenProposal[] = [];

  constructor(isGated: IsGated) {
    this.#isGated = isGated;
  }

  /** What the pass has met that its triggers have not decided. */
  get open(): readonly OpenProposal[] {
    return this.#open;
  }

  beginPass(): void {
    this.#place = 0;
    this.#open = [];
  }

  decide(place: number, change: DecidedChange): void {
    this.#decisions[place] = change;
  }

  concerns(collection: string, event: ProposedChange['event']): boolean {
    return this.#isGated(collection, event);
  }

  /** The key that the next gated insert got in an earlier pass: generated keys stay from pass to pass. */
  keyOfNext(collection: string): string | undefined {
    const decided = this.#decisions[this.#place];
    return decided?.collection === collection && decided.event === 'insert' ? decided.key : undefined;
  }

  /** What is to be stored in place of the change; undefined while its triggers have not decided. */
  pass(change: ProposedChange): DecidedChange | undefined {
    const place = this.#place++;
    const decided = this.#decisions[place];
    const { collection, key, event } = change;
    if (decided?.collection === collection && decided.key === key && decided.event === event) return decided;
    // The statement took another way than in the pass before: what came behind it says nothing any more.
    this.#decisions.length = Math.min(this.#decisions.length, place);
    this.#open.push({ place, change });
    return undefined;
  }
}
