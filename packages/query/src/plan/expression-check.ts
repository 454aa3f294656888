import type { CallExpression, Expression } from '../ast/expression.ts';
import type { Query } from '../ast/query.ts';
import { checkArity } from '../functions/caller.ts';
import { functionByName } from '../functions/registry.ts';
import { children } from './expression-walk.ts';
import { InvalidQueryError, UnknownFunctionError, UnknownVariableError } from './plan-errors.ts';

/** What the checks hand on to the planner. */
export interface CheckListener {
  bind(name: string): void;
  subquery(query: Query, visible: ReadonlySet<string>): void;
  call(call: CallExpression): void;
}

/** Refuses unknown variables, unknown functions and wrong counts of arguments before anything runs. */
export function checkExpression(expression: Expression, visible: ReadonlySet<string>, listener: CheckListener): void {
  const walk = (part: Expression, names: ReadonlySet<string> = visible) => checkExpression(part, names, listener);
  switch (expression.kind) {
    case 'variable':
      if (!visible.has(expression.name)) throw new UnknownVariableError(expression.name);
      return;
    case 'bind':
      listener.bind(expression.name);
      return;
    case 'call':
      checkCall(expression);
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

function checkCall(call: CallExpression): void {
  if (call.over !== undefined) {
    throw new InvalidQueryError(`${call.name} OVER (…) may only stand in the RETURN of the outermost query`);
  }
  const definition = functionByName(call.name);
  if (definition === undefined) throw new UnknownFunctionError('function', call.written);
  checkArity(definition, call.arguments.length);
}
