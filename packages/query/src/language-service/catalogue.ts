/** An attribute that documents of a collection have. */
export interface CatalogueField {
  /** Names from the document inwards; `*` stands for the elements of an array. */
  readonly path: readonly string[];
  /** What was found there, for people: `string`, `number or null`. */
  readonly type?: string;
  /** The name of an index that begins with it. */
  readonly index?: string;
}

/** What a language service may know of the database that a text is meant for. */
export interface Catalogue {
  readonly collections: readonly string[];
  /** Attributes of a collection's documents, as far as somebody has looked; empty for an unknown one. */
  fields(collection: string): readonly CatalogueField[];
  /** Names of bind variables that will be given, without `@`. */
  readonly binds?: readonly string[];
}

/** Nothing is known: completion offers words, functions and the text's own variables. */
export const EMPTY_CATALOGUE: Catalogue = { collections: [], fields: () => [] };
