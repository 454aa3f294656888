import { InterruptedError } from './command-error.ts';
import { EXIT_CODES } from './exit-codes.ts';

/**
 * Ctrl-C as an `AbortSignal`. The first one asks the running command to stop cleanly; a second one, by somebody who
 * cannot wait, ends the process at once. Without a listening command the first ends it.
 */
export class Interrupt {
  #controller: AbortController | undefined;
  readonly #onSignal = () => {
    if (this.#controller === undefined || this.#controller.signal.aborted) process.exit(EXIT_CODES.interrupted);
    this.#controller.abort(new InterruptedError());
  };

  /** The signal; from the first call on Ctrl-C and SIGTERM are caught. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      process.on('SIGINT', this.#onSignal);
      process.on('SIGTERM', this.#onSignal);
    }
    return this.#controller.signal;
  }

  /** Ctrl-C was pressed: what failed since then failed because of it. */
  get happened(): boolean {
    return this.#controller?.signal.aborted === true;
  }

  close(): void {
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
  }
}
