import fc from 'fast-check';
import type { Expression } from '../ast/expression.ts';
import { OPERATOR_PRECEDENCE } from '../ast/precedence.ts';
import type { Clause } from '../ast/query.ts';

const span = { start: 0, end: 0 };
const name = fc.constantFrom(
  'a',
  'u',
  'for',
  'Count',
  'all',
  'NONE',
  'distinct',
  'keep',
  'any',
  'é',
  '_x1',
  'two words',
  'left',
  '',
);
const bindName = fc.constantFrom('b', '1st', 'for');
const text = fc.constantFrom('', 'x', "it's", 'a\\b', '"\n\t\r', '$ {', '$', '\u0000é😀');
const literal = fc.oneof(
  fc.constantFrom(null, true, false),
  fc.maxSafeNat(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  text,
);

/** Array comparisons take the operators of comparison alone. */
const operators = Object.keys(OPERATOR_PRECEDENCE) as (keyof typeof OPERATOR_PRECEDENCE)[];
const comparisons = operators.filter((operator) => OPERATOR_PRECEDENCE[operator] === OPERATOR_PRECEDENCE['==']);

/** In front of the IN of a write, no IN is an operator. */
function withoutIn<T>(tree: T): T {
  if (Array.isArray(tree)) return tree.map(withoutIn) as T;
  if (typeof tree !== 'object' || tree === null) return tree;
  const member = ([name, value]: [string, unknown]) =>
    name === 'operator' && (value === 'in' || value === 'not in') ? [name, '=='] : [name, withoutIn(value)];
  return Object.fromEntries(Object.entries(tree).map(member)) as T;
}

const trees = fc.letrec<{
  expression: Expression;
  clauses: Clause[];
  sortKeys: { expression: Expression; descending: boolean }[];
}>((tie) => {
  const some = (maxLength = 2) => fc.array(tie('expression'), { maxLength });
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
  const node = (kind: string, members: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record(members).map((values) => {
      const present = Object.entries(values).filter(([, value]) => value !== undefined);
      return { kind, ...Object.fromEntries(present), span };
    });
  const e = tie('expression');
  const beforeIn = e.map(withoutIn);
  const limit = fc.oneof(fc.record({ count: e }), fc.record({ offset: e, count: e }));
  const collection = fc.oneof(node('name', { name }), node('collection-bind', { name: bindName }));
  const sortKeys = fc.array(fc.record({ expression: e, descending: fc.boolean() }), { minLength: 1, maxLength: 2 });
  const call = fc.record({
    written: name,
    arguments: some(),
    piped: fc.boolean(),
    over: fc.boolean(),
    partition: some(),
    order: fc.option(sortKeys, { nil: [] }),
  });
  const calls = call.map(({ partition, order, over, ...rest }) => ({
    kind: 'call',
    name: rest.written.toUpperCase(),
    ...rest,
    piped: rest.piped && rest.arguments.length > 0,
    ...(over && !(rest.piped && rest.arguments.length > 0) && { over: { partition, order } }),
    span,
  }));
  const lambda = node('lambda', { parameters: fc.uniqueArray(name, { maxLength: 2 }), body: e });
  const lambdaCall = lambda.map((argument) => ({
    kind: 'call',
    name: 'MAP',
    written: 'map',
    arguments: [argument],
    piped: false,
    span,
  }));
  const merged = (parts: (string | Expression)[]) =>
    parts.filter((part, index) => typeof part !== 'string' || (part !== '' && typeof parts[index - 1] !== 'string'));
  /** Interpolations count braces blindly, so strings with single braces cannot stand in them. */
  const braceless = fc.oneof(
    node('variable', { name }),
    node('attribute', { object: node('variable', { name }), name, optional: fc.boolean() }),
  );
  const compound = fc.oneof(
    node('attribute', { object: e, name, optional: fc.boolean() }),
    node('index', { object: e, index: e }),
    fc
      .record({
        array: e,
        filter: optional(e),
        limit: optional(limit),
        projection: optional(e),
        path: fc.array(name, { maxLength: 2 }),
      })
      .map((values) => ({
        kind: 'expansion',
        ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
        span,
      })),
    node('array', { elements: some(3) }),
    node('object', { members: fc.array(fc.record({ name: fc.oneof(name, text), value: e }), { maxLength: 2 }) }),
    node('template', {
      parts: fc.array(fc.oneof(text, braceless as unknown as fc.Arbitrary<Expression>), { maxLength: 4 }).map(merged),
    }),
    node('unary', { operator: fc.constantFrom('not', '-', '~'), operand: e }),
    fc.record({ operator: fc.constantFrom(...operators), left: e, right: e }).map((values) => ({
      kind: ['and', 'or', '||', '??'].includes(values.operator) ? 'logical' : 'binary',
      ...values,
      span,
    })),
    node('array-comparison', {
      quantifier: fc.constantFrom('any', 'all', 'none'),
      operator: fc.constantFrom(...comparisons),
      left: e,
      right: e,
    }),
    node('conditional', { condition: e, consequent: e, alternate: e }),
    node('case', {
      subject: optional(e),
      // biome-ignore lint/suspicious/noThenProperty: the branch of a CASE, which nobody awaits
      branches: fc.array(fc.record({ when: e, then: e }), { minLength: 1, maxLength: 2 }),
      otherwise: optional(e),
    }),
    calls,
    lambdaCall,
    node('quantifier', {
      quantifier: fc.constantFrom('any', 'all', 'none'),
      variable: name,
      array: e,
      condition: optional(e),
    }),
    tie('clauses').map((list) => ({
      kind: 'subquery',
      query: {
        kind: 'query',
        clauses: [{ kind: 'let', variable: 'q', value: { kind: 'literal', value: 1, span }, span }, ...list],
        span,
      },
      span,
    })),
  );
  const graph = {
    vertex: name,
    edge: optional(name),
    direction: fc.constantFrom('outbound', 'inbound', 'any'),
    start: e,
    edges: collection,
  };
  const write = { collection, options: optional(e) };
  const clause = fc.oneof(
    node('for', {
      variable: name,
      source: fc.oneof(node('collection-bind', { name: bindName }), e),
      asOf: optional(e),
    }),
    node('traversal', { ...graph, depth: fc.record({ min: fc.nat(9), max: fc.nat(9) }), prune: optional(e) }),
    node('traversal', { ...graph, edge: name, path: name, depth: fc.constant({ min: 1, max: 2 }) }),
    node('shortest-path', { ...graph, rows: fc.constant('vertices'), target: e, options: optional(e) }),
    node('shortest-path', {
      ...graph,
      edge: fc.constant(undefined),
      rows: fc.constant('paths'),
      target: e,
      options: optional(e),
    }),
    node('filter', { condition: e }),
    node('let', { variable: name, value: e }),
    node('sort', { keys: sortKeys }),
    limit.map((values) => ({ kind: 'limit', ...values, span })),
    node('collect', {
      groups: fc.array(
        node('', { variable: name, expression: e }).map(({ kind: _, ...group }) => group),
        { maxLength: 2 },
      ),
      into: optional(
        fc.oneof(
          fc.record({ variable: name }),
          fc.record({ variable: name, keep: fc.array(name, { minLength: 1, maxLength: 2 }) }),
        ),
      ),
      count: optional(name),
      aggregates: fc.array(
        fc.record({
          variable: name,
          function: name.map((word) => word.toUpperCase()),
          arguments: some(),
          span: fc.constant(span),
        }),
        { maxLength: 2 },
      ),
    }),
    node('join', { type: fc.constantFrom('inner', 'left', 'right', 'full'), collection: name, condition: e }),
    node('insert', { document: e, ...write }),
    node('update', { selector: e, changes: beforeIn, ...write }),
    node('replace', { selector: e, document: beforeIn, ...write }),
    node('remove', { selector: beforeIn, ...write }),
    node('upsert', {
      search: beforeIn,
      insert: beforeIn,
      action: fc.constantFrom('update', 'replace'),
      changes: beforeIn,
      ...write,
    }),
    node('stream-window', { type: fc.constantFrom('tumbling', 'sliding'), size: text }),
  );
  const result = node('return', { expression: e, distinct: fc.boolean() });
  const tree = fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(node('literal', { value: literal }), node('variable', { name }), node('bind', { name: bindName })),
    compound,
  );
  return {
    expression: tree as unknown as fc.Arbitrary<Expression>,
    clauses: fc
      .tuple(fc.array(clause, { maxLength: 2 }), result)
      .map((parts) => parts.flat()) as unknown as fc.Arbitrary<Clause[]>,
    sortKeys,
  };
});

/** Any expression, with names, texts and numbers that are hard to print. */
export const anyExpression = trees.expression;

/** The clauses of any query, as far as syntax goes: its names need not mean anything. */
export const anyClauses = trees.clauses;
