import type { Value } from '@cairn/protocol/internal';
import { type CollectionView, decodeDocument, type ReadView } from '@cairn/storage/internal';
import type { FunctionContext, FunctionIndex } from '../functions/definition.ts';
import { UnknownCollectionError } from '../plan/problems/plan-errors.ts';
import { positionsOfBlocks } from './access/position-cursor.ts';

/** What a run gives to functions. */
export interface FunctionHostOptions {
  readonly view: ReadView;
  readonly database: string;
  readonly nowMs: number;
  randomBytes(length: number): Uint8Array;
  checkpoint(): void;
  wait(milliseconds: number): void;
}

/** Functions' window on the statement that calls them. */
export class FunctionHost implements FunctionContext {
  readonly nowMs: number;
  readonly database: string;
  readonly #options: FunctionHostOptions;

  constructor(options: FunctionHostOptions) {
    this.#options = options;
    this.nowMs = options.nowMs;
    this.database = options.database;
  }

  randomBytes(length: number): Uint8Array {
    return this.#options.randomBytes(length);
  }

  document(collection: string, key: string): Value {
    const position = this.#collection(collection).get(key);
    return position === undefined ? null : decodeDocument(this.#prefix(collection), position.bytes, position.record);
  }

  *documents(collection: string): Iterable<Value> {
    const positions = positionsOfBlocks(this.#collection(collection).blocks());
    let count = 0;
    for (let position = positions.next(); position !== undefined; position = positions.next()) {
      if (++count % 256 === 0) this.checkpoint();
      yield decodeDocument(this.#prefix(collection), position.bytes, position.record);
    }
  }

  collectionCount(collection: string): number | undefined {
    return this.#options.view.collection(collection)?.count;
  }

  indexes(collection: string): readonly FunctionIndex[] {
    return this.#collection(collection).indexes.map(({ name, type, fields, options }) => ({
      name,
      type,
      fields,
      options,
    }));
  }

  checkpoint(): void {
    this.#options.checkpoint();
  }

  wait(milliseconds: number): void {
    this.#options.wait(milliseconds);
  }

  #prefix(collection: string): string {
    return `${this.database}:${collection}/`;
  }

  #collection(name: string): CollectionView {
    const collection = this.#options.view.collection(name);
    if (collection === undefined) throw new UnknownCollectionError(name);
    return collection;
  }
}
