import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Value } from '@cairn/protocol';
import { CommandError } from '../../command-error.ts';
import { jsonText } from '../../output/json-text.ts';

export interface Reject {
  /** Line of the source on which the document begins, from 1. */
  readonly line: number;
  readonly reason: string;
  /** The document, when the source was readable; else its text. */
  readonly document?: Value;
  readonly text?: string;
}

/**
 * The file of what was not imported, one JSON object a line: `{"line":3,"reason":"…","document":{…}}`.
 * Made with the first reject; a resumed import cuts off what it is going to write again.
 */
export class RejectsFile {
  readonly path: string;
  #descriptor: number | undefined;
  /** What is no file, such as `/dev/null`, has no places. */
  #hasPlaces = true;
  #bytes: number;
  #count: number;

  constructor(path: string, start: { bytes: number; count: number } = { bytes: 0, count: 0 }) {
    this.path = path;
    this.#bytes = start.bytes;
    this.#count = start.count;
    if (start.bytes > 0) this.#open();
  }

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#count;
  }

  write(rejects: readonly Reject[]): void {
    if (rejects.length === 0) return;
    const text = rejects.map((reject) => `${jsonText({ ...reject } as Value)}\n`).join('');
    const bytes = Buffer.from(text);
    const descriptor = this.#open();
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(
        descriptor,
        bytes,
        written,
        bytes.length - written,
        this.#hasPlaces ? this.#bytes + written : null,
      );
    }
    this.#bytes += bytes.length;
    this.#count += rejects.length;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(): number {
    if (this.#descriptor !== undefined) return this.#descriptor;
    try {
      this.#descriptor = openSync(this.path, this.#bytes > 0 ? 'r+' : 'w');
      this.#hasPlaces = fstatSync(this.#descriptor).isFile();
      if (this.#hasPlaces) ftruncateSync(this.#descriptor, this.#bytes);
    } catch (cause) {
      throw new CommandError(`cannot write the rejects file: ${(cause as Error).message}`, undefined, { cause });
    }
    return this.#descriptor;
  }
}
