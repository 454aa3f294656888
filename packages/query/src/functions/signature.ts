import { isObject, type Value } from '@cairn/protocol/internal';
import { parseDate } from './date/parse-date.ts';
import type { ArgumentType, FunctionDefinition, Parameter } from './definition.ts';
import { FunctionError } from './function-error.ts';

/** What an argument becomes; `undefined` stands for "not of this type". */
type Conversion = (value: Value, parameter: Parameter) => unknown;

const conversions: Readonly<Record<ArgumentType, Conversion>> = {
  any: (value) => value,
  null: (value) => (value === null ? null : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  number: toNumber,
  integer: toInteger,
  string: (value) => (typeof value === 'string' ? value : undefined),
  date: toMilliseconds,
  'date-text': (value) => (typeof value === 'string' ? parseDate(value) : undefined),
  'date-value': (value) => (value instanceof Date ? value.getTime() : undefined),
  bytes: (value) => (value instanceof Uint8Array ? value : undefined),
  array: (value) => (Array.isArray(value) ? value : undefined),
  object: (value) => (isObject(value) ? value : undefined),
  lambda: (value) => (typeof value === 'function' ? value : undefined),
};

/** How errors name what a parameter wants. */
const wanted: Readonly<Record<ArgumentType, string>> = {
  any: 'any value',
  null: 'null',
  boolean: 'a boolean',
  number: 'a number',
  integer: 'a whole number',
  string: 'a string',
  date: 'a date (ISO 8601 text or milliseconds since 1970)',
  'date-text': 'ISO 8601 text',
  'date-value': 'a date',
  bytes: 'bytes',
  array: 'an array',
  object: 'an object',
  lambda: 'a lambda',
};

function toNumber(value: Value, parameter: Parameter): number | bigint | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return parameter.exact ? value : Number(value);
  return undefined;
}

function toInteger(value: Value, parameter: Parameter): number | bigint | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? value + 0 : undefined;
  return toNumber(value, parameter);
}

function toMilliseconds(value: Value): number | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value instanceof Date
    ? parseDate(value)
    : undefined;
}

/** A parameter with its conversion looked up once. */
export interface PreparedParameter {
  readonly parameter: Parameter;
  /** Null is a value like any other here. */
  readonly takesNull: boolean;
  /** The converted argument; throws for a value of another type. Never called with a null that is not taken. */
  readonly convert: (value: Value, index: number) => unknown;
}

/** A definition's signature, made ready to check calls. */
export class Signature {
  readonly parameters: readonly PreparedParameter[];
  readonly rest: PreparedParameter | undefined;
  readonly minArguments: number;
  readonly maxArguments: number;
  readonly passesNulls: boolean;

  constructor(definition: FunctionDefinition) {
    this.parameters = definition.parameters.map((parameter) => prepare(definition.name, parameter));
    this.rest = definition.rest && prepare(definition.name, definition.rest);
    this.minArguments = definition.parameters.filter((parameter) => !parameter.optional).length;
    this.maxArguments = definition.rest === undefined ? definition.parameters.length : Number.POSITIVE_INFINITY;
    this.passesNulls = definition.nulls === 'pass';
  }
}

function prepare(functionName: string, parameter: Parameter): PreparedParameter {
  const types: readonly ArgumentType[] = typeof parameter.type === 'string' ? [parameter.type] : parameter.type;
  const takesNull = types.includes('any') || types.includes('null');
  const fail = (value: Value, index: number) => {
    const kinds = types.map((type) => wanted[type]).join(' or ');
    return new FunctionError(
      functionName,
      `argument ${index + 1} (${parameter.name}) must be ${kinds}, got ${describeValue(value)}`,
    );
  };
  const conversion = types.length === 1 ? conversions[types[0]] : firstOf(types.map((type) => conversions[type]));
  return {
    parameter,
    takesNull,
    convert(value, index) {
      const converted = conversion(value, parameter);
      if (converted === undefined) throw fail(value, index);
      return converted;
    },
  };
}

function firstOf(alternatives: readonly Conversion[]): Conversion {
  return (value, parameter) => {
    for (const alternative of alternatives) {
      const converted = alternative(value, parameter);
      if (converted !== undefined) return converted;
    }
    return undefined;
  };
}

/** A value as an error message speaks of it, short whatever its size. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  switch (typeof value) {
    case 'string':
      return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case 'number':
    case 'bigint':
      return `the number ${value}`;
    case 'boolean':
      return `${value}`;
    case 'function':
      return 'a lambda';
    default:
      if (Array.isArray(value)) return 'an array';
      if (value instanceof Date) return 'a date';
      return value instanceof Uint8Array ? 'bytes' : 'an object';
  }
}
