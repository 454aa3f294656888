import { freeNames } from '../../plan/names/free-names.ts';
import type { Operator } from '../../plan/operator.ts';
import { chain, definedNames, operatorExpressions } from '../../plan/operator-facts.ts';

/**
 * For each operator, the variables that are read after it, so that an operator that keeps rows keeps no more than
 * that. Names that the operators above bind themselves are left out.
 */
export function requiredNames(root: Operator): ReadonlyMap<Operator, ReadonlySet<string>> {
  const required = new Map<Operator, ReadonlySet<string>>();
  let names: ReadonlySet<string> = new Set();
  for (const operator of chain(root)) {
    required.set(operator, names);
    const below = operator.kind === 'collect' ? new Set<string>() : new Set(names);
    for (const name of definedNames(operator)) below.delete(name);
    for (const expression of operatorExpressions(operator)) for (const name of freeNames(expression)) below.add(name);
    if (operator.kind === 'collect') for (const name of operator.into?.members ?? []) below.add(name);
    names = below;
  }
  return required;
}
