import type { EncodedValue, Value } from '@cairn/protocol/internal';
import type { HostCalls } from '@cairn/scripting/internal';

/**
 * Host calls that tell how long a script has computed without asking for anything. A WebSocket script lives as long as its connection
 * and mostly waits; what must not last is the time between two waits.
 */
export class IdleWatch implements HostCalls {
  readonly #calls: HostCalls;
  readonly #limitMs: number;
  readonly #onLimit: () => void;
  #pending = 0;
  #timer: NodeJS.Timeout;

  constructor(calls: HostCalls, limitMs: number, onLimit: () => void) {
    this.#calls = calls;
    this.#limitMs = limitMs;
    this.#onLimit = onLimit;
    this.#timer = this.#begin();
  }

  call(name: string, parameters: readonly Value[]): Promise<Value | EncodedValue> | Value | EncodedValue {
    this.#pending++;
    clearTimeout(this.#timer);
    let result: ReturnType<HostCalls['call']>;
    try {
      result = this.#calls.call(name, parameters);
    } catch (error) {
      this.#answered();
      throw error;
    }
    if (!(result instanceof Promise)) {
      this.#answered();
      return result;
    }
    return result.finally(() => this.#answered());
  }

  get hasActed(): boolean {
    return this.#calls.hasActed;
  }

  log(level: string, message: string, line?: number): void {
    this.#calls.log(level, message, line);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#pending = Number.POSITIVE_INFINITY;
  }

  #answered(): void {
    if (--this.#pending === 0) this.#timer = this.#begin();
  }

  #begin(): NodeJS.Timeout {
    return setTimeout(this.#onLimit, this.#limitMs).unref();
  }
}
