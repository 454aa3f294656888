import { JAVASCRIPT_LIMITS } from './limits.ts';

/**
 * Lets only so many isolates compute at once as there are threads for them: isolated-vm starts a thread for each one more, and V8
 * runs at half its speed when more isolates than cores take turns. One that stays for long no longer counts, so
 * that others do not wait for a loop.
 */
export class Turnstile {
  readonly #places: number;
  readonly #inside = new Map<object, number>();
  readonly #waiting: { readonly first: (() => void)[]; readonly later: (() => void)[] } = { first: [], later: [] };
  #timer: NodeJS.Timeout | undefined;

  constructor(places: number) {
    this.#places = places;
  }

  /** @returns whether the visitor has a place now; otherwise `retry` is called when there is one */
  enter(visitor: object, retry: () => void, isUrgent: boolean): boolean {
    if (this.#inside.size < this.#places) {
      this.#inside.set(visitor, performance.now());
      return true;
    }
    (isUrgent ? this.#waiting.first : this.#waiting.later).push(retry);
    this.#timer ??= setTimeout(() => this.#passOver(), JAVASCRIPT_LIMITS.longVisitMs);
    return false;
  }

  leave(visitor: object): void {
    if (this.#inside.delete(visitor)) this.#admit();
  }

  /** Gives away the places of those who stay. */
  #passOver(): void {
    this.#timer = undefined;
    const sinceMs = performance.now() - JAVASCRIPT_LIMITS.longVisitMs;
    for (const [visitor, enteredMs] of this.#inside) if (enteredMs <= sinceMs) this.#inside.delete(visitor);
    this.#admit();
    if (this.#waiting.first.length + this.#waiting.later.length > 0) {
      this.#timer ??= setTimeout(() => this.#passOver(), JAVASCRIPT_LIMITS.longVisitMs);
    }
  }

  #admit(): void {
    while (this.#inside.size < this.#places) {
      const retry = this.#waiting.first.shift() ?? this.#waiting.later.shift();
      if (retry === undefined) return;
      retry();
    }
  }
}
