import { randomBytes } from 'node:crypto';

/**
 * The keys of one import: UUIDs of version 7 (RFC 9562, method 1 of section 6.2) of the run's start, with the
 * document's ordinal as counter and the run's own chance behind. So they sort in the order of the source, differ
 * between runs, and are the same again when a run is resumed.
 *
 * ```ts
 * const keys = KeySequence.start(Date.now());
 * keys.keyOf(0) < keys.keyOf(1); // true
 * new KeySequence(keys.seed).keyOf(7) === keys.keyOf(7); // true
 * ```
 */
export class KeySequence {
  /** Text that makes the same sequence again: 12 hexadecimal digits of time and 8 of chance. */
  readonly seed: string;
  readonly #prefix: string;
  readonly #chance: string;

  constructor(seed: string) {
    if (!/^[0-9a-f]{20}$/.test(seed)) throw new Error(`no seed of a key sequence: ${seed}`);
    this.seed = seed;
    this.#prefix = `${seed.slice(0, 8)}-${seed.slice(8, 12)}-7`;
    this.#chance = seed.slice(12);
  }

  static start(nowMs: number): KeySequence {
    return new KeySequence(nowMs.toString(16).padStart(12, '0') + randomBytes(4).toString('hex'));
  }

  /** The key of the document that is number `ordinal` in its source, from 0 to 2^40 − 1. */
  keyOf(ordinal: number): string {
    // 12 bits of the counter behind the version, 12 behind the variant `8`, 16 at the front of the last group.
    const counter = ordinal.toString(16).padStart(10, '0');
    return `${this.#prefix}${counter.slice(0, 3)}-8${counter.slice(3, 6)}-${counter.slice(6)}${this.#chance}`;
  }
}
