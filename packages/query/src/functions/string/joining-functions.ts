import type { Value } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { describeValue } from '../signature.ts';
import { toText } from '../type/conversion-functions.ts';
import { checkTextLength } from './text-limit.ts';

/** The texts of some values; the elements of arrays stand for themselves, null is empty text. */
function textsOf(functionName: string, values: readonly Value[]): string[] {
  const texts: string[] = [];
  let length = 0;
  const take = (value: Value) => {
    const text = toText(functionName, value);
    // Checked here too: many small values with long texts would fill the memory before they are joined.
    checkTextLength(functionName, (length += text.length));
    texts.push(text);
  };
  for (const value of values) {
    if (Array.isArray(value)) value.forEach(take);
    else take(value);
  }
  return texts;
}

function join(functionName: string, texts: readonly string[], separator: string): string {
  let length = texts.length * separator.length;
  for (const text of texts) length += text.length;
  checkTextLength(functionName, length);
  return texts.join(separator);
}

function joinWithSeparator(first: Value, values: readonly Value[]): string {
  if (values.length === 0) return join('CONCAT_SEPARATOR', textsOf('CONCAT_SEPARATOR', [first]), '');
  if (first === null || typeof first === 'string')
    return join('CONCAT_SEPARATOR', textsOf('CONCAT_SEPARATOR', values), first ?? '');
  throw new FunctionError('CONCAT_SEPARATOR', `argument 1 (separator) must be a string, got ${describeValue(first)}`);
}

/** Functions that put texts together. */
export const joiningFunctions: readonly FunctionDefinition[] = [
  {
    name: 'CONCAT',
    category: 'string',
    parameters: [],
    rest: { name: 'value', type: 'any' },
    summary: 'The texts of all values one after the other; arrays are opened one level, null is empty text.',
    examples: [{ expression: "CONCAT('a', 1, null, [2, [3]], {b: 1})", result: 'a12[3]{"b":1}' }],
    evaluate: (_context: FunctionContext, ...values: Value[]) => join('CONCAT', textsOf('CONCAT', values), ''),
  },
  {
    name: 'CONCAT_SEPARATOR',
    aliases: ['CONCAT_WS'],
    category: 'string',
    parameters: [{ name: 'separator', type: 'any', optional: true }],
    rest: { name: 'value', type: 'any' },
    summary: 'The texts of all values with a separator between them; arrays are opened one level, null is empty text.',
    examples: [{ expression: "CONCAT_SEPARATOR('-', ['a', null], 'b')", result: 'a--b' }],
    evaluate: (_context: FunctionContext, first: Value = null, ...values: Value[]) => joinWithSeparator(first, values),
  },
];
