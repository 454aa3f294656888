import type { CairnError, Value } from '@cairn/protocol/internal';
import type { Expression, Span } from '../ast/expression.ts';
import type { Aggregate, Clause, CollectClause, ForClause, JoinClause, Query, ReturnClause } from '../ast/query.ts';
import { aggregateByName } from '../functions/aggregates.ts';
import { someExpression } from './expressions/expression-walk.ts';
import { collectionsOfCall, collectionsOfIds } from './expressions/reached-collections.ts';
import { isStableFunction } from './expressions/stable-calls.ts';
import { extractWindowCalls, failWindowCalls } from './expressions/window-calls.ts';
import { type CollectionLookup, CollectionNames } from './names/collection-names.ts';
import { freeNames } from './names/free-names.ts';
import { momentProblem, pastName } from './names/past-collection.ts';
import { VisibleNames } from './names/visible-names.ts';
import type { Operator } from './operator.ts';
import { chain, definedNames, operatorExpressions } from './operator-facts.ts';
import type { Plan, SubqueryPlan } from './plan.ts';
import { checkExpression } from './problems/expression-check.ts';
import { pathOptionsProblem } from './problems/path-options.ts';
import { InvalidQueryError, UnknownFunctionError } from './problems/plan-errors.ts';
import { type ProblemListener, throwProblem } from './problems/plan-problem.ts';

export interface PlanContext {
  readonly database: string;
  readonly view: CollectionLookup;
  readonly binds: ReadonlyMap<string, Value>;
}

/** A plan as the text says it, with the names of the binds that stood for collections. */
export interface BuiltPlan {
  readonly plan: Plan;
  readonly collectionBinds: readonly string[];
}

/**
 * Turns a syntax tree into operators, resolves every name, and refuses what cannot run before it runs.
 *
 * @param onProblem takes what is wrong; the default throws the first problem, with its place in the text. A plan in
 * which problems were found must not run.
 */
export function buildPlan(
  query: Query,
  text: string,
  context: PlanContext,
  onProblem: ProblemListener = throwProblem(text),
): BuiltPlan {
  const collections = new CollectionNames(context.view, context.binds, onProblem);
  const builder = new PlanBuilder(collections, context.database, onProblem);
  const root = builder.build(query, new VisibleNames(), 'statement');
  const plan: Plan = {
    text,
    database: context.database,
    root,
    subqueries: builder.subqueries,
    binds: [...builder.binds],
    collections: collections.uses,
    writes: collections.uses.some((use) => use.access === 'write'),
    moments: builder.moments,
    explain: query.explain,
    rewrites: [],
  };
  return { plan, collectionBinds: collections.bindNames };
}

const writeKinds: ReadonlySet<Clause['kind']> = new Set(['insert', 'update', 'replace', 'remove', 'upsert']);

class PlanBuilder {
  readonly binds = new Set<string>();
  readonly subqueries = new Map<Query, SubqueryPlan>();
  readonly moments: Expression[] = [];
  readonly #collections: CollectionNames;
  readonly #database: string;
  readonly #onProblem: ProblemListener;

  constructor(collections: CollectionNames, database: string, onProblem: ProblemListener) {
    this.#collections = collections;
    this.#database = database;
    this.#onProblem = onProblem;
  }

  build(query: Query, names: VisibleNames, place: 'statement' | 'subquery'): Operator {
    const { clauses } = query;
    this.#refuseStatementHead(query);
    const answers = query.head !== undefined || clauses.some(({ kind }) => kind === 'return' || writeKinds.has(kind));
    if (place === 'statement' && !answers) {
      const problem = 'missing RETURN clause or mutation (INSERT/UPDATE/REPLACE/REMOVE/UPSERT)';
      this.#problem(new InvalidQueryError(problem), query.span);
    }
    let operator: Operator = { kind: 'start' };
    for (const clause of clauses) operator = this.#clause(clause, operator, names, place);
    return operator;
  }

  #refuseStatementHead({ head }: Query): void {
    if (head === undefined) return;
    const what = head.kind === 'create-stream' ? 'streams' : 'materialized views';
    this.#problem(new InvalidQueryError(`${what} are not available yet`), head.span);
  }

  #problem(error: CairnError, span: Span): void {
    this.#onProblem({ error, span });
  }

  #clause(clause: Clause, input: Operator, names: VisibleNames, place: 'statement' | 'subquery'): Operator {
    const check = (expression: Expression) => this.#check(expression, names.visible);
    const lenient = (written: Expression) => {
      const expression = failWindowCalls(written, this.#onProblem);
      check(expression);
      return expression;
    };
    switch (clause.kind) {
      case 'for':
        return this.#for(clause, input, names);
      case 'let': {
        check(clause.value);
        const leading = names.leading;
        names.add(clause.variable);
        return { kind: 'let', input, variable: clause.variable, value: clause.value, leading };
      }
      case 'filter':
        names.endLeading();
        return { kind: 'filter', input, condition: lenient(clause.condition) };
      case 'sort': {
        const keys = clause.keys.map((key) => ({ ...key, expression: lenient(key.expression) }));
        names.endLeading();
        return { kind: 'sort', input, keys };
      }
      case 'limit':
        if (clause.offset) this.#check(clause.offset, names.leadingNames);
        this.#check(clause.count, names.leadingNames);
        names.endLeading();
        return { kind: 'limit', input, offset: clause.offset, count: clause.count };
      case 'collect':
        return this.#collect(clause, input, names);
      case 'join':
        return this.#join(clause, input, names);
      case 'return':
        return this.#return(clause, input, names, place);
      case 'traversal':
      case 'shortest-path':
        return this.#graph(clause, input, names);
      case 'stream-window':
        this.#problem(new InvalidQueryError('WINDOW may only stand in a stream definition'), clause.span);
        return input;
      default:
        return this.#write(clause, input, names);
    }
  }

  #for(clause: ForClause, input: Operator, names: VisibleNames): Operator {
    const { source, variable } = clause;
    const collection =
      source.kind === 'name' || source.kind === 'collection-bind'
        ? this.#collections.resolve(source, 'read')
        : source.kind === 'variable' && !names.visible.has(source.name)
          ? this.#collections.use(source.name, 'read', source.span)
          : undefined;
    if (collection === undefined) this.#check(source as Expression, names.visible);
    names.endLeading();
    names.add(variable);
    if (collection !== undefined) {
      const name = clause.asOf === undefined ? collection : pastName(collection, this.#moment(clause.asOf));
      return { kind: 'scan', input, variable, collection: name, direction: 'forward' };
    }
    if (clause.asOf !== undefined)
      this.#problem(new InvalidQueryError('AS OF stands behind a collection'), clause.asOf.span);
    const expression = source as Expression;
    if (expression.kind === 'binary' && expression.operator === '..') {
      return { kind: 'range', input, variable, from: expression.left, to: expression.right };
    }
    return { kind: 'values', input, variable, source: expression };
  }

  /** The number of a moment among those of the plan. */
  #moment(moment: Expression): number {
    const problem = momentProblem(moment);
    if (problem !== undefined) this.#problem(problem, moment.span);
    this.#check(moment, new Set());
    return this.moments.push(moment) - 1;
  }

  #collect(clause: CollectClause, input: Operator, names: VisibleNames): Operator {
    for (const group of clause.groups) this.#check(group.expression, names.visible);
    for (const aggregate of clause.aggregates) {
      this.#checkAggregate(aggregate);
      for (const argument of aggregate.arguments) this.#check(argument, names.visible);
    }
    const members = clause.into?.keep ?? names.own;
    for (const name of members) this.#check({ kind: 'variable', name, span: clause.span }, names.visible);
    const operator: Operator = {
      kind: 'collect',
      input,
      groups: clause.groups.map(({ variable, expression }) => ({ variable, expression })),
      aggregates: clause.aggregates.map((aggregate) => ({
        variable: aggregate.variable,
        function: aggregate.function,
        arguments: aggregate.arguments,
      })),
      count: clause.count,
      into: clause.into && { variable: clause.into.variable, members },
    };
    names.forgetOwn();
    for (const name of definedNames(operator)) names.add(name);
    return operator;
  }

  #checkAggregate(aggregate: Aggregate): void {
    const definition = aggregateByName(aggregate.function);
    if (definition === undefined) {
      this.#problem(new UnknownFunctionError('aggregate function', aggregate.function), aggregate.span);
      return;
    }
    const count = aggregate.arguments.length;
    const { minArguments, maxArguments } = definition;
    if (count >= minArguments && count <= maxArguments) return;
    const problem = `${aggregate.function} takes ${minArguments} to ${maxArguments} arguments, got ${count}`;
    this.#problem(new InvalidQueryError(problem), aggregate.span);
  }

  #join(clause: JoinClause, input: Operator, names: VisibleNames): Operator {
    const collection = this.#collections.use(clause.collection, 'read', clause.span);
    const leftVariables = names.own.filter((name) => name !== collection);
    names.endLeading();
    names.add(collection);
    this.#check(clause.condition, names.visible);
    return {
      kind: 'join',
      input,
      type: clause.type,
      collection,
      variable: collection,
      condition: clause.condition,
      leftVariables,
    };
  }

  #graph(
    clause: Extract<Clause, { kind: 'traversal' | 'shortest-path' }>,
    input: Operator,
    names: VisibleNames,
  ): Operator {
    this.#check(clause.start, names.visible);
    if (clause.kind === 'shortest-path') this.#check(clause.target, names.visible);
    const edges = this.#collections.resolve(clause.edges, 'read');
    if (clause.kind === 'shortest-path' && clause.options !== undefined) {
      const problem = pathOptionsProblem(clause.options);
      if (problem !== undefined) this.#problem(problem, clause.options.span);
      this.#check(clause.options, new Set());
    }
    const ends = clause.kind === 'shortest-path' ? [clause.start, clause.target] : [clause.start];
    for (const end of ends) this.#collections.mention(collectionsOfIds(end, this.#database));
    names.endLeading();
    names.add(clause.vertex);
    if (clause.edge !== undefined) names.add(clause.edge);
    const { vertex, edge, direction, start } = clause;
    if (clause.kind === 'shortest-path') {
      const { rows, target, options } = clause;
      return { kind: 'path', input, rows, vertex, edge, direction, start, target, edges, options };
    }
    const { path, prune, depth } = clause;
    if (path !== undefined) names.add(path);
    if (prune !== undefined) this.#check(prune, names.visible);
    return { kind: 'traverse', input, vertex, edge, path, prune, depth, direction, start, edges };
  }

  #write(
    clause: Extract<Clause, { kind: 'insert' | 'update' | 'replace' | 'remove' | 'upsert' }>,
    input: Operator,
    names: VisibleNames,
  ): Operator {
    const collection = this.#collections.resolve(clause.collection, 'write');
    const check = (expression: Expression | undefined) => expression && this.#check(expression, names.visible);
    check(clause.options);
    const base = { input, collection, options: clause.options };
    let operator: Operator;
    switch (clause.kind) {
      case 'insert':
        check(clause.document);
        operator = { kind: 'insert', ...base, document: clause.document };
        break;
      case 'update':
        check(clause.selector);
        check(clause.changes);
        operator = { kind: 'update', ...base, selector: clause.selector, changes: clause.changes };
        break;
      case 'replace':
        check(clause.selector);
        check(clause.document);
        operator = { kind: 'replace', ...base, selector: clause.selector, document: clause.document };
        break;
      case 'remove':
        check(clause.selector);
        operator = { kind: 'remove', ...base, selector: clause.selector };
        break;
      case 'upsert': {
        check(clause.search);
        check(clause.insert);
        this.#check(clause.changes, new Set([...names.visible, 'OLD']));
        const { search, insert, action, changes } = clause;
        operator = { kind: 'upsert', ...base, search, insert, action, changes };
      }
    }
    names.endLeading();
    names.add('OLD');
    if (clause.kind === 'remove') names.remove('NEW');
    else names.add('NEW');
    return operator;
  }

  #return(clause: ReturnClause, input: Operator, names: VisibleNames, place: 'statement' | 'subquery'): Operator {
    if (place === 'subquery') {
      this.#check(clause.expression, names.visible);
      return { kind: 'return', input, expression: clause.expression, distinct: clause.distinct };
    }
    const { expression, calls } = extractWindowCalls(clause.expression, this.#onProblem);
    for (const call of calls) {
      for (const part of [...call.arguments, ...call.partition]) this.#check(part, names.visible);
      for (const key of call.order) this.#check(key.expression, names.visible);
      names.add(call.variable);
    }
    this.#check(expression, names.visible);
    const below = calls.length === 0 ? input : windowUnderLimits(input, calls);
    return { kind: 'return', input: below, expression, distinct: clause.distinct };
  }

  #check(expression: Expression, visible: ReadonlySet<string>): void {
    checkExpression(expression, visible, {
      bind: (name) => this.binds.add(name),
      subquery: (query, outer) => this.#subquery(query, outer),
      problem: this.#onProblem,
      call: (call) => this.#collections.mention(collectionsOfCall(call, this.#database)),
    });
  }

  #subquery(query: Query, outer: ReadonlySet<string>): void {
    if (this.subqueries.has(query)) return;
    const root = this.build(query, new VisibleNames(outer), 'subquery');
    const writes = chain(root).some((operator) => writeKinds.has(operator.kind as Clause['kind']));
    const nested = this.#nestedSubqueries(root);
    const names = freeNames({ kind: 'subquery', query, span: query.span });
    const read = [...outer].filter((name) => names.has(name));
    const anyWrites = writes || nested.some((plan) => plan.writes);
    const pure = isPure(root) && nested.every((plan) => plan.pure);
    this.subqueries.set(query, {
      root,
      outer: read,
      pure,
      constant: read.length === 0 && !anyWrites && pure,
      writes: anyWrites,
    });
  }

  #nestedSubqueries(root: Operator): readonly SubqueryPlan[] {
    const found: SubqueryPlan[] = [];
    for (const expression of chain(root).flatMap(operatorExpressions)) {
      someExpression(expression, (part) => {
        if (part.kind === 'subquery') found.push(this.subqueries.get(part.query)!);
        return false;
      });
    }
    return found;
  }
}

/** Whether no function of chance stands in the operators' expressions. */
function isPure(root: Operator): boolean {
  return !chain(root)
    .flatMap(operatorExpressions)
    .some((expression) => someExpression(expression, (part) => part.kind === 'call' && !isStableFunction(part.name)));
}

/** Window functions see the rows after SORT and before LIMIT. */
function windowUnderLimits(input: Operator, calls: Extract<Operator, { kind: 'window' }>['calls']): Operator {
  if (input.kind === 'limit') return { ...input, input: windowUnderLimits(input.input, calls) };
  return { kind: 'window', input, calls };
}
