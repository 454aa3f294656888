import type { FieldExtractor } from '../../compile/field-finder/field-extractor.ts';
import type { CollectionColumns } from './collection-columns.ts';
import type { FieldPath } from './column.ts';
import { KeyTexts } from './key-texts.ts';

/** Values of one field of some records: where they begin in `bytes`, 0 for none. */
export interface FieldPlaces {
  bytes: Uint8Array;
  offsets: Uint32Array;
}

const OFFSETS_MIN = 64;

/** Finds fields in blocks. What it answers is used again by the next call. */
export class FieldLocator {
  readonly #collection: CollectionColumns;
  #keys: KeyTexts | undefined;
  #paths: readonly FieldPath[] = [];
  #places: FieldPlaces[] = [];
  /** The arrays of the fields in the block itself. */
  #stored: Uint32Array[] = [];
  #extract: FieldExtractor | undefined;
  #capacity = 0;

  constructor(collection: CollectionColumns) {
    this.#collection = collection;
  }

  /** The fields of the records [from, to) of a block, the first record's under index 0. */
  locate(paths: readonly FieldPath[], bytes: Uint8Array, from: number, to: number): readonly FieldPlaces[] {
    if (paths !== this.#paths || to - from > this.#capacity) this.#prepare(paths, to - from);
    this.#extract?.(bytes, from, to, this.#stored);
    for (let index = 0; index < paths.length; index++) {
      const place = this.#places[index];
      if (isKey(paths[index])) {
        this.#keys ??= new KeyTexts();
        this.#keys.write(bytes, from, to, place.offsets);
        place.bytes = this.#keys.bytes;
      } else place.bytes = bytes;
    }
    return this.#places;
  }

  #prepare(paths: readonly FieldPath[], records: number): void {
    this.#paths = paths;
    this.#capacity = Math.max(records, OFFSETS_MIN);
    this.#places = paths.map(() => ({ bytes: NO_BYTES, offsets: new Uint32Array(this.#capacity) }));
    this.#stored = this.#places.filter((_, index) => !isKey(paths[index])).map(({ offsets }) => offsets);
    const stored = paths.filter((path) => !isKey(path));
    this.#extract = stored.length === 0 ? undefined : this.#collection.extractor(stored);
  }
}

const NO_BYTES = new Uint8Array(0);

function isKey(path: FieldPath): boolean {
  return path[0] === '_key';
}
