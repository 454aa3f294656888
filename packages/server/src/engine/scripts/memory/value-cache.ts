import { decodeValue, encodeValue, type Value } from '@cairn/protocol/internal';
import type { Host } from '../../../host.ts';
import { SCRIPT_CACHE_BYTES_MAX, SCRIPT_CACHE_ENTRIES_MAX } from '../../../limits.ts';

interface Entry {
  readonly encoded: Uint8Array;
  readonly expiresMs: number;
}

/** Values that the scripts of one database keep for a while. The least recently used go first when there are too many. */
export class ValueCache {
  readonly #host: Host;
  /** In the order of use. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  get(key: string): Value {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    this.#remove(key, entry);
    if (this.#host.monotonicMs() >= entry.expiresMs) return null;
    this.#add(key, entry);
    return decodeValue(entry.encoded);
  }

  /** Null forgets the key; a value that is larger than the whole cache is not kept. */
  set(key: string, value: Value, ttlS: number): void {
    this.delete(key);
    if (value === null || ttlS <= 0) return;
    this.#add(key, { encoded: encodeValue(value).slice(), expiresMs: this.#host.monotonicMs() + ttlS * 1000 });
    for (const [oldest, entry] of this.#entries) {
      if (this.#entries.size <= SCRIPT_CACHE_ENTRIES_MAX && this.#bytes <= SCRIPT_CACHE_BYTES_MAX) break;
      this.#remove(oldest, entry);
    }
  }

  delete(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#remove(key, entry);
    return entry !== undefined && this.#host.monotonicMs() < entry.expiresMs;
  }

  #add(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    this.#bytes += key.length + entry.encoded.length;
  }

  #remove(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#bytes -= key.length + entry.encoded.length;
  }
}
