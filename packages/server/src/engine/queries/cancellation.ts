/** Tells a running request that nobody waits for it any more. The signal is made only when somebody asks for it. */
export class Cancellation {
  #controller: AbortController | undefined;
  isCancelled = false;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.isCancelled) this.#controller.abort();
    return this.#controller.signal;
  }

  cancel(): void {
    this.isCancelled = true;
    this.#controller?.abort();
  }
}
