/** Data of a reply that is canonical msgpack already: stored documents and the rows of queries are copied, not decoded. */
export class EncodedValue {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }
}

/** Rows whose msgpack stands back to back; in the reply they are one array. */
export class EncodedRows {
  readonly count: number;
  readonly parts: readonly Uint8Array[];

  constructor(count: number, parts: readonly Uint8Array[]) {
    this.count = count;
    this.parts = parts;
  }

  get sizeBytes(): number {
    return this.parts.reduce((total, part) => total + part.length, 0);
  }
}
