import type { Expression } from '../../ast/expression.ts';
import type { Operator } from '../operator.ts';

/** The one empty row that every query starts from. */
export interface StartOperator {
  readonly kind: 'start';
}

/** A bound of a range; its value is computed once for each row of the operator's input. */
export interface Bound {
  readonly value: Expression;
  readonly inclusive: boolean;
}

/** For each input row, all documents of a collection in key order, or those between two keys. */
export interface ScanOperator {
  readonly kind: 'scan';
  readonly input: Operator;
  readonly variable: string;
  readonly collection: string;
  readonly lower?: Bound;
  readonly upper?: Bound;
  readonly direction: 'forward' | 'backward';
  /** Paths of the fields that the loop reads of a document, where it may read them from columns. */
  readonly columns?: readonly (readonly string[])[];
}

/** What is asked of an index. */
export interface IndexLookup {
  readonly index: string;
  readonly fields: readonly string[];
  /** Values of the leading fields. */
  readonly equal: readonly Expression[];
  /** An array of values for the field that follows `equal`: `x.a IN [1, 2]`. */
  readonly within?: Expression;
  readonly lower?: Bound;
  readonly upper?: Bound;
  /** In the place of bounds: what texts of the field that follows `equal` begin with. */
  readonly prefix?: TextPrefix;
}

/** A beginning of texts that only the run knows: the value itself, or a LIKE pattern up to its first wildcard. */
export interface TextPrefix {
  readonly value: Expression;
  readonly isPattern: boolean;
}

/** A variable that holds what an entry says, in the place of `x.field`: a field's number, or the document's key or id. */
export interface CoveredValue {
  readonly variable: string;
  readonly source: number | '_key' | '_id';
}

/**
 * For each input row, the documents whose leading index fields equal `equal` and whose next field lies between the
 * bounds, in key order. `within` stands for several values of the field after `equal`. The filter above stays, so an
 * access may hand on more documents than match, never fewer.
 */
export interface IndexOperator extends IndexLookup {
  readonly kind: 'index';
  readonly input: Operator;
  readonly variable: string;
  readonly collection: string;
  /** The order of the documents: `key` unless a sort on the fields behind `equal` was left to the access. `none`: nobody sees it. */
  readonly order: 'key' | 'asc' | 'desc' | 'none';
  /** Everything that the operators above read of the document: then no document is read, and `variable` is not bound. */
  readonly covers?: readonly CoveredValue[];
  /** One entry for each value of the field behind `equal`: the operators above ask for no more. With `covers` only. */
  readonly distinct?: boolean;
  /** What the access serves of the filter, and what is left of it. For explain alone. */
  readonly served: readonly Expression[];
  readonly residual: readonly Expression[];
}

/** For each input row, the documents that any of several index lookups finds, each once, in key order: an OR. */
export interface UnionOperator {
  readonly kind: 'union';
  readonly input: Operator;
  readonly variable: string;
  readonly collection: string;
  readonly lookups: readonly IndexLookup[];
  readonly served: readonly Expression[];
  readonly residual: readonly Expression[];
}

/** For each input row, the documents with the given key (`single`) or keys (an array), in key order. */
export interface KeysOperator {
  readonly kind: 'keys';
  readonly input: Operator;
  readonly variable: string;
  readonly collection: string;
  readonly keys: Expression;
  /** `id`: the values are `database:collection/key`. */
  readonly attribute: '_key' | '_id';
  readonly single: boolean;
  /** The keys are expected to ascend from row to row, so the search for one goes on from the one before: a merge join. */
  readonly merge?: boolean;
  readonly served: readonly Expression[];
  readonly residual: readonly Expression[];
}

/**
 * For each input row, the documents whose `field` equals `value`, found in a table that the first row builds from one
 * scan of the collection: a join without an index.
 */
export interface HashOperator {
  readonly kind: 'hash';
  readonly input: Operator;
  readonly variable: string;
  readonly collection: string;
  /** The inner side of the equality: names only `variable`. */
  readonly field: Expression;
  /** The outer side: names only variables of the input. */
  readonly value: Expression;
  readonly served: readonly Expression[];
  readonly residual: readonly Expression[];
}

/** For each input row, the elements of an array; any other value is one row. */
export interface ValuesOperator {
  readonly kind: 'values';
  readonly input: Operator;
  readonly variable: string;
  readonly source: Expression;
}

/** For each input row, the whole numbers from `from` to `to`, made one at a time. */
export interface RangeOperator {
  readonly kind: 'range';
  readonly input: Operator;
  readonly variable: string;
  readonly from: Expression;
  readonly to: Expression;
}
