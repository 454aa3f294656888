import assert from 'node:assert/strict';
import { CairnError, decodeValue, encodeValue, LIMITS, type Value, valuesEqual } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { callFunction } from './caller.ts';
import type { FunctionDefinition, Lambda, Parameter } from './definition.ts';
import { allFunctions } from './registry.ts';
import { testContext } from './testing/function-context.ts';

const context = testContext({
  places: {
    documents: [{ _key: 'a', body: 'one two', vec: [1, 0] }, { _key: 'b', body: null, vec: 'x' }, { _key: 'c' }],
    indexes: [
      { name: 'words', type: 'fulltext', fields: ['body'] },
      { name: 'vectors', type: 'vector', fields: ['vec'], options: { dimension: 2 } },
    ],
  },
});

/** What somebody who wants to break a function would give it. */
const texts = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'a',
    'A b',
    'ß',
    '😀',
    '\ud800',
    '%',
    '%F %Q',
    '$1',
    '(',
    '[a-z]+',
    '2024-02-29',
    '2024-01-01T00:00:00Z',
  ),
  fc.constantFrom(
    'day',
    'm',
    'Europe/Paris',
    'places',
    'places/a',
    'shop:places/b',
    'other:places/a',
    'body',
    'vec',
    'words',
  ),
  fc.constantFrom('vectors', '5m', 'cosine', '__proto__', 'constructor', 'a.b', '{"a":[1e400]}', '0'.repeat(3000)),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const numbers = fc.oneof(
  fc.integer({ min: -3, max: 5 }),
  fc.constantFrom(0.5, -0.5, 1e3, 1e15, -1e15, 1e308, -1e308, 5e-324, 2 ** 31, 8.64e15, 8.64e15 + 1),
  fc.constantFrom<number | bigint>(2n ** 53n, -(2n ** 63n), 2n ** 64n - 1n),
);
const anyValue = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Value>(null, true, false, new Date(0), new Date(8.64e15), new Uint8Array([0, 255])),
    texts,
    numbers,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'lat', 'lon', 'type', '_key', '__proto__', 'limit'), tie('value'), {
      maxKeys: 4,
    }),
  ),
})).value;
const lambdas = fc.constantFrom<Lambda>(
  (x) => x,
  () => null,
  (x) => [x],
);

/** Mostly arguments of the right type, so that functions get to work at all. */
function argumentFor({ type }: Parameter): fc.Arbitrary<Value | Lambda> {
  const types = typeof type === 'string' ? [type] : type;
  const fitting = types.map((one): fc.Arbitrary<Value | Lambda> => {
    if (one === 'lambda') return lambdas;
    if (one === 'string' || one === 'date' || one === 'date-text') return texts;
    if (one === 'integer' || one === 'number') return numbers;
    if (one === 'array') return fc.array(fc.oneof(anyValue, numbers), { maxLength: 5 });
    if (one === 'boolean') return fc.boolean();
    return anyValue;
  });
  return fc.oneof({ weight: 6, arbitrary: fc.oneof(...fitting) }, { weight: 1, arbitrary: anyValue });
}

function callsOf(definition: FunctionDefinition): fc.Arbitrary<(Value | Lambda)[]> {
  const required = definition.parameters.filter(({ optional }) => !optional);
  const optional = definition.parameters.slice(required.length);
  const { rest } = definition;
  return fc
    .tuple(fc.nat(optional.length), fc.nat(rest === undefined ? 0 : 3))
    .chain(([given, more]) =>
      fc.tuple(
        ...[...required, ...optional.slice(0, given)].map(argumentFor),
        ...(given === optional.length ? Array.from({ length: more }, () => argumentFor(rest!)) : []),
      ),
    );
}

/**
 * An answer can be stored, or is refused as too large: lists of millions are of use inside a query, where they are counted
 * and walked, and nobody could take them out of it.
 */
function assertStorable(answer: Value): void {
  let bytes: Uint8Array;
  try {
    bytes = encodeValue(answer);
  } catch (error) {
    const limit = error instanceof CairnError && error.code === 'limit_exceeded' ? error.details.limit : undefined;
    const isLarge = Array.isArray(answer) && answer.length > LIMITS.valueMaxBytes / 16;
    assert.ok(limit === LIMITS.valueMaxBytes && isLarge, `an answer can be stored: ${error}`);
    return;
  }
  assert.ok(valuesEqual(decodeValue(bytes), answer), 'what was stored is the answer');
}

describe('hostile arguments', () => {
  it('RANGE makes lists that a query can count, and that are refused where they would be stored', () => {
    const range = allFunctions().find(({ name }) => name === 'RANGE')!;
    const answer = callFunction(range, context, [0, 8_640_000_000_000_000, 2_147_483_648]);
    assert.equal((answer as Value[]).length, 4_023_314);
    assertStorable(answer);
  });

  for (const definition of allFunctions()) {
    if (definition.name === 'SLEEP' || definition.name.startsWith('ARGON2')) continue; // slow on purpose
    it(`get a value or a plain refusal from ${definition.name}`, () => {
      fc.assert(
        fc.property(callsOf(definition), (args) => {
          let answer: Value;
          try {
            answer = callFunction(definition, context, args as Value[]);
          } catch (error) {
            if (error instanceof CairnError && error.code !== 'internal') return;
            throw error;
          }
          assert.notEqual(answer, undefined);
          assert.ok(!Object.is(answer, -0), '-0 is no value of the language');
          if (!JSON.stringify(args, (_, value) => (typeof value === 'bigint' ? 0 : value)).includes('ud800')) {
            assertStorable(answer);
          }
        }),
        { numRuns: 150 },
      );
    });
  }
});
