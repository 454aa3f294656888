import type { Expression } from '../../ast/expression.ts';
import { printExpression } from '../../ast/print.ts';
import type { Query } from '../../ast/query.ts';
import type { SqlExpression } from '../tree/sql-expression.ts';
import type { SelectQuery } from '../tree/sql-query.ts';
import { Predicates } from './expressions/predicates.ts';
import { Values } from './expressions/values.ts';
import type { Scope } from './scope.ts';
import { NeededColumns } from './select/needed-columns.ts';
import { Selects } from './select/selects.ts';
import type { RowForm, Translation } from './translation.ts';
import { requireMeasured } from './tree-size.ts';
import type { VariableNames } from './variable-names.ts';

/** What is already known of one expression in one scope. */
interface Known {
  value?: Expression;
  truth?: Expression;
  falsity?: Expression;
}

/**
 * The parts of the translation put together. Each expression is translated once for each of its forms in a scope, so that
 * a condition inside a condition does not double the work, and its subqueries are the same query wherever they stand.
 */
export class Translator implements Translation {
  readonly names: VariableNames;
  readonly documents = new Set<string>();
  readonly neededColumns = new NeededColumns();
  readonly selects: Selects;
  readonly #values: Values;
  readonly #predicates: Predicates;
  readonly #known = new WeakMap<Scope, Map<SqlExpression, Known>>();
  readonly #queries = new WeakMap<Scope, Map<SelectQuery, Map<RowForm, Query>>>();

  constructor(names: VariableNames) {
    this.names = names;
    this.#values = new Values(this);
    this.#predicates = new Predicates(this);
    this.selects = new Selects(this);
  }

  value(node: SqlExpression, scope: Scope): Expression {
    // Lists of values have many of these, and nothing is saved by knowing them.
    if (node.kind === 'literal' && scope.grouped === undefined) return this.#values.value(node, scope);
    const known = this.#about(node, scope);
    return (known.value ??= scope.grouped?.expression(node) ?? this.#values.value(node, scope));
  }

  truth(node: SqlExpression, scope: Scope): Expression {
    const known = this.#about(node, scope);
    return (known.truth ??= this.#predicates.condition(node, scope, true));
  }

  falsity(node: SqlExpression, scope: Scope): Expression {
    const known = this.#about(node, scope);
    return (known.falsity ??= this.#predicates.condition(node, scope, false));
  }

  rows(select: SelectQuery, scope: Scope, form: RowForm): Query {
    let queries = this.#queries.get(scope);
    if (queries === undefined) this.#queries.set(scope, (queries = new Map()));
    let forms = queries.get(select);
    if (forms === undefined) queries.set(select, (forms = new Map()));
    let found = forms.get(form);
    if (found === undefined) forms.set(form, (found = this.selects.query(select, scope, form)));
    return found;
  }

  textOf(expression: Expression): string {
    requireMeasured(expression);
    return printExpression(expression);
  }

  #about(node: SqlExpression, scope: Scope): Known {
    let nodes = this.#known.get(scope);
    if (nodes === undefined) this.#known.set(scope, (nodes = new Map()));
    let known = nodes.get(node);
    if (known === undefined) nodes.set(node, (known = {}));
    return known;
  }
}
