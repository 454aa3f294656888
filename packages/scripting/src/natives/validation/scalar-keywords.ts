import { isObject, type Value, type ValueObject, valuesEqual } from '@cairn/protocol/internal';
import { patternOf } from '../text/pattern.ts';
import { listOf } from './schema-shape.ts';
import { counted, quoted } from './wording.ts';

/** Notes what is wrong by a keyword. @returns false */
type Wrong = (keyword: string, message: () => string) => false;

/** The word for a value in `type`; a whole number is an integer too. */
function typeOf(value: Value): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'object' && isObject(value) ? 'object' : typeof value === 'boolean' ? 'boolean' : 'string';
}

function isOfType(value: Value, name: Value): boolean {
  const type = typeOf(value);
  return type === name || (type === 'integer' && name === 'number');
}

/** How far a quotient may be from a whole number: decimal fractions are not exact. */
const QUOTIENT_TOLERANCE = 1e-9;

function isMultiple(value: number, divisor: number): boolean {
  const quotient = value / divisor;
  return Math.abs(quotient - Math.round(quotient)) <= QUOTIENT_TOLERANCE * Math.max(1, Math.abs(quotient));
}

/** Keywords that look at a value without going into it. */
export function checkScalar(schema: ValueObject, value: Value, wrong: Wrong): boolean {
  let isGood = checkType(schema, value, wrong);
  if (schema.enum !== undefined && !listOf(schema.enum)!.some((each) => valuesEqual(each, value))) {
    isGood = wrong('enum', () => `${quoted(value)} is not one of ${choicesText(listOf(schema.enum)!)}`);
  }
  if (schema.const !== undefined && !valuesEqual(schema.const, value)) {
    isGood = wrong('const', () => `${quoted(schema.const)} was expected`);
  }
  if (typeof value === 'number' || typeof value === 'bigint') return checkNumber(schema, value, wrong) && isGood;
  if (typeof value === 'string') return checkText(schema, value, wrong) && isGood;
  return isGood;
}

function checkType({ type }: ValueObject, value: Value, wrong: Wrong): boolean {
  if (type === undefined) return true;
  const types = typeof type === 'string' ? [type] : listOf(type)!;
  if (types.some((name) => isOfType(value, name))) return true;
  const names = types.map((name) => `"${name}"`).join(', ');
  return wrong('type', () => `${quoted(value)} is not of type${types.length > 1 ? 's' : ''} ${names}`);
}

/** So many choices are all told; of more all but the last of these, and how many others there are. */
const CHOICES_TOLD_MAX = 3;

function choicesText(values: readonly Value[]): string {
  const isTold = values.length <= CHOICES_TOLD_MAX;
  const choices = values.slice(0, isTold ? values.length : CHOICES_TOLD_MAX - 1).map(quoted);
  if (!isTold) return `${choices.join(', ')} or ${values.length - choices.length} other candidates`;
  const last = choices.pop() ?? 'nothing';
  return choices.length === 0 ? last : `${choices.join(', ')} or ${last}`;
}

function checkNumber(schema: ValueObject, value: number | bigint, wrong: Wrong): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema as Record<string, number>;
  let isGood = true;
  const bound = (keyword: string, limit: number | undefined, isBroken: boolean, words: string): void => {
    if (limit !== undefined && isBroken) isGood = wrong(keyword, () => `${value} is ${words} ${limit}`);
  };
  bound('minimum', minimum, value < minimum, 'less than the minimum of');
  bound('maximum', maximum, value > maximum, 'greater than the maximum of');
  bound('exclusiveMinimum', exclusiveMinimum, value <= exclusiveMinimum, 'less than or equal to the minimum of');
  bound('exclusiveMaximum', exclusiveMaximum, value >= exclusiveMaximum, 'greater than or equal to the maximum of');
  bound('multipleOf', multipleOf, !isMultiple(Number(value), Number(multipleOf)), 'not a multiple of');
  return isGood;
}

function checkText(schema: ValueObject, value: string, wrong: Wrong): boolean {
  const { minLength, maxLength } = schema as Record<string, number>;
  let isGood = true;
  if (minLength !== undefined || maxLength !== undefined) {
    const length = [...value].length;
    const words = (limit: number): string => counted(limit, 'character', 'characters');
    if (length < minLength) isGood = wrong('minLength', () => `${quoted(value)} is shorter than ${words(minLength)}`);
    if (length > maxLength) isGood = wrong('maxLength', () => `${quoted(value)} is longer than ${words(maxLength)}`);
  }
  if (typeof schema.pattern === 'string' && !patternOf(schema.pattern).test(value)) {
    isGood = wrong('pattern', () => `${quoted(value)} does not match ${quoted(schema.pattern)}`);
  }
  return isGood;
}
