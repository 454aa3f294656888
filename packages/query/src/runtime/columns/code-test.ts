import { type ColumnDictionary, DICTIONARY_VALUES_MAX } from './column-dictionary.ts';

/** A test of stored values, made once for each value of a dictionary. */
export class CodeTest {
  readonly #test: (bytes: Uint8Array, at: number) => boolean;
  readonly #table = new Uint8Array(DICTIONARY_VALUES_MAX + 1);
  #dictionary: ColumnDictionary | undefined;
  #tested = 0;

  constructor(test: (bytes: Uint8Array, at: number) => boolean) {
    this.#test = test;
  }

  /** By code: 1 where the test holds. The same array each time. */
  table(dictionary: ColumnDictionary): Uint8Array {
    if (dictionary !== this.#dictionary) {
      this.#dictionary = dictionary;
      this.#tested = 0;
    }
    for (; this.#tested < dictionary.size; this.#tested++) {
      this.#table[this.#tested] = this.#test(dictionary.bytes, dictionary.offsets[this.#tested]) ? 1 : 0;
    }
    return this.#table;
  }
}
