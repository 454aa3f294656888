import type { Expression } from '../../ast/expression.ts';
import type { AccessOperator, Operator } from '../../plan/operator.ts';
import { definedNames } from '../../plan/operator-facts.ts';
import { conjuncts } from './conjuncts.ts';
import { type FieldTerm, fieldTerm } from './field-terms.ts';

/** The filters right above a scan, as terms. */
export interface AccessTerms {
  /** Terms that compare a field of the scanned document with something known before it is read. */
  readonly fields: readonly FieldTerm[];
  readonly all: readonly Expression[];
  /** Names that are not known before the document is read: the variable itself, and what is bound after it. */
  readonly unknown: ReadonlySet<string>;
  /** A LIMIT stands above, and nothing in between needs all of the documents. */
  readonly limited: boolean;
}

/** Collects the terms of the filters above the scan at `position`, up to the first operator that is no FILTER or LET. */
export function accessTerms(operators: readonly Operator[], position: number): AccessTerms {
  const scan = operators[position] as AccessOperator;
  const unknown = new Set([scan.variable]);
  const fields: FieldTerm[] = [];
  const all: Expression[] = [];
  let limited = false;
  for (let index = position - 1; index >= 0; index--) {
    const operator = operators[index];
    if (operator.kind === 'filter') {
      for (const term of conjuncts(operator.condition)) {
        all.push(term);
        const field = fieldTerm(term, scan.variable, unknown);
        if (field !== undefined) fields.push(field);
      }
    } else if (operator.kind === 'let') {
      if (operator.variable === scan.variable) break;
      for (const name of definedNames(operator)) unknown.add(name);
    } else {
      limited = operator.kind === 'limit';
      break;
    }
  }
  return { fields, all, unknown, limited };
}
