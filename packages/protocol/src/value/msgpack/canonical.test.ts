import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { arbitraryValue } from '../arbitrary-value.ts';
import { compareValues } from '../compare.ts';
import { InvalidValueError } from '../invalid-value-error.ts';
import type { Value } from '../value.ts';
import { ByteWriter } from './byte-writer.ts';
import { canonicalize } from './canonicalize.ts';
import { decodeValue } from './decode.ts';
import { encodeValue } from './encode.ts';
import { skipValue } from './skip.ts';

const packr = new Packr({ useRecords: false, int64AsType: 'auto' as 'number', variableMapSize: true });

/** msgpackr's own encoding, with every kind of header that is not the shortest mixed in. */
function wasteful(value: Value): Buffer {
  const parts: Buffer[] = [];
  const sized = (marker: number, size: number): void => {
    const header = Buffer.alloc(5);
    header[0] = marker;
    header.writeUInt32BE(size, 1);
    parts.push(header);
  };
  const write = (item: Value): void => {
    if (typeof item === 'string') {
      sized(0xdb, Buffer.byteLength(item));
      parts.push(Buffer.from(item));
    } else if (Number.isSafeInteger(item)) {
      const wide = Buffer.alloc(9);
      wide[0] = 0xd3;
      wide.writeBigInt64BE(BigInt(item as number), 1);
      parts.push(wide);
    } else if (Array.isArray(item)) {
      sized(0xdd, item.length);
      item.forEach(write);
    } else if (typeof item === 'object' && item !== null && Object.getPrototypeOf(item) === Object.prototype) {
      const members = Object.entries(item);
      sized(0xdf, members.length);
      for (const member of members) member.forEach(write);
    } else {
      parts.push(Buffer.from(encodeValue(item)));
    }
  };
  write(value);
  return Buffer.concat(parts);
}

function reasonOf(bytes: readonly number[] | Uint8Array): InvalidValueError {
  try {
    canonicalize(Buffer.from(bytes), 0);
  } catch (error) {
    assert.ok(error instanceof InvalidValueError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'was accepted' });
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('canonical values', () => {
  it('decode to what was encoded', () => {
    fc.assert(
      fc.property(arbitraryValue, (value) => {
        const decoded = decodeValue(encodeValue(value));
        assert.equal(compareValues(decoded, value), 0);
      }),
      { numRuns: 400 },
    );
  });

  it('keep the order of members', () => {
    assert.deepEqual(Object.keys(decodeValue(encodeValue({ b: 1, a: 2, __c: 3 })) as object), ['b', 'a', '__c']);
  });

  it('are canonical as they are', () => {
    fc.assert(
      fc.property(arbitraryValue, (value) => {
        const bytes = encodeValue(value);
        const again = canonicalize(bytes, 0);
        assert.equal(hex(again.bytes), hex(bytes));
        assert.equal(again.end, bytes.length);
        assert.equal(skipValue(bytes, 0), bytes.length);
      }),
      { numRuns: 400 },
    );
  });

  it('are what any wasteful encoding becomes', () => {
    fc.assert(
      fc.property(arbitraryValue, fc.uint8Array({ maxLength: 5 }), (value, before) => {
        const bytes = Buffer.concat([before, wasteful(value), Buffer.from([0xc1])]);
        const { bytes: canonical, end } = canonicalize(bytes, before.length);
        assert.equal(hex(canonical), hex(encodeValue(value)));
        assert.equal(end, bytes.length - 1);
      }),
      { numRuns: 400 },
    );
  });

  it('say the same to msgpackr', () => {
    fc.assert(
      fc.property(arbitraryValue, (value) => {
        // msgpackr renames `__proto__`, and writes lone surrogates as they are.
        fc.pre(
          !JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? String(item) : item)).includes('__proto__'),
        );
        assert.equal(compareValues(packr.unpack(encodeValue(value)), value), 0);
        assert.equal(compareValues(decodeValue(canonicalize(packr.pack(value), 0).bytes), value), 0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('canonicalize', () => {
  it('makes whole floats integers, and minus zero zero', () => {
    assert.equal(hex(canonicalize(Buffer.from('cb4000000000000000', 'hex'), 0).bytes), '02');
    assert.equal(hex(canonicalize(Buffer.from('cb8000000000000000', 'hex'), 0).bytes), '00');
    assert.equal(hex(canonicalize(Buffer.from('ca3fc00000', 'hex'), 0).bytes), 'cb3ff8000000000000');
  });

  it('keeps the last of members with one name, in the first one’s place', () => {
    const bytes = Buffer.from([0x83, 0xa1, 0x61, 1, 0xa1, 0x62, 2, 0xa1, 0x61, 3]);
    assert.deepEqual(Object.entries(decodeValue(canonicalize(bytes, 0).bytes) as object), [
      ['a', 3],
      ['b', 2],
    ]);
    const inside = Buffer.concat([Buffer.from([0x82, 0xa1, 0x78]), bytes, Buffer.from([0xa1, 0x79, 7])]);
    assert.deepEqual(decodeValue(canonicalize(inside, 0).bytes), { x: { a: 3, b: 2 }, y: 7 });
  });

  it('finds repeated names in large maps', () => {
    const header = Buffer.from([0xde, 0, 40]);
    const members = Array.from({ length: 40 }, (_, i) => Buffer.from([0xa1, 0x41 + (i % 30), i]));
    const object = decodeValue(canonicalize(Buffer.concat([header, ...members]), 0).bytes) as Record<string, number>;
    assert.equal(Object.keys(object).length, 30);
    assert.equal(object.A, 30);
  });

  it('drops members whose name is nil', () => {
    const bytes = Buffer.from([
      0xde,
      0,
      16,
      ...Array.from({ length: 15 }, (_, i) => [0xa1, 0x61 + i, i]).flat(),
      0xc0,
      0x91,
      5,
    ]);
    const { bytes: canonical, end } = canonicalize(bytes, 0);
    assert.equal(end, bytes.length);
    assert.equal(canonical[0], 0x8f);
    assert.equal((decodeValue(canonical) as Record<string, number>).o, 14);
  });

  it('keeps __proto__ as a member like another', () => {
    const value = decodeValue(canonicalize(packr.pack(new Map([['__proto__', { admin: true }]])), 0).bytes) as object;
    assert.deepEqual(Object.keys(value), ['__proto__']);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal(('admin' in value) as boolean, false);
  });

  it('refuses what cannot be stored, and names the place', () => {
    assert.match(reasonOf([0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]).message, /NaN is not a storable number/);
    assert.match(reasonOf([0xca, 0x7f, 0x80, 0, 0]).message, /Infinity is not a storable number/);
    assert.match(reasonOf([0xa1, 0xff]).message, /not UTF-8/);
    assert.match(reasonOf([0xd9, 3, 0xed, 0xa0, 0x80]).message, /not UTF-8/, 'a lone surrogate');
    assert.match(reasonOf([0x81, 1, 2]).message, /name is not text/);
    assert.match(reasonOf([0xd4, 5, 0]).message, /extension of type 5/);
    assert.match(reasonOf([0xc1]).message, /reserved/);
    assert.match(reasonOf([]).message, /ends inside/);
    const error = reasonOf([0x81, 0xa4, ...Buffer.from('tags'), 0x92, 1, 0x81, 0xa1, 0x6e, 0xc1]);
    assert.equal(error.details.path, 'tags[1].n');
    assert.equal(error.code, 'invalid_argument');
  });

  it('refuses lying lengths before it takes memory', () => {
    for (const bytes of [
      [0xdd, 255, 255, 255, 255],
      [0xdf, 255, 255, 255, 255],
      [0xdb, 255, 255, 255, 255, 65],
      [0xc6, 127, 255, 255, 255],
      [0xdc, 0, 9, 1],
    ]) {
      assert.match(reasonOf(bytes).message, /announced|ends inside/);
    }
  });

  it('stops at the depth limit', () => {
    const nested = (levels: number) => Buffer.concat([Buffer.alloc(levels, 0x91), Buffer.from([0xc0])]);
    assert.equal(canonicalize(nested(100), 0).end, 101);
    assert.match(reasonOf(nested(101)).message, /deeper than 100/);
    assert.match(reasonOf(Buffer.alloc(1_000_000, 0x91)).message, /deeper than 100/);
    assert.match(reasonOf(Buffer.alloc(1_000_000, 0x81)).message, /name|deeper/);
  });

  it('makes of junk a value or an InvalidValueError', () => {
    const junk = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(
        fc.constantFrom(
          0x81,
          0x82,
          0x91,
          0x92,
          0xa1,
          0x61,
          0xc0,
          0xcb,
          0xd3,
          0xd9,
          0xdc,
          0xde,
          0xdf,
          0xc7,
          0xd6,
          0xff,
          0,
          1,
        ),
        { maxLength: 60 },
      ),
      fc.tuple(arbitraryValue, fc.nat(), fc.nat(255)).map(([value, at, byte]) => {
        const bytes = Buffer.from(encodeValue(value));
        bytes[at % bytes.length] = byte;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(junk, (bytes) => {
        try {
          const { bytes: canonical } = canonicalize(Buffer.from(bytes), 0);
          assert.equal(hex(canonicalize(canonical, 0).bytes), hex(canonical));
          assert.equal(hex(encodeValue(decodeValue(canonical))), hex(canonical));
        } catch (error) {
          assert.ok(error instanceof InvalidValueError, String((error as Error).stack));
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('ByteWriter', () => {
  it('replaces lone surrogates', () => {
    for (const text of ['\ud800', 'abc\udfff', `${'x'.repeat(40)}\ud83d`]) {
      assert.equal(decodeValue(encodeValue(text)), text.replace(/[\ud800-\udfff]/, '\ufffd'));
    }
  });

  it('patches headers whose count comes late, and copies what is msgpack already', () => {
    const writer = new ByteWriter(1);
    const list = writer.arrayHeader32();
    writer.raw(encodeValue('ab'));
    const map = writer.mapHeader32();
    writer.string('k');
    writer.raw(encodeValue([1, 'x'.repeat(100)]), 1, 2);
    writer.patchHeader32(map, 1);
    writer.patchHeader32(list, 2);
    assert.deepEqual(decodeValue(writer.finish()), ['ab', { k: 1 }]);
    assert.equal(skipValue(writer.finish(), 0), writer.position);
  });

  it('refuses NaN, infinities, wide integers, invalid dates and deep nesting', () => {
    let deep: Value = null;
    for (let i = 0; i < 101; i++) deep = [deep];
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 2n ** 64n, new Date(Number.NaN), deep]) {
      assert.throws(() => encodeValue(value), InvalidValueError);
    }
  });
});
