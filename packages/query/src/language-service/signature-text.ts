import type { AggregateDefinition } from '../functions/aggregate-definition.ts';
import type { FunctionDefinition, Parameter } from '../functions/definition.ts';

/** A function's signature with its types: `ROUND(number: number, places?: integer)`. */
export function signatureText({ name, parameters, rest }: FunctionDefinition): string {
  const texts = parameters.map(parameterText);
  return `${name}(${[...texts, ...(rest === undefined ? [] : [`…${parameterText(rest)}`])].join(', ')})`;
}

function parameterText({ name, type, optional }: Parameter): string {
  return `${name}${optional ? '?' : ''}: ${typeof type === 'string' ? type : type.join(' or ')}`;
}

/** An aggregate's signature. */
export function aggregateSignatureText({ name, minArguments, maxArguments }: AggregateDefinition): string {
  const names = ['value', 'percent'].slice(0, maxArguments);
  return `${name}(${names.map((argument, index) => (index < minArguments ? argument : `${argument}?`)).join(', ')})`;
}
