import { JAVASCRIPT_LIMITS } from './limits.ts';

/**
 * Which scripts give way soon, by how long their visits to an isolate have taken: each as many in a row as it has been quick, less
 * than none after it has been told of as long.
 */
export class ShortScripts {
  readonly #wanted: number;
  /** By fingerprint, the least recently noted first. */
  readonly #inARow = new Map<string, number>();

  /** @param wanted visits in a row that must have been short */
  constructor(wanted: number = JAVASCRIPT_LIMITS.shortVisits) {
    this.#wanted = wanted;
  }

  isShort(fingerprint: string): boolean {
    return (this.#inARow.get(fingerprint) ?? 0) >= this.#wanted;
  }

  /** Takes note of a visit that has come back. */
  note(fingerprint: string, tookMs: number): void {
    const before = this.#inARow.get(fingerprint) ?? 0;
    if (tookMs < JAVASCRIPT_LIMITS.shortVisitMs) this.#set(fingerprint, Math.min(before + 1, this.#wanted));
    else this.#set(fingerprint, Math.min(before, 0));
  }

  /** It was taken for short and kept others waiting: it has to be short for long before it is taken for it again. */
  noteLong(fingerprint: string): void {
    this.#set(fingerprint, -JAVASCRIPT_LIMITS.shortAgainVisits);
  }

  #set(fingerprint: string, inARow: number): void {
    this.#inARow.delete(fingerprint);
    this.#inARow.set(fingerprint, inARow);
    if (this.#inARow.size > JAVASCRIPT_LIMITS.scriptsWatched) this.#inARow.delete(this.#inARow.keys().next().value!);
  }
}
