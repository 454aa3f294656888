import type { Value } from '@cairn/protocol/internal';
import type { CallExpression, LambdaExpression } from '../../ast/expression.ts';
import { checkArity, checkedFunction } from '../../functions/caller.ts';
import type { FunctionContext, FunctionDefinition } from '../../functions/definition.ts';
import { functionByName } from '../../functions/registry.ts';
import { UnknownFunctionError } from '../../plan/problems/plan-errors.ts';
import { EXPRESSION_LIMITS } from '../../runtime/values/limits.ts';
import { storedLength } from '../field-finder/stored-length.ts';
import type { Scope } from '../scope.ts';
import type { ExpressionContext, Fragment } from './fragment.ts';

/** The function that a call names; unknown names and a wrong count of arguments are errors before the query runs. */
export function calledFunction(call: CallExpression): FunctionDefinition {
  const definition = functionByName(call.name);
  if (definition === undefined) throw new UnknownFunctionError('function', call.written);
  checkArity(definition, call.arguments.length);
  return definition;
}

type Called = (context: FunctionContext, args: readonly Value[]) => Value;

const checked = new WeakMap<FunctionDefinition, Called>();

/** The checked form of a definition; the same function each time, so that it is one constant of the generated code. */
function checkedForm(definition: FunctionDefinition): Called {
  let called = checked.get(definition);
  if (called === undefined) checked.set(definition, (called = checkedFunction(definition)));
  return called;
}

/** `NAME(arguments)`. A pure call whose arguments are all known is made once, when it is first evaluated. */
export function compileCall(context: ExpressionContext, call: CallExpression, scope: Scope): Fragment {
  const definition = calledFunction(call);
  const { emitter, run } = context;
  const length = definition.name === 'LENGTH' ? context.storedField(call.arguments[0], scope) : undefined;
  if (length !== undefined) {
    const count = emitter.constant(storedLength, 'storedLength');
    return { code: `${count}(${length.place()})`, type: 'double' };
  }
  const args = call.arguments.map((argument) =>
    argument.kind === 'lambda'
      ? { code: compileLambda(context, argument, scope), type: 'any' as const }
      : context.fragment(argument, scope),
  );
  const called = emitter.constant(checkedForm(definition), 'call');
  const code = `${called}(${run}.functions, [${args.map((argument) => argument.code).join(', ')}])`;
  if (definition.pure === false || !args.every((argument) => 'constant' in argument && argument.constant)) {
    return { code, type: 'any' };
  }
  const once = emitter.prologueLocal('once');
  return { code: `(${once} !== undefined ? ${once} : (${once} = ${code}))`, type: 'any' };
}

/**
 * `x -> body` as a JavaScript function in a local. It sees the row that it stands in; a parameter that the caller
 * leaves out is null.
 */
export function compileLambda(context: ExpressionContext, lambda: LambdaExpression, scope: Scope): string {
  const { emitter } = context;
  const name = emitter.fresh('lambda');
  const parameters = lambda.parameters.map((parameter) => [parameter, emitter.fresh('parameter')] as const);
  const inner = scope.child(parameters.map(([parameter, code]) => [parameter, { kind: 'value', code }] as const));
  emitter.block(
    // A lambda of one parameter has no default: its length of 1 tells REDUCE that it wants the element alone.
    `const ${name} = (${parameters.map(([, code]) => (parameters.length === 1 ? code : `${code} = null`)).join(', ')}) =>`,
    () => {
      emitCheckpoint(context);
      emitter.line(`return ${context.value(lambda.body, inner)};`);
    },
    ';',
  );
  return name;
}

/** For the start of a loop's body: now and then the query's deadline and budget are checked. */
export function emitCheckpoint(context: ExpressionContext): void {
  const { emitter, run } = context;
  const ticks = emitter.prologueOnce('ticks', '0');
  emitter.line(`if (++${ticks} % ${EXPRESSION_LIMITS.elementsPerCheckpoint} === 0) ${run}.checkpoint();`);
}
