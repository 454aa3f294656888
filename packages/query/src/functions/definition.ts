import type { Value } from '@cairn/protocol/internal';

/**
 * What an argument of a function may be, and how it arrives:
 * - `any`: every value, null included. `null`: null alone, to be listed beside others.
 * - `number`: a JavaScript number (integers beyond ±2^53 are rounded unless the parameter is `exact`).
 * - `integer`: a JavaScript number without a fraction, however it was computed.
 * - `date`: ISO 8601 text, milliseconds since 1970 or a date value; arrives as milliseconds since 1970, as do
 *   `date-text` (only text) and `date-value` (only a date value).
 * - `lambda`: a JavaScript function.
 */
export type ArgumentType =
  | 'any'
  | 'null'
  | 'boolean'
  | 'number'
  | 'integer'
  | 'string'
  | 'date'
  | 'date-text'
  | 'date-value'
  | 'bytes'
  | 'array'
  | 'object'
  | 'lambda';

/** One parameter of a function's signature. */
export interface Parameter {
  readonly name: string;
  readonly type: ArgumentType | readonly ArgumentType[];
  /** May be left out. A null counts as left out, unless the type takes null. */
  readonly optional?: boolean;
  /** Integers beyond ±2^53 arrive as bigints instead of being rounded. */
  readonly exact?: boolean;
}

/**
 * One function of the language, as data: its signature is checked before a query runs, its arguments are checked
 * by the one caller, and its examples are run as its tests and printed in the reference.
 */
export interface FunctionDefinition {
  /** Upper case. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly category: string;
  readonly parameters: readonly Parameter[];
  /** Further arguments of this type may follow the named ones: none or more; name the first in `parameters` if it is required. */
  readonly rest?: Parameter;
  /**
   * `null` (default): a null in a required argument answers null without a call, unless that parameter's type is
   * `any` or lists `null`. `pass`: null is no exception; a parameter whose type does not take it is an error.
   */
  readonly nulls?: 'null' | 'pass';
  /** False for functions of the clock, of chance or of stored documents; only the others are folded when constant. */
  readonly pure?: boolean;
  /** One sentence for the reference. */
  readonly summary: string;
  /** Source text and the value that it answers. */
  readonly examples: readonly { readonly expression: string; readonly result: Value }[];
  /**
   * Arguments arrive checked against `parameters`, missing optional ones as `undefined`. A lambda arrives as a
   * JavaScript function. Throws `FunctionError` for what types cannot say (a domain error, an unknown zone …).
   */
  readonly evaluate: (context: FunctionContext, ...args: never[]) => Value;
}

/** An index as functions see it. */
export interface FunctionIndex {
  readonly name: string;
  readonly type: string;
  readonly fields: readonly string[];
  /** What the index was created with besides name, type and fields: dimension, metric … */
  readonly options?: Value;
}

/** What a function may ask of the query that it runs in. */
export interface FunctionContext {
  /** Milliseconds since 1970, fixed for the whole statement. */
  readonly nowMs: number;
  /** Fresh random bytes from the host. */
  randomBytes(length: number): Uint8Array;
  /**
   * The document with this key, as the statement's snapshot sees it; null when there is none. Throws `not_found`
   * for an unknown collection of this database; names of other databases' collections are never found.
   */
  document(collection: string, key: string): Value;
  /** All documents of a collection in key order; throws `not_found` for an unknown one. */
  documents(collection: string): Iterable<Value>;
  /** How many documents a collection holds; undefined when there is no such collection. */
  collectionCount(collection: string): number | undefined;
  /** The name of the database the statement runs in. */
  readonly database: string;
  /** Indexes of a collection, for functions that ask one by name; throws `not_found` for an unknown collection. */
  indexes(collection: string): readonly FunctionIndex[];
  /** The deadline and budget check; long-running functions call it now and then. */
  checkpoint(): void;
  /** Has the statement's answers held back for so many milliseconds more. Returns at once: nobody waits on this thread. */
  wait(milliseconds: number): void;
}

/** A function argument that is a lambda; see `ArgumentType`. */
export type Lambda = (...args: Value[]) => Value;
