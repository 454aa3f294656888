import type { ScriptFailureReason } from '../host/script-run.ts';
import { StreamFailure } from '../host/stream-failure.ts';

/** The body of a streamed answer: each part is asked for when the one before has been taken. */
export class StreamedParts implements AsyncIterable<Uint8Array> {
  readonly #pull: () => void;
  readonly #onStop: () => void;
  #bytesLeft: number;
  #end: { readonly failure?: StreamFailure } | undefined;
  #part: Uint8Array | undefined;
  #wake: (() => void) | undefined;

  /** @param bytesMax of all parts together */
  constructor(bytesMax: number, pull: () => void, onStop: () => void) {
    this.#bytesLeft = bytesMax;
    this.#pull = pull;
    this.#onStop = onStop;
  }

  push(part: string | Uint8Array): void {
    const bytes = part instanceof Uint8Array ? part : Buffer.from(String(part));
    this.#bytesLeft -= bytes.length;
    if (this.#bytesLeft < 0) {
      this.end('the result is larger than its limit', 'limit');
      this.#onStop();
      return;
    }
    this.#part = bytes;
    this.#wake?.();
  }

  end(problem?: string, reason: ScriptFailureReason = 'error', chosenStatus?: number): void {
    this.#end ??= problem === undefined ? {} : { failure: new StreamFailure(problem, reason, chosenStatus) };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const part = await this.#next();
        if (part === undefined) return;
        yield part;
      }
    } finally {
      this.#onStop();
    }
  }

  async #next(): Promise<Uint8Array | undefined> {
    if (this.#end === undefined) {
      this.#pull();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const part = this.#part;
    this.#part = undefined;
    if (part !== undefined) return part;
    if (this.#end?.failure !== undefined) throw this.#end.failure;
    return undefined;
  }
}
