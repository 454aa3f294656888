import type { CairnError } from '@cairn/protocol/internal';
import type { CallExpression, Expression } from '../../ast/expression.ts';
import type { Query } from '../../ast/query.ts';
import { arityProblem } from '../../functions/caller.ts';
import type { FunctionDefinition } from '../../functions/definition.ts';
import { FunctionError } from '../../functions/function-error.ts';
import { functionByName } from '../../functions/registry.ts';
import { children } from '../expressions/expression-walk.ts';
import { WINDOW_CALL_PLACE } from '../expressions/window-calls.ts';
import { InvalidQueryError, UnknownFunctionError, UnknownVariableError } from './plan-errors.ts';
import type { ProblemListener } from './plan-problem.ts';

/** What the checks hand on to the planner. */
export interface CheckListener {
  bind(name: string): void;
  subquery(query: Query, visible: ReadonlySet<string>): void;
  call(call: CallExpression): void;
  problem: ProblemListener;
}

/** Finds unknown variables, unknown functions and wrong counts of arguments before anything runs. */
export function checkExpression(expression: Expression, visible: ReadonlySet<string>, listener: CheckListener): void {
  const walk = (part: Expression, names: ReadonlySet<string> = visible) => checkExpression(part, names, listener);
  switch (expression.kind) {
    case 'variable':
      if (!visible.has(expression.name)) {
        listener.problem({ error: new UnknownVariableError(expression.name), span: expression.span });
      }
      return;
    case 'bind':
      listener.bind(expression.name);
      return;
    case 'call':
      checkCall(expression, listener.problem);
      listener.call(expression);
      break;
    case 'lambda':
      walk(expression.body, new Set([...visible, ...expression.parameters]));
      return;
    case 'quantifier':
      walk(expression.array);
      if (expression.condition) walk(expression.condition, new Set([...visible, expression.variable]));
      return;
    case 'expansion': {
      walk(expression.array);
      const inside = new Set([...visible, 'CURRENT']);
      for (const part of children(expression).slice(1)) walk(part, inside);
      return;
    }
    case 'subquery':
      listener.subquery(expression.query, visible);
      return;
  }
  for (const child of children(expression)) walk(child);
}

function checkCall(call: CallExpression, problem: ProblemListener): void {
  const error = problemOfCall(call);
  if (error !== undefined) problem({ error, span: call.span });
}

function problemOfCall(call: CallExpression): CairnError | undefined {
  if (call.over !== undefined) {
    return new InvalidQueryError(`${call.name} OVER (…) ${WINDOW_CALL_PLACE}`);
  }
  const definition = functionByName(call.name);
  if (definition === undefined) return new UnknownFunctionError('function', call.written);
  return arityProblem(definition, call.arguments.length) ?? lambdaProblem(definition, call);
}

/** A lambda is no value: it may only stand where the function's parameter is one. */
function lambdaProblem(definition: FunctionDefinition, call: CallExpression): CairnError | undefined {
  const misplaced = call.arguments.findIndex((argument, index) => {
    const parameter = definition.parameters[index] ?? definition.rest;
    return argument.kind === 'lambda' && !(parameter !== undefined && [parameter.type].flat().includes('lambda'));
  });
  if (misplaced === -1) return undefined;
  return new FunctionError(definition.name, `argument ${misplaced + 1} cannot be a lambda`);
}
