import type { Expression } from '../../ast/expression.ts';
import { attributeChain } from '../../compile/expression/attribute-chain.ts';
import { rewriteExpression, someExpression } from '../../plan/expressions/expression-walk.ts';
import { mapExpressions } from '../../plan/expressions/map-expressions.ts';
import { freeNames } from '../../plan/names/free-names.ts';
import type { Operator } from '../../plan/operator.ts';
import { operatorExpressions } from '../../plan/operator-facts.ts';
import type { CoveredValue, IndexOperator } from '../../plan/operators/source.ts';

/** Finds what is read of a document, and names it. */
export class CoveredFields {
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
