import type { Value } from '@cairn/protocol/internal';
import type { Expression, SubqueryExpression } from '../../ast/expression.ts';
import type { Emitter } from '../emitter.ts';
import type { DocumentFields } from '../field-finder/document-fields.ts';
import type { StoredField } from '../field-finder/stored-field.ts';
import type { Scope } from '../scope.ts';

/** What is known of a value before the query runs. `double` is a JavaScript number, never a bigint. */
export type StaticType = 'any' | 'null' | 'boolean' | 'double' | 'string' | 'array' | 'object';

/** A piece of JavaScript that gives one value, to be used once. */
export interface Fragment {
  readonly code: string;
  readonly type: StaticType;
  /** The value, where it is known now. */
  readonly constant?: { readonly value: Value };
}

/** What the families of expressions share: the compiler as they see it. */
export interface ExpressionContext {
  readonly emitter: Emitter;
  /** The JavaScript name of the running query, an `ExpressionRun`. */
  readonly run: string;
  /** Emits what must be computed first, and gives the rest as one JavaScript expression. */
  fragment(expression: Expression, scope: Scope): Fragment;
  /** JavaScript that gives a boolean: the truth of the value. */
  condition(expression: Expression, scope: Scope): string;
  /** `fragment(…).code`. */
  value(expression: Expression, scope: Scope): string;
  /** The field that the expression reads straight from a stored document, if it does: `u.address.city`. */
  storedField(expression: Expression, scope: Scope): StoredField | undefined;
  /** JavaScript of the text of a system member that the expression reads from a stored document: `u._key`; null inside of one. */
  systemMember(expression: Expression, scope: Scope): string | null | undefined;
  /** The finder of a stored document's fields, if the expression is such a document. */
  storedDocument(expression: Expression, scope: Scope): DocumentFields | undefined;
  throws(expression: Expression): boolean;
  /** JavaScript that gives the array of a subquery's rows. */
  subquery(expression: SubqueryExpression, scope: Scope): string;
}

/** A fragment for a value that is known: small scalars as literals, the rest closed over. */
export function constantFragment(context: ExpressionContext, value: Value): Fragment {
  return {
    // Asked for only where the value is used as it is: most constants become part of a larger one.
    get code() {
      return constantCode(context.emitter, value);
    },
    type: typeOfConstant(value),
    constant: { value },
  };
}

function constantCode(emitter: Emitter, value: Value): string {
  if (value === null || typeof value === 'boolean') return `${value}`;
  if (typeof value === 'number')
    return value < 0 || Object.is(value, -0) ? `(${Object.is(value, -0) ? '-0' : value})` : `${value}`;
  return emitter.constant(value);
}

function typeOfConstant(value: Value): StaticType {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'boolean':
      return 'boolean';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
    case 'object':
      if (Array.isArray(value)) return 'array';
      return value instanceof Date || value instanceof Uint8Array ? 'any' : 'object';
    default:
      return 'any';
  }
}
