import { isObject, type Value } from '@cairn/protocol/internal';
import type { ReadView } from '@cairn/storage/internal';
import type { MemoryBudget } from '../memory/memory-budget.ts';

/** A bound with its value; a bound on keys that is no string does not narrow the scan (the filter above decides). */
export interface BoundValue {
  readonly value: Value;
  readonly inclusive: boolean;
}

/** What a run's documents cost and may ask for while they are looked up. */
export interface AccessHost {
  readonly view: ReadView;
  readonly database: string;
  readonly memory: MemoryBudget;
  checkpoint(): unknown;
  /** Counts a document that is kept by its place. */
  keepDocument(bytes: Uint8Array): unknown;
}

/** The values for which `x IN container` holds: elements of an array, names of an object. */
export function membershipValues(container: Value): readonly Value[] {
  if (Array.isArray(container)) return container;
  return isObject(container) ? Object.keys(container) : [];
}
