import type { ColumnFields } from './field-finder/column-fields.ts';
import type { DocumentFields } from './field-finder/document-fields.ts';

/**
 * What a variable of the language is in the generated code. All strings are JavaScript source of ours.
 *
 * A `document` lies in a storage block. `ExpressionCompiler.document` makes one whose fields are found once a row:
 * call it at the place where `bytes` and `record` have just been set for a row. Without `fields` each use finds
 * anew, which is right anywhere and slower. With `columns` the code of `bytes` and `record` finds the document when it
 * is first evaluated in a row.
 */
export type Binding = ValueBinding | DocumentBinding;

export interface ValueBinding {
  readonly kind: 'value';
  /** Gives a `Value`; evaluated at each use, so let it be a local. */
  readonly code: string;
}

export interface DocumentBinding {
  readonly kind: 'document';
  /** Gives the block's bytes. */
  readonly bytes: string;
  /** Gives the record's number in the block. */
  readonly record: string;
  /** Gives the text `database:collection/`. */
  readonly idPrefix: string;
  readonly fields?: DocumentFields;
  /** Set for a row of a scan over columns: its fields are read there. */
  readonly columns?: ColumnFields;
}

/** The variables that an expression can see. */
export interface Scope {
  lookup(name: string): Binding | undefined;
  /** This scope with further names, which hide those of the same spelling. */
  child(bindings: Iterable<readonly [string, Binding]>): Scope;
}

class NestedScope implements Scope {
  readonly #names: ReadonlyMap<string, Binding>;
  readonly #outer: Scope | undefined;

  constructor(names: ReadonlyMap<string, Binding>, outer?: Scope) {
    this.#names = names;
    this.#outer = outer;
  }

  lookup(name: string): Binding | undefined {
    return this.#names.get(name) ?? this.#outer?.lookup(name);
  }

  child(bindings: Iterable<readonly [string, Binding]>): Scope {
    return new NestedScope(new Map(bindings), this);
  }
}

/** A scope without names. */
export const emptyScope: Scope = new NestedScope(new Map());
