import type { Expression } from '../../ast/expression.ts';
import type { Clause, Query } from '../../ast/query.ts';
import { children } from '../expressions/expression-walk.ts';
import { present } from '../present.ts';
import { collectedNames } from './collected-names.ts';

const none: ReadonlySet<string> = new Set();

/**
 * Names that an expression reads and does not bind itself. Collections named as the source of FOR in a subquery are
 * among them, since only the planner can tell them from variables; callers intersect with the variables they know.
 */
export function freeNames(expression: Expression): ReadonlySet<string> {
  const names = new Set<string>();
  addFreeNames(expression, none, names);
  return names;
}

function addFreeNames(expression: Expression, bound: ReadonlySet<string>, names: Set<string>): void {
  switch (expression.kind) {
    case 'variable':
      if (!bound.has(expression.name)) names.add(expression.name);
      return;
    case 'lambda':
      addFreeNames(expression.body, withNames(bound, expression.parameters), names);
      return;
    case 'quantifier':
      addFreeNames(expression.array, bound, names);
      if (expression.condition) addFreeNames(expression.condition, withNames(bound, [expression.variable]), names);
      return;
    case 'expansion': {
      addFreeNames(expression.array, bound, names);
      const inside = withNames(bound, ['CURRENT']);
      for (const part of children(expression).slice(1)) addFreeNames(part, inside, names);
      return;
    }
    case 'subquery':
      addFreeNamesOfQuery(expression.query, bound, names);
      return;
    default:
      for (const child of children(expression)) addFreeNames(child, bound, names);
  }
}

function addFreeNamesOfQuery(query: Query, outer: ReadonlySet<string>, names: Set<string>): void {
  let bound = outer;
  /** What LIMIT sees: an outer variable also where a loop of the query has hidden it from the rest. */
  let leading = outer;
  for (const clause of query.clauses) {
    const own = clauseNames(clause);
    for (const part of clauseExpressions(clause)) {
      addFreeNames(part, insideNames(clause, part, { own, bound, leading }), names);
    }
    if (clause.kind === 'let' && leading === bound) leading = bound = withNames(bound, own);
    // COLLECT hides the query's own variables, so that those of the surrounding one show again.
    else bound = withNames(clause.kind === 'collect' ? outer : bound, own);
  }
}

interface NamesAtClause {
  readonly own: readonly string[];
  readonly bound: ReadonlySet<string>;
  readonly leading: ReadonlySet<string>;
}

function insideNames(clause: Clause, part: Expression, { own, bound, leading }: NamesAtClause): ReadonlySet<string> {
  if (clause.kind === 'limit') return leading;
  // The joined variable is known inside its own condition; what UPSERT has found is OLD in what it changes.
  if (clause.kind === 'upsert') return part === clause.changes ? withNames(bound, ['OLD']) : bound;
  if (clause.kind === 'traversal') return part === clause.prune ? withNames(bound, own) : bound;
  return clause.kind === 'join' ? withNames(bound, own) : bound;
}

function withNames(bound: ReadonlySet<string>, names: readonly string[]): ReadonlySet<string> {
  return new Set([...bound, ...names]);
}

/** Variables that a clause binds for the clauses after it. */
export function clauseNames(clause: Clause): readonly string[] {
  switch (clause.kind) {
    case 'for':
    case 'let':
      return [clause.variable];
    case 'traversal':
    case 'shortest-path':
      return present(clause.vertex, clause.edge, clause.kind === 'traversal' ? clause.path : undefined);
    case 'join':
      return [clause.collection];
    case 'collect':
      return collectedNames(clause);
    case 'insert':
    case 'update':
    case 'replace':
    case 'remove':
    case 'upsert':
      return ['NEW', 'OLD'];
    default:
      return [];
  }
}

/** Expressions of a clause, the names that `INTO … KEEP` reads among them. */
export function clauseExpressions(clause: Clause): readonly Expression[] {
  switch (clause.kind) {
    case 'for':
      return clause.source.kind === 'name' || clause.source.kind === 'collection-bind' ? [] : [clause.source];
    case 'traversal':
      return present(clause.start, clause.prune);
    case 'shortest-path':
      return present(clause.start, clause.target, clause.options);
    case 'filter':
      return [clause.condition];
    case 'let':
      return [clause.value];
    case 'sort':
      return clause.keys.map((key) => key.expression);
    case 'limit':
      return present(clause.offset, clause.count);
    case 'collect':
      return [
        ...clause.groups.map((group) => group.expression),
        ...clause.aggregates.flatMap((aggregate) => aggregate.arguments),
        ...(clause.into?.keep ?? []).map((name) => ({ kind: 'variable', name, span: clause.span }) as const),
      ];
    case 'join':
      return [clause.condition];
    case 'insert':
      return present(clause.document, clause.options);
    case 'update':
      return present(clause.selector, clause.changes, clause.options);
    case 'replace':
      return present(clause.selector, clause.document, clause.options);
    case 'remove':
      return present(clause.selector, clause.options);
    case 'upsert':
      return present(clause.search, clause.insert, clause.changes, clause.options);
    case 'return':
      return [clause.expression];
    case 'stream-window':
      return [];
  }
}
