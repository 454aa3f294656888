import { stringifyJson, type Value } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { checkWrittenLength } from '../string/text-limit.ts';
import { parseJson } from './parse-json.ts';

const value: Parameter = { name: 'value', type: 'any' };

function writeJson(functionName: string, converted: Value, indent = 0): string {
  checkWrittenLength(functionName, converted);
  return stringifyJson(converted, { indent });
}

/** Functions between values and JSON text. */
export const jsonFunctions: readonly FunctionDefinition[] = [
  {
    name: 'JSON_PARSE',
    aliases: ['PARSE_JSON'],
    category: 'json',
    parameters: [{ name: 'text', type: 'string' }],
    summary: 'The value that a JSON text stands for; an error for text that is no JSON.',
    examples: [{ expression: `JSON_PARSE('{"a": [1, null]}')`, result: { a: [1, null] } }],
    evaluate: (_context: FunctionContext, text: string) => {
      try {
        return parseJson(text);
      } catch (error) {
        throw new FunctionError('JSON_PARSE', `argument 1 (text) is no JSON: ${(error as Error).message}`);
      }
    },
  },
  {
    name: 'JSON_STRINGIFY',
    aliases: ['TO_JSON'],
    category: 'json',
    parameters: [value],
    summary: 'The value as JSON text on one line; dates become ISO 8601 text, bytes base64.',
    examples: [{ expression: "JSON_STRINGIFY({a: [1.0, 'é']})", result: '{"a":[1,"é"]}' }],
    evaluate: (_context: FunctionContext, converted: Value) => writeJson('JSON_STRINGIFY', converted),
  },
  {
    name: 'JSON_STRINGIFY_PRETTY',
    category: 'json',
    parameters: [value],
    summary: 'The value as JSON text over several lines, two spaces a level.',
    examples: [{ expression: 'JSON_STRINGIFY_PRETTY([1])', result: '[\n  1\n]' }],
    evaluate: (_context: FunctionContext, converted: Value) => writeJson('JSON_STRINGIFY_PRETTY', converted, 2),
  },
];
