import type { Value } from '../value/value.ts';

export type ImportDocument = { [key: string]: Value };

/** Where a record ends in its source. */
export interface RecordPosition {
  /** First line of the record, from 1. */
  readonly line: number;
  /** Bytes of the source up to the end of this record: reading may go on from here. */
  readonly endOffset: number;
  /** The line on which that byte stands. */
  readonly endLine: number;
}

/** One document of the source, or the reason why a piece of it is none. */
export type SourceRecord =
  | (RecordPosition & { readonly kind: 'document'; readonly document: ImportDocument; readonly bytes: number })
  | (RecordPosition & { readonly kind: 'bad'; readonly reason: string; readonly text: string });

/**
 * Turns bytes into records. Takes chunks cut anywhere; holds at most one unfinished record, and of that at most the
 * limit. `push` answers the records that the chunk completed.
 */
export interface RecordReader {
  push(chunk: Uint8Array): SourceRecord[];
  /** No more bytes come: answers what is left. */
  end(): SourceRecord[];
  /** Where the next line is, from 1, for the checkpoint. */
  readonly line: number;
  /** What a reader needs besides offset and line to go on: the column names of a CSV file. */
  readonly columns?: readonly string[];
}

/** Where a reader starts; all of a fresh source is `{ offset: 0, line: 1 }`. */
export interface ReaderStart {
  readonly offset: number;
  readonly line: number;
  readonly columns?: readonly string[];
}

export const FRESH_START: ReaderStart = { offset: 0, line: 1 };
