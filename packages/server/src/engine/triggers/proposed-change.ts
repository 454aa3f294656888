import type { Value } from '@cairn/protocol/internal';
import type { TriggerEvent } from '@cairn/scripting/internal';

/** A change that a statement is about to make, as its before-triggers see it. */
export interface ProposedChange {
  readonly collection: string;
  readonly key: string;
  readonly event: TriggerEvent;
  /** The members to be stored, as canonical msgpack; absent for a removal. */
  readonly body?: Uint8Array;
  readonly old: Value;
}

/** What the before-triggers have made of it. */
export interface DecidedChange {
  readonly collection: string;
  readonly key: string;
  readonly event: TriggerEvent;
  readonly body?: Uint8Array;
}
