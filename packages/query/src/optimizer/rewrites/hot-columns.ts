import type { Expression } from '../../ast/expression.ts';
import { attributeChain } from '../../compile/expression/attribute-chain.ts';
import { isSystemMember } from '../../compile/field-finder/system-members.ts';
import { children } from '../../plan/expressions/expression-walk.ts';
import { freeNames } from '../../plan/names/free-names.ts';
import type { Operator } from '../../plan/operator.ts';
import { definedNames, isBreaker, operatorExpressions } from '../../plan/operator-facts.ts';
import type { ScanOperator } from '../../plan/operators/source.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';

/** A loop that reads more fields than this is no better off with columns: it needs most of the document. */
const COLUMNS_MAX = 12;

/**
 * Names the fields that a scan's loop reads, where it can do without the document or needs it only for rows that have
 * passed a filter. Whether they are then read from columns is decided when the plan runs.
 */
export const hotColumns: Rewrite = {
  name: 'hot-columns',
  summary: 'A scan whose loop reads a few fields takes them from typed columns once they are kept.',
  apply(root) {
    const operators = openChain(root);
    operators.forEach((operator, index) => {
      if (operator.kind !== 'scan') return;
      const columns = columnsOf(operator, operators.slice(0, index).reverse());
      if (columns !== undefined) operators[index] = { ...operator, columns };
    });
    return closeChain(operators);
  },
};

/** The fields that the operators above a scan, from it upwards, read of its document. */
function columnsOf(scan: ScanOperator, above: readonly Operator[]): readonly (readonly string[])[] | undefined {
  const { variable } = scan;
  const paths = new Map<string, readonly string[]>();
  let isFiltered = false;
  for (const [index, operator] of above.entries()) {
    const uses = new FieldUses(variable);
    for (const expression of operatorExpressions(operator)) uses.add(expression);
    if (operator.kind === 'collect' && operator.into?.members.includes(variable)) uses.isWhole = true;
    // Rows are kept with the documents that are used later; the best few are found again in their blocks.
    if (keepsRows(operator) && isReadBy(variable, above.slice(index + 1))) uses.isWhole = true;
    if (uses.isWhole && !isFiltered) return undefined;
    for (const path of uses.paths) paths.set(JSON.stringify(path), path);
    if (operator.kind === 'filter' && uses.paths.length > 0) isFiltered = true;
    if (isBreaker(operator) || definedNames(operator).includes(variable)) break;
  }
  return paths.size === 0 || paths.size > COLUMNS_MAX ? undefined : [...paths.values()];
}

function keepsRows(operator: Operator): boolean {
  return isBreaker(operator) && operator.kind !== 'top' && operator.kind !== 'collect';
}

function isReadBy(variable: string, operators: readonly Operator[]): boolean {
  return operators.some((operator) =>
    operatorExpressions(operator).some((expression) => freeNames(expression).has(variable)),
  );
}

/** What expressions read of one variable. */
class FieldUses {
  readonly #variable: string;
  readonly paths: (readonly string[])[] = [];
  /** The document as a whole is used, or a part of it that is no column. */
  isWhole = false;

  constructor(variable: string) {
    this.#variable = variable;
  }

  add(expression: Expression): void {
    const chain = attributeChain(expression);
    if (chain !== undefined && chain.root.name === this.#variable) this.#addChain(chain.path);
    else if (rebinds(expression) || expression.kind === 'subquery') {
      // Seldom enough to take it for the whole document without looking closer.
      if (freeNames(expression).has(this.#variable)) this.isWhole = true;
    } else for (const child of children(expression)) this.add(child);
  }

  #addChain(path: readonly string[]): void {
    if (path.length === 0 || (isSystemMember(path[0]) && path[0] !== '_key')) this.isWhole = true;
    else this.paths.push(path[0] === '_key' ? ['_key'] : path);
  }
}

/** Whether names mean something else inside; `children` would not tell. */
function rebinds({ kind }: Expression): boolean {
  return kind === 'lambda' || kind === 'quantifier' || kind === 'expansion';
}
