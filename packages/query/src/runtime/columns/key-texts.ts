import { ByteWriter } from '@cairn/protocol/internal';
import { recordKeyEnd, recordKeyStart } from '@cairn/storage/internal';

const SHORT_TEXT = 0xa0;
const TEXT_8 = 0xd9;
const TEXT_16 = 0xda;

/** Keys of a block's records as msgpack texts, which they are not in the block. */
export class KeyTexts {
  readonly #writer = new ByteWriter(4096);

  get bytes(): Uint8Array {
    return this.#writer.bytes;
  }

  /** Writes the keys of the records [from, to) over those of before; `offsets` get where each begins. */
  write(block: Uint8Array, from: number, to: number, offsets: Uint32Array): void {
    const writer = this.#writer;
    writer.reset();
    writer.nil(); // no text begins at 0
    for (let record = from; record < to; record++) {
      const start = recordKeyStart(block, record);
      const end = recordKeyEnd(block, record);
      offsets[record - from] = writer.position;
      this.#header(end - start);
      writer.raw(block, start, end);
    }
  }

  #header(length: number): void {
    const writer = this.#writer;
    writer.reserve(3);
    const { bytes } = writer;
    if (length < 32) bytes[writer.position++] = SHORT_TEXT | length;
    else {
      bytes[writer.position++] = length < 256 ? TEXT_8 : TEXT_16;
      if (length >= 256) bytes[writer.position++] = length >> 8;
      bytes[writer.position++] = length & 0xff;
    }
  }
}
