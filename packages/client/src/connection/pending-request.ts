import type { ValueObject } from '@cairn/protocol/internal';

/** A request that waits for its reply. */
export class PendingRequest {
  readonly command: string;
  readonly promise: Promise<ValueObject>;
  #resolve!: (reply: ValueObject) => void;
  #reject!: (error: unknown) => void;
  #release: () => void = () => {};
  #settled = false;

  constructor(command: string) {
    this.command = command;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** What is to be undone when the request is settled: timers, listeners. */
  onSettled(release: () => void): void {
    this.#release = release;
  }

  resolve(reply: ValueObject): void {
    if (this.#settle()) this.#resolve(reply);
  }

  /** Fails the request. Its reply, should it still come, is then ignored. */
  reject(error: unknown): void {
    if (this.#settle()) this.#reject(error);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#release();
    return true;
  }
}
