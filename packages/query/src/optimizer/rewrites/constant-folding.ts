import type { Expression } from '../../ast/expression.ts';
import { Emitter } from '../../compile/emitter.ts';
import { ExpressionCompiler } from '../../compile/expression/expression-compiler.ts';
import { emptyScope } from '../../compile/scope.ts';
import { rewriteExpression, someExpression } from '../../plan/expressions/expression-walk.ts';
import type { Operator } from '../../plan/operator.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { conjunction, conjuncts } from '../terms/conjuncts.ts';

/** What the text alone decides in a filter is computed once, so that indexes see values, and what is always true is left out. */
export const constantFolding: Rewrite = {
  name: 'constant-folding',
  summary:
    'Parts of a filter that are the same for every row are computed while planning; what is always true is left out.',
  apply(root) {
    const operators = openChain(root);
    const folded = operators.flatMap((operator) => (operator.kind === 'filter' ? foldFilter(operator) : [operator]));
    const isSame = folded.length === operators.length && folded.every((operator, at) => operator === operators[at]);
    return isSame ? root : closeChain(folded);
  },
};

function foldFilter(filter: Operator & { kind: 'filter' }): readonly Operator[] {
  const terms = conjuncts(filter.condition);
  const folded = terms.map(fold);
  if (folded.every((term, at) => term === terms[at] && !isTrue(term))) return [filter];
  const condition = conjunction(folded.filter((term) => !isTrue(term)));
  return condition === undefined ? [] : [{ ...filter, condition }];
}

function isTrue(term: Expression): boolean {
  return term.kind === 'literal' && Boolean(term.value);
}

/** The expression with the largest constant parts replaced by their values; parts that fail stay, to fail where they did. */
function fold(expression: Expression): Expression {
  return rewriteExpression(expression, (part) => {
    if (part.kind === 'literal' || !isComputable(part)) return undefined;
    const value = constantValue(part);
    return value === undefined ? undefined : { kind: 'literal', value: value.value, span: part.span };
  });
}

/** Operators over literals alone: no names, no calls (which may be many and slow), nothing that makes large values. */
function isComputable(expression: Expression): boolean {
  return !someExpression(
    expression,
    (part) => !COMPUTABLE.has(part.kind) || (part.kind === 'binary' && part.operator === '..'),
  );
}

const COMPUTABLE: ReadonlySet<Expression['kind']> = new Set([
  'literal',
  'unary',
  'binary',
  'logical',
  'conditional',
  'array',
]);

type Scalar = null | boolean | number | bigint | string;

/** The value by the one compiler that there is, so that it means the same here as in a run. */
function constantValue(expression: Expression): { readonly value: Scalar } | undefined {
  try {
    const compiler = new ExpressionCompiler({ emitter: new Emitter(), run: 'run', subquery: () => '' });
    const { constant } = compiler.fragment(expression, emptyScope);
    return constant !== undefined && isScalar(constant.value) ? { value: constant.value } : undefined;
  } catch {
    return undefined;
  }
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['boolean', 'number', 'bigint', 'string'].includes(typeof value);
}
