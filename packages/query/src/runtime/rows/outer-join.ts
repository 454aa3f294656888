import type { Value } from '@cairn/protocol/internal';
import { decodeDocument } from '@cairn/storage/internal';
import type { PositionCursor } from '../access/position-cursor.ts';
import { Account } from '../memory/account.ts';
import type { MemoryBudget } from '../memory/memory-budget.ts';
import { valueBytes } from '../value-bytes.ts';

/** Bytes that an entry of a map takes besides what it holds. */
const ENTRY_BYTES = 64;

/** A row of the left side as generated code makes it, with the values of its variables besides. */
export interface LeftRow {
  readonly matches: Value[];
}

/** A row of the join: its left side, when it has one, and the value of the joined variable. */
export interface OuterRow<Row> {
  readonly row: Row | undefined;
  readonly value: Value;
}

/**
 * RIGHT and FULL JOIN. First the left rows and their matches are told; then rows are handed out: for FULL the left
 * ones with all their matches and then each document that none of them matches, for RIGHT all documents with the
 * first left row that matches.
 */
export class OuterJoin<Row extends LeftRow> extends Account {
  readonly #type: 'right' | 'full';
  #rows: Row[] = [];
  readonly #firstMatch = new Map<string, Row>();
  #index = 0;
  #documents: PositionCursor | undefined;
  #idPrefix = '';

  constructor(type: 'right' | 'full', memory: MemoryBudget) {
    super(memory);
    this.#type = type;
  }

  add(row: Row): void {
    // RIGHT finds the rows by their matches and needs no others.
    if (this.#type === 'right') return;
    this.#rows.push(row);
    this.#keep(row as unknown as Value);
  }

  match(row: Row, document: Value): void {
    const key = (document as { _key: string })._key;
    if (this.#type === 'full') {
      row.matches.push(document);
      this.#keep(document);
    }
    if (this.#firstMatch.has(key)) return;
    this.#firstMatch.set(key, row);
    this.kept += this.memory.keep(ENTRY_BYTES + key.length);
    if (this.#type === 'right') this.#keep(row as unknown as Value);
  }

  /** No more left rows come: prepares `next`. `documents` are all of the right side. */
  finish(documents: PositionCursor, idPrefix: string): void {
    this.#documents = documents;
    this.#idPrefix = idPrefix;
  }

  next(): OuterRow<Row> | undefined {
    const row = this.#rows[this.#index++];
    if (row !== undefined) return { row, value: row.matches };
    return this.#type === 'right' ? this.#nextRight() : this.#nextUnmatched();
  }

  override close(): void {
    super.close();
    this.#rows = [];
    this.#firstMatch.clear();
  }

  #nextRight(): OuterRow<Row> | undefined {
    const document = this.#nextDocument();
    return document && { row: this.#firstMatch.get(document._key), value: document };
  }

  #nextUnmatched(): OuterRow<Row> | undefined {
    let document = this.#nextDocument();
    while (document !== undefined && this.#firstMatch.has(document._key)) document = this.#nextDocument();
    return document && { row: undefined, value: [document] };
  }

  #nextDocument(): { readonly _key: string; readonly [name: string]: Value } | undefined {
    const position = this.#documents!.next();
    if (position === undefined) return undefined;
    return decodeDocument(this.#idPrefix, position.bytes, position.record) as { _key: string };
  }

  #keep(value: Value): void {
    this.kept += this.memory.keep(valueBytes(value));
  }
}
