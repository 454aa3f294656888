/** The parts of an answer as they come from a script process: the next is asked for when the one before was taken. */
export class StreamedBody implements AsyncIterable<Uint8Array> {
  readonly #askForMore: () => void;
  readonly #parts: Uint8Array[] = [];
  #end: { readonly error?: string } | undefined;
  #wake: (() => void) | undefined;

  constructor(askForMore: () => void) {
    this.#askForMore = askForMore;
  }

  push(part: Uint8Array): void {
    this.#parts.push(part);
    this.#wake?.();
  }

  end(error?: string): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const part = this.#parts.shift();
      if (part !== undefined) {
        yield part;
        this.#askForMore();
      } else if (this.#end !== undefined) {
        if (this.#end.error !== undefined) throw new Error(this.#end.error);
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
