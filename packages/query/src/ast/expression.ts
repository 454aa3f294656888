import type { Query } from './query.ts';

/** A half-open range of UTF-16 offsets into the query's text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A parsed expression. Every node is frozen data and knows where in the text it stood. */
export type Expression =
  | LiteralExpression
  | VariableExpression
  | BindExpression
  | AttributeExpression
  | IndexExpression
  | ExpansionExpression
  | ArrayExpression
  | ObjectExpression
  | TemplateExpression
  | UnaryExpression
  | BinaryExpression
  | LogicalExpression
  | ArrayComparisonExpression
  | ConditionalExpression
  | CaseExpression
  | CallExpression
  | LambdaExpression
  | QuantifierExpression
  | SubqueryExpression;

/** `1`, `2.5`, `'text'`, `true`, `null`. Integers beyond ±2^53 are bigints. */
export interface LiteralExpression {
  readonly kind: 'literal';
  readonly value: null | boolean | number | bigint | string;
  readonly span: Span;
}

/** A bare name. Whether it is a variable or, as the source of FOR, a collection is decided by the planner. */
export interface VariableExpression {
  readonly kind: 'variable';
  readonly name: string;
  readonly span: Span;
}

/** `@name`. */
export interface BindExpression {
  readonly kind: 'bind';
  readonly name: string;
  readonly span: Span;
}

/** `object.name` and `object?.name`; both answer null when there is no such attribute. */
export interface AttributeExpression {
  readonly kind: 'attribute';
  readonly object: Expression;
  readonly name: string;
  readonly optional: boolean;
  readonly span: Span;
}

/** `object[index]`. */
export interface IndexExpression {
  readonly kind: 'index';
  readonly object: Expression;
  readonly index: Expression;
  readonly span: Span;
}

/**
 * `array[*]`, with the attributes that follow it (`u.tags[*].name` has path `['name']`) and the inline clauses.
 * The bare form flattens one level; a form with FILTER, LIMIT or RETURN does not. `CURRENT` is the element.
 */
export interface ExpansionExpression {
  readonly kind: 'expansion';
  readonly array: Expression;
  readonly filter?: Expression;
  readonly limit?: { readonly offset?: Expression; readonly count: Expression };
  readonly projection?: Expression;
  readonly path: readonly string[];
  readonly span: Span;
}

/** `[a, b]`. */
export interface ArrayExpression {
  readonly kind: 'array';
  readonly elements: readonly Expression[];
  readonly span: Span;
}

/** `{a: 1, 'b': 2, c}`; the shorthand member `c` has the variable `c` as its value. */
export interface ObjectExpression {
  readonly kind: 'object';
  readonly members: readonly { readonly name: string; readonly value: Expression }[];
  readonly span: Span;
}

/** `$"text ${expression}"`: text parts and expressions in the order written. */
export interface TemplateExpression {
  readonly kind: 'template';
  readonly parts: readonly (string | Expression)[];
  readonly span: Span;
}

/** `NOT x`, `-x`, `~x`. */
export interface UnaryExpression {
  readonly kind: 'unary';
  readonly operator: 'not' | '-' | '~';
  readonly operand: Expression;
  readonly span: Span;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
export type BitwiseOperator = '&' | '|' | '^' | '<<' | '>>';
export type ComparisonOperator =
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'in'
  | 'not in'
  | 'like'
  | 'not like'
  | '=~'
  | '!~'
  | '~=';

/** Operators that evaluate both sides. `..` makes an array of whole numbers. */
export interface BinaryExpression {
  readonly kind: 'binary';
  readonly operator: ArithmeticOperator | BitwiseOperator | ComparisonOperator | '..';
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

/** Lazy operators. `and` and `or` give a boolean; `||` gives the operand; `??` passes over null. */
export interface LogicalExpression {
  readonly kind: 'logical';
  readonly operator: 'and' | 'or' | '||' | '??';
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

/** `[1, 2] ANY > 1`: the comparison of each element of the left side. */
export interface ArrayComparisonExpression {
  readonly kind: 'array-comparison';
  readonly quantifier: 'any' | 'all' | 'none';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

/** `condition ? consequent : alternate`. */
export interface ConditionalExpression {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly consequent: Expression;
  readonly alternate: Expression;
  readonly span: Span;
}

/** `CASE x WHEN v THEN r … ELSE e END` (with `subject`) and `CASE WHEN c THEN r … END` (without). */
export interface CaseExpression {
  readonly kind: 'case';
  readonly subject?: Expression;
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise?: Expression;
  readonly span: Span;
}

/**
 * `NAME(args)`. A pipe `x |> NAME(args)` is parsed to a call with `x` as its first argument and `piped: true`.
 * `name` is upper case; `written` is what the text said. With `over` it is a window call.
 */
export interface CallExpression {
  readonly kind: 'call';
  readonly name: string;
  readonly written: string;
  readonly arguments: readonly Expression[];
  readonly piped: boolean;
  readonly over?: WindowSpecification;
  readonly span: Span;
}

/** `OVER (PARTITION BY … ORDER BY …)`. */
export interface WindowSpecification {
  readonly partition: readonly Expression[];
  readonly order: readonly SortKey[];
}

/** One key of SORT or ORDER BY. */
export interface SortKey {
  readonly expression: Expression;
  readonly descending: boolean;
}

/** `x -> …`, `(a, b) -> …`: only as an argument of a higher-order function. */
export interface LambdaExpression {
  readonly kind: 'lambda';
  readonly parameters: readonly string[];
  readonly body: Expression;
  readonly span: Span;
}

/** `ANY x IN array SATISFIES condition`; without SATISFIES the truth of the element itself. */
export interface QuantifierExpression {
  readonly kind: 'quantifier';
  readonly quantifier: 'any' | 'all' | 'none';
  readonly variable: string;
  readonly array: Expression;
  readonly condition?: Expression;
  readonly span: Span;
}

/** A query in the place of a value: the array of its rows. */
export interface SubqueryExpression {
  readonly kind: 'subquery';
  readonly query: Query;
  readonly span: Span;
}
