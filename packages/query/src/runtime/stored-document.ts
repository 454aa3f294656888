import type { Value } from '@cairn/protocol/internal';
import { decodeDocument } from '@cairn/storage/internal';

/** A document of a row that is kept (sorted, grouped, joined): where it lies, decoded when somebody looks inside. */
export class StoredDocument {
  readonly bytes: Uint8Array;
  readonly record: number;
  readonly idPrefix: string;
  #value: Value | undefined;

  constructor(bytes: Uint8Array, record: number, idPrefix: string) {
    this.bytes = bytes;
    this.record = record;
    this.idPrefix = idPrefix;
  }

  /** The document with its system members; decoded once. */
  value(): Value {
    this.#value ??= decodeDocument(this.idPrefix, this.bytes, this.record);
    return this.#value;
  }
}
