import fc from 'fast-check';
import { setMember, type Value, type ValueObject } from './value.ts';

/** Numbers of every width, and those next to the edges between widths. */
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(
    0,
    -0,
    1.5,
    127,
    128,
    255,
    256,
    65535,
    65536,
    2 ** 31,
    2 ** 32,
    -32,
    -33,
    -128,
    -129,
    -32769,
    2 ** 53,
    1e300,
  ),
);

const wideInteger = fc.oneof(
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
);

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ minLength: 30, maxLength: 300 }));
const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('__proto__', 'constructor', 'a', 'b', 'toString'),
);
const moment = fc.date({ min: new Date(-8.64e15), max: new Date(8.64e15), noInvalidDate: true });

/** Any value that can be stored. */
export const arbitraryValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<Value>(null, false, true),
    number,
    wideInteger,
    text,
    moment,
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 20 }).map((members) => {
      const object: ValueObject = {};
      for (const [key, member] of members) setMember(object, key, member);
      return object;
    }),
  ),
})).value;
