import type { Expression, Span } from '../../../ast/expression.ts';
import type { CollectClause } from '../../../ast/query.ts';
import type { SqlExpression } from '../../tree/sql-expression.ts';
import type { GroupedColumns, Scope } from '../scope.ts';
import { SqlProblem } from '../sql-error.ts';
import type { Translation } from '../translation.ts';
import { attribute, variable } from '../tree.ts';
import { Aggregates, isSqlAggregate } from './aggregates.ts';

/** What GROUP BY makes of the expressions above it: group keys and aggregates become variables of one COLLECT. */
export class Grouping implements GroupedColumns {
  readonly #translation: Translation;
  readonly #rows: Scope;
  readonly #aggregates: Aggregates;
  readonly #groups: CollectClause['groups'][number][] = [];
  /** Variables of group keys by the text of their expression. */
  readonly #variables = new Map<string, string>();
  #hasComputedKeys = false;

  /** The grouping stands for DISTINCT: its keys are the answer. */
  readonly isDistinct: boolean;

  /** @param rows the scope before grouping */
  constructor(translation: Translation, rows: Scope, { isDistinct = false } = {}) {
    this.isDistinct = isDistinct;
    this.#translation = translation;
    this.#rows = rows;
    this.#aggregates = new Aggregates(translation);
  }

  /** Adds a key of GROUP BY. */
  group(node: SqlExpression): void {
    const expression = this.#translation.value(node, this.#rows);
    const text = this.#translation.textOf(expression);
    if (this.#variables.has(text)) return;
    if (node.kind !== 'column') this.#hasComputedKeys = true;
    const wanted = node.kind === 'column' ? node.path.at(-1)! : 'group';
    const name = this.#translation.names.fresh(wanted);
    this.#variables.set(text, name);
    this.#groups.push({ variable: name, expression, span: node.span });
  }

  expression(node: SqlExpression): Expression | undefined {
    if (node.kind === 'call' && isSqlAggregate(node)) return this.#aggregates.answer(node, this.#rows);
    if (!this.#hasComputedKeys || node.kind === 'column' || hasAggregate(node)) return undefined;
    return this.#key(this.#translation.value(node, this.#rows), node.span);
  }

  column(resolved: Expression, span: Span): Expression {
    const found = this.#key(resolved, span);
    if (found !== undefined) return found;
    const name = this.#translation.textOf(resolved);
    throw new SqlProblem(`the column ${name} must stand in GROUP BY or in an aggregate`, span);
  }

  /** The variable of a key, or a member of one. */
  #key(resolved: Expression, span: Span): Expression | undefined {
    const name = this.#variables.get(this.#translation.textOf(resolved));
    if (name !== undefined) return variable(name, span);
    if (resolved.kind !== 'attribute') return undefined;
    const object = this.#key(resolved.object, span);
    return object && attribute(object, resolved.name, span);
  }

  /** The COLLECT, once everything above it has been translated. */
  clause(span: Span): CollectClause {
    return { kind: 'collect', groups: this.#groups, aggregates: this.#aggregates.list, span };
  }
}

const known = new WeakMap<SqlExpression, boolean>();

/** Whether an aggregate or a subquery stands in the expression, so that it is no key of GROUP BY as a whole. */
export function hasAggregate(node: SqlExpression, orSubquery = true): boolean {
  const remembered = orSubquery ? known.get(node) : undefined;
  if (remembered !== undefined) return remembered;
  const found = search(node, orSubquery);
  if (orSubquery) known.set(node, found);
  return found;
}

function search(node: SqlExpression, orSubquery: boolean): boolean {
  if (node.kind === 'call' && isSqlAggregate(node)) return true;
  return partsOf(node).some((part) => {
    if (part.kind === 'select-query') return orSubquery;
    return hasAggregate(part as SqlExpression, orSubquery);
  });
}

/** The nodes right below a node: expressions and queries. */
function partsOf(node: object): readonly { readonly kind: string }[] {
  return Object.values(node).flatMap((part) => {
    if (typeof part !== 'object' || part === null) return [];
    return 'kind' in part ? [part as { kind: string }] : 'start' in part ? [] : partsOf(part);
  });
}
