import { isObject, type Value } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition } from '../definition.ts';

/** The name of a value's type. */
export function typeName(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  if (typeof value === 'string') return 'string';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  return value instanceof Uint8Array ? 'bytes' : 'object';
}

function isEmpty(value: Value): boolean {
  if (value === null || value === '') return true;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

function isInteger(value: Value): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

function typeCheck(
  name: string,
  aliases: readonly string[],
  check: (value: Value) => boolean,
  summary: string,
  examples: Readonly<Record<string, boolean>>,
): FunctionDefinition {
  return {
    name,
    aliases,
    category: 'type',
    parameters: [{ name: 'value', type: 'any' }],
    summary,
    examples: Object.entries(examples).map(([argument, result]) => ({ expression: `${name}(${argument})`, result })),
    evaluate: (_context: FunctionContext, value: Value) => check(value),
  };
}

const isOfType = (type: string) => (value: Value) => typeName(value) === type;

/** Functions that ask what a value is. Null is a value like any other to them. */
export const typeFunctions: readonly FunctionDefinition[] = [
  typeCheck('IS_NULL', [], (value) => value === null, 'Whether the value is null, or a member that is missing.', {
    null: true,
    '{}.x': true,
    0: false,
  }),
  typeCheck('IS_BOOL', ['IS_BOOLEAN'], isOfType('bool'), 'Whether the value is true or false.', {
    false: true,
    1: false,
  }),
  typeCheck('IS_NUMBER', ['IS_NUMERIC'], isOfType('number'), 'Whether the value is a number.', {
    1.5: true,
    "'1'": false,
  }),
  typeCheck('IS_INTEGER', ['IS_INT'], isInteger, 'Whether the value is a whole number, however it was computed.', {
    '1.0': true,
    1.5: false,
  }),
  typeCheck('IS_STRING', [], isOfType('string'), 'Whether the value is a string.', { "''": true, 1: false }),
  typeCheck('IS_DATE', [], isOfType('date'), 'Whether the value is a date, which text in the form of one is not.', {
    "'2024-01-01'": false,
  }),
  typeCheck('IS_BYTES', [], isOfType('bytes'), 'Whether the value is a byte string.', { "'ab'": false }),
  typeCheck('IS_ARRAY', ['IS_LIST'], isOfType('array'), 'Whether the value is an array.', { '[]': true, '{}': false }),
  typeCheck('IS_OBJECT', ['IS_DOCUMENT'], isOfType('object'), 'Whether the value is an object.', {
    '{a: 1}': true,
    '[]': false,
  }),
  typeCheck('IS_EMPTY', [], isEmpty, 'Whether the value is null, an empty string, an empty array or an empty object.', {
    "''": true,
    '[]': true,
    0: false,
  }),
  {
    name: 'TYPENAME',
    aliases: ['TYPEOF', 'TYPE_OF'],
    category: 'type',
    parameters: [{ name: 'value', type: 'any' }],
    summary: 'The name of the value’s type: null, bool, number, string, date, bytes, array or object.',
    examples: [
      { expression: 'TYPENAME(1.5)', result: 'number' },
      { expression: 'TYPENAME(null)', result: 'null' },
      { expression: 'TYPENAME(true)', result: 'bool' },
    ],
    evaluate: (_context: FunctionContext, value: Value) => typeName(value),
  },
];
