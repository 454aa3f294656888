import assert from 'node:assert/strict';
import type { Value, ValueObject } from '@cairn/protocol/internal';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { call, problemOf } from '../call-native.ts';

function errorsOf(value: Value, schema: Value): ValueObject[] {
  return (call('validation.validate_detailed', value, schema) as { errors: ValueObject[] }).errors;
}

const values = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Value>(null, true, false, 0, 1, 2.5, -3, '', 'a', 'ab', 'abc'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'x1'), tie('value'), { maxKeys: 3 }) as fc.Arbitrary<Value>,
  ),
})).value;

const schemas = fc.letrec<{ schema: Value; sub: Value }>((tie) => ({
  sub: fc.oneof(
    { maxDepth: 2 },
    {
      weight: 6,
      arbitrary: fc.constantFrom<Value>(true, false, {}, { type: 'number' }, { type: 'string' }, { const: 1 }),
    },
    { weight: 1, arbitrary: tie('schema') },
  ),
  schema: fc.record(
    {
      type: fc.oneof(
        fc.constantFrom('string', 'number', 'integer', 'object', 'array', 'null', 'boolean'),
        fc.constant(['string', 'number']),
      ),
      enum: fc.constant([1, 'a', null, { a: 1 }]),
      const: fc.constantFrom<Value>(1, 'a', [1]),
      minimum: fc.constantFrom(0, 1),
      exclusiveMaximum: fc.constantFrom(1, 2),
      multipleOf: fc.constantFrom(1, 0.5, 2),
      minLength: fc.constantFrom(1, 2),
      maxLength: fc.constantFrom(1, 2),
      pattern: fc.constantFrom('^a', 'b$'),
      minItems: fc.constant(1),
      maxItems: fc.constant(2),
      uniqueItems: fc.boolean(),
      prefixItems: fc.array(tie('sub'), { minLength: 1, maxLength: 2 }),
      items: tie('sub'),
      contains: tie('sub'),
      minContains: fc.constantFrom(0, 1, 2),
      maxContains: fc.constantFrom(1, 2),
      required: fc.constantFrom(['a'], ['a', 'b']),
      properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('sub'), { noNullPrototype: true }),
      patternProperties: fc.dictionary(fc.constantFrom('^a$', '^x'), tie('sub'), { noNullPrototype: true }),
      additionalProperties: tie('sub'),
      propertyNames: fc.constant({ maxLength: 1 }),
      minProperties: fc.constant(1),
      maxProperties: fc.constant(2),
      dependentRequired: fc.constant({ a: ['b'] }),
      dependentSchemas: fc.dictionary(fc.constantFrom('a', 'b'), tie('sub'), { noNullPrototype: true }),
      unevaluatedProperties: tie('sub'),
      unevaluatedItems: tie('sub'),
      allOf: fc.array(tie('sub'), { minLength: 1, maxLength: 2 }),
      anyOf: fc.array(tie('sub'), { minLength: 1, maxLength: 2 }),
      oneOf: fc.array(tie('sub'), { minLength: 1, maxLength: 2 }),
      not: tie('sub'),
      if: tie('sub'),
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: tie('sub'),
      else: tie('sub'),
    },
    { requiredKeys: [], noNullPrototype: true },
  ) as fc.Arbitrary<Value>,
})).schema;

describe('native validation functions', () => {
  it('find valid what another validator finds valid', () => {
    const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: false, addUsedSchema: false });
    fc.assert(
      fc.property(schemas, fc.array(values, { minLength: 1, maxLength: 5 }), (schema, all) => {
        const theirs = ajv.compile(schema as object);
        for (const value of all)
          assert.equal(call('validation.validate', value, { allOf: [schema] }), theirs(value), JSON.stringify(value));
      }),
      { numRuns: 60 },
    );
  });

  it('tell what is wrong, and where', () => {
    for (const [value, schema, message, path, schemaPath] of [
      [
        { n: ['x'] },
        { properties: { n: { items: { type: 'number' } } } },
        '"x" is not of type "number"',
        '/n/0',
        '/properties/n/items/type',
      ],
      [{}, { required: ['email'] }, '"email" is a required property', '', '/required'],
      ['x', { enum: ['a', 'b', 3] }, '"x" is not one of "a", "b" or 3', '', '/enum'],
      ['x', { enum: ['a', 'b', 3, null] }, '"x" is not one of "a", "b" or 2 other candidates', '', '/enum'],
      [
        [1, 'b', 'c'],
        { prefixItems: [true], unevaluatedItems: false },
        `Unevaluated items are not allowed ('"b"', '"c"' were unexpected)`,
        '',
        '/unevaluatedItems',
      ],
      [-1, { minimum: 0 }, '-1 is less than the minimum of 0', '', '/minimum'],
      [5, { exclusiveMaximum: 5 }, '5 is greater than or equal to the maximum of 5', '', '/exclusiveMaximum'],
      ['A', { minLength: 2 }, '"A" is shorter than 2 characters', '', '/minLength'],
      ['abd', { pattern: '^[a-c]+$' }, '"abd" does not match "^[a-c]+$"', '', '/pattern'],
      [
        { 'a/b': 1, b: 2 },
        { additionalProperties: false, properties: { 'a/b': { type: 'string' } } },
        '1 is not of type "string"',
        '/a~1b',
        '/properties/a~1b/type',
      ],
      [
        { b: 1 },
        { additionalProperties: false },
        "Additional properties are not allowed ('b' was unexpected)",
        '',
        '/additionalProperties',
      ],
      [1, { $ref: '#/$defs/t', $defs: { t: { type: 'string' } } }, '1 is not of type "string"', '', '/$ref/type'],
    ] as const) {
      assert.deepEqual(errorsOf(value as Value, schema as unknown as Value)[0], {
        message,
        path,
        schema_path: schemaPath,
      });
    }
    const many = errorsOf(
      Array.from({ length: 100 }, () => 'x'),
      { items: { type: 'number' } },
    );
    assert.equal(many.length, 50);
  });

  it('tell it in the order of keywords, and within one in the order of the value', () => {
    const schema = {
      type: 'object',
      required: ['name', 'zip'],
      properties: {
        list: { type: 'array', items: { type: 'integer', maximum: 3 } },
        age: { minimum: 0, multipleOf: 2 },
      },
      maxProperties: 1,
    };
    const paths = errorsOf({ age: -1, list: [9.5, 1, 8] }, schema).map((error) => `${error.path} ${error.schema_path}`);
    assert.deepEqual(paths, [
      ' /maxProperties',
      '/age /properties/age/minimum',
      '/age /properties/age/multipleOf',
      '/list/0 /properties/list/items/maximum',
      '/list/0 /properties/list/items/type',
      '/list/2 /properties/list/items/maximum',
      ' /required',
      ' /required',
    ]);
  });

  it('follow references inside the schema, and no others', () => {
    const tree = {
      $id: 'https://x/tree',
      type: 'object',
      properties: { left: { $ref: '#' }, right: { $ref: 'tree' }, n: { $ref: '#num' } },
      $defs: { n: { $anchor: 'num', type: 'number' } },
    };
    assert.equal(call('validation.validate', { left: { right: { n: 1 } } }, tree), true);
    assert.equal(call('validation.validate', { left: { right: { n: 'x' } } }, tree), false);
    for (const $ref of ['http://example.com/schema', 'file:///etc/passwd', '#/nowhere', '#nowhere', 'other']) {
      assert.match(problemOf('validation.validate', 1, { $ref }), /^Invalid schema: /, $ref);
    }
  });

  it('refuse what is no schema, or too much of one', () => {
    for (const schema of [
      { type: 'nonsense' },
      { minimum: 'x' },
      { required: [1] },
      { properties: 5 },
      { allOf: [] },
      { pattern: '(' },
      { items: [1] },
      5,
      null,
    ]) {
      assert.match(problemOf('validation.validate', 1, schema as Value), /^Invalid schema: /, JSON.stringify(schema));
    }
    assert.match(problemOf('validation.validate', 1, { $ref: '#' }), /too much work/);
    const wide = {
      properties: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`p${i}`, { type: 'string' }])),
    };
    assert.match(problemOf('validation.validate', 1, wide), /Invalid schema: too large/);
  });

  it('take empty tables of Lua for empty lists', () => {
    assert.equal(call('validation.validate', { a: 1 }, { required: {} }), true);
    assert.equal(call('validation.validate', {}, { type: 'array' }), false);
    assert.equal(call('validation.validate', [], { type: 'array' }), true);
  });

  it('check fields by rules, and name the field', () => {
    const rules = {
      name: { type: 'string', required: true, min: 3 },
      age: { type: 'number', min: 18 },
      email: { type: 'email' },
    };
    assert.equal(call('validation.validate', { name: 'Anna', age: 20, email: 'a@b.co' }, rules), true);
    for (const [data, message] of [
      [{ name: 'Al' }, 'name must be at least 3 characters'],
      [{ age: 20 }, 'name is required'],
      [{ name: 'Anna', age: 17 }, 'age must be at least 18'],
      [{ name: 'Anna', email: 'nope' }, 'email must be of type email'],
      [null, 'name is required'],
    ] as const) {
      assert.equal(call('validation.validate', data as Value, rules), message);
    }
  });

  it('check input in the words that were promised', () => {
    for (const [input, rules, message] of [
      [{}, { n: { required: true } }, 'Required field missing: n'],
      [{ n: 1 }, { n: { type: 'odd' } }, 'Field n must be of type odd'],
      [{ n: 0 }, { n: { min: 1 } }, 'Field n must be at least 1'],
      [{ n: 10 }, { n: { max: 9 } }, 'Field n must be at most 9'],
      [{ b: 1, a: 1 }, { b: { max: 0 }, a: { max: 0 } }, 'Field a must be at most 0'],
      [{ constructor: 1 }, { toString: { required: true } }, 'Required field missing: toString'],
    ] as const) {
      assert.equal(call('validation.validate_input', input as unknown as Value, rules as unknown as Value), message);
    }
    assert.equal(call('validation.validate_input', {}, { n: { type: 'string' } }), undefined);
  });

  it('clean texts wherever they are', () => {
    assert.deepEqual(
      call(
        'sanitize.sanitize',
        { name: '  Ann   Lee ', email: ' A@B.C ', list: [' X '] },
        { trim: true, lowercase: ['email'] },
      ),
      {
        name: 'Ann Lee',
        email: 'a@b.c',
        list: ['X'],
      },
    );
    assert.equal(call('sanitize.sanitize', '<b>Hi</b> 1 < 2 <i'), 'Hi 1 < 2 <i');
    assert.equal(call('sanitize.sanitize', ' <b>x ', { strip_html: false }), ' <b>x ');
  });
});
