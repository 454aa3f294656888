import type { Expression } from '../../ast/expression.ts';
import type { Operator } from '../operator.ts';

interface WriteOperatorBase {
  readonly input: Operator;
  readonly collection: string;
  readonly options?: Expression;
}

/** Writes gather their input first, then write row by row, then hand the rows on with `NEW` and `OLD`. */
export interface InsertOperator extends WriteOperatorBase {
  readonly kind: 'insert';
  readonly document: Expression;
}

export interface UpdateOperator extends WriteOperatorBase {
  readonly kind: 'update';
  readonly selector: Expression;
  readonly changes: Expression;
}

export interface ReplaceOperator extends WriteOperatorBase {
  readonly kind: 'replace';
  readonly selector: Expression;
  readonly document: Expression;
}

export interface RemoveOperator extends WriteOperatorBase {
  readonly kind: 'remove';
  readonly selector: Expression;
}

export interface UpsertOperator extends WriteOperatorBase {
  readonly kind: 'upsert';
  readonly search: Expression;
  readonly insert: Expression;
  readonly action: 'update' | 'replace';
  readonly changes: Expression;
}

export type WriteOperator = InsertOperator | UpdateOperator | ReplaceOperator | RemoveOperator | UpsertOperator;
