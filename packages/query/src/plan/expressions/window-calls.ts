import type { CairnError } from '@cairn/protocol/internal';
import type { CallExpression, Expression } from '../../ast/expression.ts';
import { aggregateByName } from '../../functions/aggregates.ts';
import type { WindowCall } from '../operators/row.ts';
import { InvalidQueryError, UnknownFunctionError } from '../problems/plan-errors.ts';
import type { ProblemListener } from '../problems/plan-problem.ts';
import { rewriteExpression } from './expression-walk.ts';

/** Window functions that are no aggregates, with the number of arguments that they take. */
const rankingFunctions: ReadonlyMap<string, { readonly min: number; readonly max: number }> = new Map([
  ['ROW_NUMBER', { min: 0, max: 0 }],
  ['RANK', { min: 0, max: 0 }],
  ['DENSE_RANK', { min: 0, max: 0 }],
  ['LAG', { min: 1, max: 3 }],
  ['LEAD', { min: 1, max: 3 }],
  ['FIRST_VALUE', { min: 1, max: 1 }],
  ['LAST_VALUE', { min: 1, max: 1 }],
]);

/** Functions that are only called with OVER. */
export const rankingFunctionNames: readonly string[] = [...rankingFunctions.keys()];

/** Where window calls have an answer, for the messages of those that stand elsewhere. */
export const WINDOW_CALL_PLACE = 'may only stand in the RETURN of the outermost query';

/**
 * An expression without window calls: each is replaced by a variable (`#w0`, …) that the window operator fills. In a
 * lambda, which is called for other things than rows, none has an answer.
 */
export function extractWindowCalls(
  expression: Expression,
  problem: ProblemListener,
): { expression: Expression; calls: readonly WindowCall[] } {
  const found = new Map<CallExpression, WindowCall>();
  const rewritten = rewriteExpression(expression, (part) => {
    if (part.kind === 'lambda') {
      const body = failWindowCalls(part.body, problem);
      return body === part.body ? part : { ...part, body };
    }
    if (part.kind !== 'call' || part.over === undefined) return undefined;
    let call = found.get(part);
    if (call === undefined) found.set(part, (call = toWindowCall(part, `#w${found.size}`, problem)));
    return { kind: 'variable', name: call.variable, span: part.span };
  });
  return { expression: rewritten, calls: [...found.values()] };
}

/**
 * A place where failures are taken leniently and no window call has an answer: each becomes a call that fails when it is
 * evaluated. In FILTER the row then does not match, in SORT it sorts as null, and `warnings` say so.
 */
export function failWindowCalls(expression: Expression, problem: ProblemListener): Expression {
  return rewriteExpression(expression, (part) => {
    if (part.kind !== 'call' || part.over === undefined) return undefined;
    const error = problemOf(part);
    if (error !== undefined) problem({ error, span: part.span });
    const { span } = part;
    const message = `${part.name} OVER (…) ${WINDOW_CALL_PLACE}`;
    const literals = [false, message].map((value) => ({ kind: 'literal', value, span }) as const);
    return { kind: 'call', name: 'ASSERT', written: 'ASSERT', arguments: literals, piped: false, span };
  });
}

function toWindowCall(call: CallExpression, variable: string, problem: ProblemListener): WindowCall {
  const error = problemOf(call);
  if (error !== undefined) problem({ error, span: call.span });
  const over = call.over!;
  return {
    variable,
    function: call.name,
    arguments: call.arguments,
    partition: over.partition,
    order: over.order,
  };
}

function problemOf(call: CallExpression): CairnError | undefined {
  const aggregate = aggregateByName(call.name);
  const arity =
    rankingFunctions.get(call.name) ??
    (aggregate?.window ? { min: aggregate.minArguments, max: aggregate.maxArguments } : undefined);
  if (arity === undefined) return new UnknownFunctionError('window function', call.written);
  if (call.arguments.length >= arity.min && call.arguments.length <= arity.max) return undefined;
  return new InvalidQueryError(`${call.name} OVER takes ${arity.min} to ${arity.max} arguments`);
}
