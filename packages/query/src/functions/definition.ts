import type { Value } from '@cairn/protocol/internal';

/** What an argument of a function may be. `integer` is a number without a fraction, however it was computed. */
export type ArgumentType =
  | 'any'
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'array'
  | 'object'
  | 'date'
  | 'lambda';

export interface Parameter {
  readonly name: string;
  readonly type: ArgumentType | readonly ArgumentType[];
  readonly optional?: boolean;
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
  /** Further arguments of this type may follow the named ones. */
  readonly rest?: Parameter;
  /**
   * `null` (default): a null in a required argument answers null without a call.
   * `pass`: the function sees nulls itself.
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

/** What a function may ask of the query that it runs in. */
export interface FunctionContext {
  /** Milliseconds since 1970, fixed for the whole statement. */
  readonly nowMs: number;
  /** Fresh random bytes from the host. */
  randomBytes(length: number): Uint8Array;
  /** The document with this key, as the statement's snapshot sees it; null when there is none. */
  document(collection: string, key: string): Value;
  /** All documents of a collection in key order; throws `not_found` for an unknown one. */
  documents(collection: string): Iterable<Value>;
  /** How many documents a collection holds; undefined when there is no such collection. */
  collectionCount(collection: string): number | undefined;
  /** The name of the database the statement runs in. */
  readonly database: string;
  /** Indexes of a collection, for functions that ask one by name. */
  indexes(collection: string): readonly { readonly name: string; readonly type: string; readonly fields: readonly string[] }[];
  /** The deadline and budget check; long-running functions call it now and then. */
  checkpoint(): void;
}
