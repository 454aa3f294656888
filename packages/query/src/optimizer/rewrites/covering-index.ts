import type { Expression } from '../../ast/expression.ts';
import { attributeChain } from '../../compile/expression/attribute-chain.ts';
import { rewriteExpression, someExpression } from '../../plan/expression-walk.ts';
import { freeNames } from '../../plan/free-names.ts';
import { mapExpressions } from '../../plan/map-expressions.ts';
import type { Operator } from '../../plan/operator.ts';
import { definedNames, operatorExpressions } from '../../plan/operator-facts.ts';
import type { CoveredValue, IndexOperator } from '../../plan/operators/source.ts';
import { fetchesMax } from '../../runtime/access/fetch-limit.ts';
import type { Statistics } from '../../statistics/statistics.ts';
import { isElements } from '../index-choice.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { conjuncts } from '../terms/conjuncts.ts';

/** Aggregates whose answer is the same in whatever order the values come. */
const ORDERLESS: ReadonlySet<string> = new Set(['COUNT', 'LENGTH', 'COUNT_DISTINCT', 'MIN', 'MAX']);

/** Where everything that a query reads of its documents stands in the entries of the index, no document is read. */
export const coveringIndex: Rewrite = {
  name: 'covering-index',
  summary: 'Fields that stand in the entries of the index are taken from there, and no document is read.',
  apply(root, { statistics }) {
    const operators = openChain(root);
    for (let position = operators.length - 1; position >= 0; position--) {
      const operator = operators[position];
      if (operator.kind === 'index' && operator.order === 'key') cover(operators, position, operator, statistics);
    }
    return closeChain(operators);
  },
};

/** Puts variables in the place of the fields that the operators above an index read, if all of them are in its entries. */
function cover(operators: Operator[], position: number, access: IndexOperator, statistics: Statistics): void {
  const order = orderOf(operators, position, access, statistics);
  if (order === undefined || access.fields.some(isElements)) return;
  const fields = new CoveredFields(access, position);
  const above: Operator[] = [];
  const renamed = new Map<Expression, Expression>();
  let isVisible = true;
  for (let at = position - 1; at >= 0; at--) {
    const operator = operators[at];
    const replaced = isVisible ? fields.replaceIn(operator) : operator;
    if (replaced === undefined) return;
    if (operator.kind === 'filter' && replaced.kind === 'filter') pair(operator.condition, replaced.condition, renamed);
    above.unshift(replaced);
    if (operator.kind === 'collect' || definedNames(operator).includes(access.variable)) isVisible = false;
  }
  operators.splice(0, position + 1, ...above, {
    ...access,
    order,
    covers: fields.values,
    served: access.served.map((term) => renamed.get(term) ?? term),
    residual: access.residual.map((term) => renamed.get(term) ?? term),
  });
}

/** The terms of a condition before and after fields were replaced in it. */
function pair(before: Expression, after: Expression, renamed: Map<Expression, Expression>): void {
  const terms = conjuncts(after);
  for (const [at, term] of conjuncts(before).entries()) renamed.set(term, terms[at]);
}

/** The order that the entries must be handed on in, or undefined where reading documents is better. */
function orderOf(
  operators: readonly Operator[],
  position: number,
  access: IndexOperator,
  statistics: Statistics,
): 'key' | 'none' | undefined {
  const collection = statistics.collection(access.collection);
  const index = collection?.indexes.find((candidate) => candidate.name === access.index);
  if (collection === undefined || index === undefined || !index.exact) return undefined;
  const isWhole = access.equal.length === access.fields.length;
  if (isWhole) return 'key'; // the entries of one value are in key order
  if (isOrderUnseen(operators, position)) return 'none';
  // Entries are gathered to be sorted by key, and no scan takes over when there are many.
  const rows = statistics.entries(collection, index, access);
  return rows <= fetchesMax(collection.approximateCount) ? 'key' : undefined;
}

/** Whether the rows end in aggregates that do not depend on their order. */
function isOrderUnseen(operators: readonly Operator[], position: number): boolean {
  for (let at = position - 1; at >= 0; at--) {
    const operator = operators[at];
    if (operator.kind === 'filter' || operator.kind === 'let') continue;
    if (operator.kind !== 'collect' || operator.into !== undefined) return false;
    return operator.aggregates.every((aggregate) => ORDERLESS.has(aggregate.function));
  }
  return false;
}

/** Finds what is read of a document, and names it. */
class CoveredFields {
  readonly #access: IndexOperator;
  readonly #position: number;
  readonly #variables = new Map<CoveredValue['source'], string>();

  constructor(access: IndexOperator, position: number) {
    this.#access = access;
    this.#position = position;
  }

  get values(): readonly CoveredValue[] {
    return [...this.#variables].map(([source, variable]) => ({ variable, source }));
  }

  /** The operator with variables in the place of fields; undefined when it reads anything else of the document. */
  replaceIn(operator: Operator): Operator | undefined {
    const { variable } = this.#access;
    if (operator.kind === 'collect' && operator.into?.members.includes(variable)) return undefined;
    if (operator.kind === 'join') return undefined;
    const expressions = operatorExpressions(operator);
    if (!expressions.some((expression) => freeNames(expression).has(variable))) return operator;
    if (expressions.some((expression) => rebinds(expression, variable))) return undefined;
    const replaced = mapExpressions(operator, (expression) => this.#replace(expression));
    const isCovered = !operatorExpressions(replaced).some((expression) => freeNames(expression).has(variable));
    return isCovered ? replaced : undefined;
  }

  #replace(expression: Expression): Expression {
    return rewriteExpression(expression, (part) => {
      const chain = attributeChain(part);
      if (chain === undefined || chain.root.name !== this.#access.variable || chain.path.length === 0) return undefined;
      const source = this.#sourceOf(chain.path);
      return source === undefined ? undefined : { kind: 'variable', name: this.#name(source), span: part.span };
    });
  }

  #sourceOf(path: readonly string[]): CoveredValue['source'] | undefined {
    if (path.length === 1 && (path[0] === '_key' || path[0] === '_id')) return path[0];
    if (path.some((name) => name.includes('.'))) return undefined;
    const field = this.#access.fields.indexOf(path.join('.'));
    return field < 0 ? undefined : field;
  }

  /** No variable of a text begins with such a sign. */
  #name(source: CoveredValue['source']): string {
    let name = this.#variables.get(source);
    if (name === undefined)
      this.#variables.set(source, (name = `#${this.#access.variable}${this.#position}.${source}`));
    return name;
  }
}

/** Whether the name means something else somewhere inside of the expression. */
function rebinds(expression: Expression, name: string): boolean {
  return someExpression(expression, (part) => {
    if (part.kind === 'lambda') return part.parameters.includes(name);
    if (part.kind === 'quantifier') return part.variable === name;
    return part.kind === 'expansion' && name === 'CURRENT';
  });
}
