import { isObject, type Value, type ValueObject } from '@cairn/protocol/internal';
import { NATIVE_LIMITS } from '../limits.ts';
import { NativeError } from '../native-function.ts';
import { patternOf } from '../text/pattern.ts';

/** A JSON Schema (draft 2020-12) as it was given. */
export type Schema = boolean | ValueObject;

export const TYPE_NAMES: ReadonlySet<string> = new Set([
  'null',
  'boolean',
  'object',
  'array',
  'number',
  'integer',
  'string',
]);

/** Calls `visit` with every schema that stands directly inside, and the pointer to it from here. */
type Visit = (schema: Value, pointer: string) => void;

/** Whether the value of a keyword is of the kind that it must be; schemas inside it are given to `visit`. */
type Shape = (value: Value, pointer: string, visit: Visit) => boolean;

const anything: Shape = () => true;
const text: Shape = (value) => typeof value === 'string';
const number: Shape = (value) => typeof value === 'number' || typeof value === 'bigint';
const positive: Shape = (value) => number(value, '', () => {}) && (value as number) > 0;
const count: Shape = (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0;
const truth: Shape = (value) => typeof value === 'boolean';

/** Lists of Lua have no sign of being lists while they are empty. */
export function listOf(value: Value): readonly Value[] | undefined {
  if (Array.isArray(value)) return value;
  return isObject(value) && Object.keys(value).length === 0 ? [] : undefined;
}

const list: Shape = (value) => listOf(value) !== undefined;
const names: Shape = (value) => listOf(value)?.every((name) => typeof name === 'string') === true;

const schema: Shape = (value, pointer, visit) => {
  visit(value, pointer);
  return true;
};

const schemas: Shape = (value, pointer, visit) => {
  if (!Array.isArray(value) || value.length === 0) return false;
  value.forEach((each, index) => {
    visit(each, `${pointer}/${index}`);
  });
  return true;
};

const membersOf =
  (shape: Shape): Shape =>
  (value, pointer, visit) =>
    isObject(value) &&
    Object.entries(value).every(([name, member]) => shape(member, `${pointer}/${escapePointer(name)}`, visit));

const pattern: Shape = (value) => {
  if (typeof value === 'string') checkPattern(value);
  return typeof value === 'string';
};

/** @throws NativeError about the schema for what is no pattern */
function checkPattern(expression: string): void {
  try {
    patternOf(expression);
  } catch (error) {
    throw error instanceof NativeError ? invalidSchema(error.message) : error;
  }
}

const type: Shape = (value) => {
  const given = typeof value === 'string' ? [value] : listOf(value);
  return given !== undefined && given.length > 0 && given.every((name) => TYPE_NAMES.has(name as string));
};

/** Every keyword that means something to us, with what its value must be. */
const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ['$id', text],
  ['$schema', text],
  ['$anchor', text],
  ['$dynamicAnchor', text],
  ['$ref', text],
  ['$dynamicRef', text],
  ['$comment', text],
  ['$defs', membersOf(schema)],
  ['definitions', membersOf(schema)],
  ['allOf', schemas],
  ['anyOf', schemas],
  ['oneOf', schemas],
  ['not', schema],
  ['if', schema],
  ['then', schema],
  ['else', schema],
  ['dependentSchemas', membersOf(schema)],
  ['prefixItems', schemas],
  ['items', schema],
  ['contains', schema],
  ['properties', membersOf(schema)],
  ['patternProperties', membersOf(schema)],
  ['additionalProperties', schema],
  ['propertyNames', schema],
  ['unevaluatedItems', schema],
  ['unevaluatedProperties', schema],
  ['type', type],
  ['enum', list],
  ['const', anything],
  ['multipleOf', positive],
  ['maximum', number],
  ['exclusiveMaximum', number],
  ['minimum', number],
  ['exclusiveMinimum', number],
  ['maxLength', count],
  ['minLength', count],
  ['pattern', pattern],
  ['maxItems', count],
  ['minItems', count],
  ['uniqueItems', truth],
  ['maxContains', count],
  ['minContains', count],
  ['maxProperties', count],
  ['minProperties', count],
  ['required', names],
  ['dependentRequired', membersOf(names)],
]);

/** Keywords that say something about a value without checking it. */
const ANNOTATIONS = [
  'title',
  'description',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  'examples',
  'format',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  '$vocabulary',
];

/** Every name that makes a table a schema and not a list of rules. */
export const SCHEMA_KEYWORDS: ReadonlySet<string> = new Set([...SHAPES.keys(), ...ANNOTATIONS]);

export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function invalidSchema(problem: string): NativeError {
  return new NativeError(`Invalid schema: ${problem}`);
}

/**
 * Looks at every schema inside a schema, itself included, outer ones first.
 * @param visit called with each and its pointer
 * @throws NativeError for a keyword with a value that it cannot have
 */
export function walkSchema(root: Value, visit: (schema: Schema, pointer: string) => void): void {
  let keywords = 0;
  const waiting: { schema: Value; pointer: string }[] = [{ schema: root, pointer: '' }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { schema: current, pointer } = next;
    if (typeof current !== 'boolean' && !isObject(current)) throw invalidSchema(`no schema at '${pointer}'`);
    visit(current, pointer);
    if (typeof current === 'boolean') continue;
    for (const [keyword, value] of Object.entries(current)) {
      if (++keywords > NATIVE_LIMITS.schemaMaxKeywords) throw invalidSchema('too large');
      const at = `${pointer}/${escapePointer(keyword)}`;
      const isGood = SHAPES.get(keyword)?.(value, at, (inner, to) => waiting.push({ schema: inner, pointer: to }));
      if (isGood === false) throw invalidSchema(`a value that '${at}' cannot have`);
    }
    for (const expression of Object.keys(isObject(current.patternProperties) ? current.patternProperties : {})) {
      checkPattern(expression);
    }
  }
}
