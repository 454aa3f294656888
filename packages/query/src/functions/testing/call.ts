import type { Value } from '@cairn/protocol/internal';
import { callFunction, checkArity } from '../caller.ts';
import type { FunctionContext, Lambda } from '../definition.ts';
import { functionByName } from '../registry.ts';
import { testContext } from './function-context.ts';

/** Calls a function by its name as a query would, in a context of its own unless one is given. */
export function call(name: string, args: readonly (Value | Lambda)[], context: FunctionContext = testContext()): Value {
  const definition = functionByName(name);
  if (definition === undefined) throw new Error(`no function ${name}`);
  checkArity(definition, args.length);
  return callFunction(definition, context, args as Value[]);
}
