import type { ScriptSource } from '../host/script-run.ts';
import type { MemoryImage } from './memory-image.ts';

/** A script loaded into an image, or what is wrong with its text. */
export type PreparedScript = { readonly image: MemoryImage } | { readonly problem: string };

/** Bytes of images: some three hundred scripts. */
const IMAGES_MAX_BYTES = 64 * 1024 * 1024;

/** Images of scripts by their fingerprints; the least recently used go when they take too much. */
export class PreparedScripts {
  readonly #maxBytes: number;
  /** In order of use, the oldest first. */
  readonly #scripts = new Map<string, PreparedScript>();
  #bytes = 0;

  constructor(maxBytes: number = IMAGES_MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  of({ fingerprint }: ScriptSource, prepare: () => PreparedScript): PreparedScript {
    const known = this.#scripts.get(fingerprint);
    if (known !== undefined) {
      this.#scripts.delete(fingerprint);
      this.#scripts.set(fingerprint, known);
      return known;
    }
    const prepared = prepare();
    this.#scripts.set(fingerprint, prepared);
    this.#bytes += sizeOf(prepared);
    this.#evict(prepared);
    return prepared;
  }

  #evict(newest: PreparedScript): void {
    for (const [fingerprint, oldest] of this.#scripts) {
      if (this.#bytes <= this.#maxBytes || oldest === newest) return;
      this.#scripts.delete(fingerprint);
      this.#bytes -= sizeOf(oldest);
    }
  }
}

function sizeOf(prepared: PreparedScript): number {
  return 'image' in prepared ? prepared.image.byteLength : prepared.problem.length;
}
