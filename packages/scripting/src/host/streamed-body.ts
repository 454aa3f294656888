import type { ScriptFailureReason } from './script-run.ts';
import { StreamFailure } from './stream-failure.ts';

/** The parts of an answer as they come from a script process: the next is asked for when the one before was taken. */
export class StreamedBody implements AsyncIterable<Uint8Array> {
  readonly #askForMore: () => void;
  readonly #parts: Uint8Array[] = [];
  #end: { readonly failure?: StreamFailure } | undefined;
  #wake: (() => void) | undefined;

  constructor(askForMore: () => void) {
    this.#askForMore = askForMore;
  }

  push(part: Uint8Array): void {
    this.#parts.push(part);
    this.#wake?.();
  }

  end(error?: string, reason: ScriptFailureReason = 'error', chosenStatus?: number): void {
    this.#end ??= error === undefined ? {} : { failure: new StreamFailure(error, reason, chosenStatus) };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const part = this.#parts.shift();
      if (part !== undefined) {
        yield part;
        this.#askForMore();
      } else if (this.#end !== undefined) {
        if (this.#end.failure !== undefined) throw this.#end.failure;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
