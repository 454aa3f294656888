import type { Expression, Span } from '../../../ast/expression.ts';
import type { Query, ReturnClause } from '../../../ast/query.ts';
import { attribute, object } from '../tree.ts';

/** Rows that a query of their own gathers, and the variable in which the query around it sees each. */
interface GatheredRows {
  readonly variable: string;
  readonly row: Expression;
  readonly clause: { -readonly [Member in keyof ReturnClause]: ReturnClause[Member] };
}

/**
 * Lets the rows of outer joins hold no more columns than somebody reads: what is gathered is decoded and kept, unlike what a
 * loop passes by. What is read is known when the whole statement has been translated.
 */
export class NeededColumns {
  readonly #gathered: GatheredRows[] = [];

  /** The RETURN of such rows, whole until `narrow`. */
  gather(variable: string, row: Expression, span: Span): ReturnClause {
    const clause = { kind: 'return', expression: row, distinct: false, span } as const;
    this.#gathered.push({ variable, row, clause });
    return clause;
  }

  /** Leaves the columns that nobody reads out of the rows, where no row is read as a whole. */
  narrow(query: Query): void {
    if (this.#gathered.length === 0) return;
    const used = usedColumns(
      query,
      this.#gathered.map(({ variable }) => variable),
    );
    for (const { variable, row, clause } of this.#gathered) {
      const columns = used.get(variable);
      if (columns === undefined) continue;
      const { span } = clause;
      clause.expression = object(
        [...columns].map((name) => ({ name, value: attribute(row, name, span) })),
        span,
      );
    }
  }
}

/** The columns of each variable that are read; a variable that is read as a whole is not among the answers. */
function usedColumns(query: Query, variables: readonly string[]): Map<string, Set<string>> {
  const used = new Map(variables.map((name): [string, Set<string>] => [name, new Set()]));
  const seen = new Set<object>();
  const nodes: object[] = [query];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const part = node as Expression;
    if (part.kind === 'attribute' && part.object.kind === 'variable') used.get(part.object.name)?.add(part.name);
    else if (part.kind === 'variable') used.delete(part.name);
    else for (const child of Object.values(node)) if (typeof child === 'object' && child !== null) nodes.push(child);
  }
  return used;
}
