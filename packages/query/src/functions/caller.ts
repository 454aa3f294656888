import type { Value } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition } from './definition.ts';
import { FunctionError } from './function-error.ts';
import { Signature } from './signature.ts';

/** A definition's function with its checks in front: what generated code calls. */
export type CheckedFunction = (context: FunctionContext, args: readonly Value[]) => Value;

/** Code units of a text after which the run is asked whether it may go on: thousands of these fill the memory in one step. */
const LARGE_TEXT_LENGTH = 65_536;

const signatures = new WeakMap<FunctionDefinition, Signature>();

function signatureOf(definition: FunctionDefinition): Signature {
  let signature = signatures.get(definition);
  if (signature === undefined) signatures.set(definition, (signature = new Signature(definition)));
  return signature;
}

/**
 * What is wrong with a call of so many arguments, if anything is; known before a query runs, so that a mistake shows
 * over an empty collection too.
 */
export function arityProblem(definition: FunctionDefinition, count: number): FunctionError | undefined {
  const { minArguments, maxArguments } = signatureOf(definition);
  if (count >= minArguments && count <= maxArguments) return undefined;
  return new FunctionError(definition.name, `takes ${arityText(minArguments, maxArguments)}, got ${count}`);
}

/** Throws for a call with too few or too many arguments. */
export function checkArity(definition: FunctionDefinition, count: number): void {
  const problem = arityProblem(definition, count);
  if (problem !== undefined) throw problem;
}

function arityText(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? 'any number of arguments' : `at least ${plural(min)}`;
  if (max === 0) return 'no arguments';
  return min === max ? plural(min) : `${min} to ${plural(max)}`;
}

const plural = (count: number) => `${count} argument${count === 1 ? '' : 's'}`;

/**
 * Calls a function with values: checks and converts each argument, answers null where the null rule says so.
 * The count of arguments has been checked with `checkArity`.
 */
export function callFunction(definition: FunctionDefinition, context: FunctionContext, args: readonly Value[]): Value {
  return applySignature(signatureOf(definition), definition.evaluate as Evaluate, context, args);
}

/**
 * `callFunction` for one definition, with what can be looked up once looked up. Calls of one and two arguments that
 * are not null, which is nearly all of them, take a short way.
 */
export function checkedFunction(definition: FunctionDefinition): CheckedFunction {
  const call = withoutWatch(definition);
  return (context, args) => {
    const result = call(context, args);
    if (typeof result === 'string' && result.length > LARGE_TEXT_LENGTH) context.checkpoint();
    return result;
  };
}

function withoutWatch(definition: FunctionDefinition): CheckedFunction {
  const signature = signatureOf(definition);
  const evaluate = definition.evaluate as Evaluate;
  const general: CheckedFunction = (context, args) => applySignature(signature, evaluate, context, args);
  if (signature.rest !== undefined) return general;
  const [first, second] = signature.parameters;
  switch (signature.parameters.length) {
    case 1:
      return (context, args) =>
        args.length === 1 && args[0] !== null ? evaluate(context, first.convert(args[0], 0)) : general(context, args);
    case 2:
      return (context, args) =>
        args.length === 2 && args[0] !== null && args[1] !== null
          ? evaluate(context, first.convert(args[0], 0), second.convert(args[1], 1))
          : general(context, args);
    default:
      return general;
  }
}

type Evaluate = (context: FunctionContext, ...args: unknown[]) => Value;

function applySignature(
  signature: Signature,
  evaluate: Evaluate,
  context: FunctionContext,
  args: readonly Value[],
): Value {
  const { parameters, rest } = signature;
  const converted: unknown[] = [];
  let nullSeen = false;
  for (let index = 0; index < args.length; index++) {
    const prepared = (parameters[index] ?? rest)!;
    const argument = args[index];
    if (argument !== null || prepared.takesNull) {
      converted.push(prepared.convert(argument, index));
    } else if (prepared.parameter.optional) {
      converted.push(undefined); // a null for an optional argument counts as absent
    } else {
      if (signature.passesNulls) prepared.convert(argument, index); // throws: this parameter does not take null
      nullSeen = true;
      converted.push(null);
    }
  }
  return nullSeen ? null : evaluate(context, ...converted);
}
