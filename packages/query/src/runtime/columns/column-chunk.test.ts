import assert from 'node:assert/strict';
import { ByteWriter, encodeValue, type Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { copyStored, readStored } from '../../compile/field-finder/read-stored.ts';
import { storedInteger } from '../../testing/stored-integer.ts';
import { CodeTest } from './code-test.ts';
import { Column } from './column.ts';
import { ColumnChunk, copyFromChunk, NO_NUMBERS } from './column-chunk.ts';
import { ColumnDictionary, DICTIONARY_VALUES_MAX } from './column-dictionary.ts';
import { ColumnPage } from './column-page.ts';

/** A row of a document without the field. */
const NOTHING = Symbol('nothing');
type Cell = Value | typeof NOTHING;

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  storedInteger,
  fc.constantFrom<Value>(null, true, false, '', -0.5, 2 ** 53, 2 ** 60, -(2 ** 60)),
  fc.string({ maxLength: 40 }),
  fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
  fc.uint8Array({ maxLength: 40 }),
);
const anything: fc.Arbitrary<Cell> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.string({ maxLength: 5 }), scalar, { maxKeys: 3 }) as fc.Arbitrary<Value> },
  { weight: 1, arbitrary: fc.constant(NOTHING as Cell) },
);
const shapes: Readonly<Record<string, fc.Arbitrary<Cell>>> = {
  'few values': fc.constantFrom<Cell>('Oslo', 'Rome', 7, 1.5, null, true, NOTHING, [1, 'a'], 2n ** 60n),
  numbers: fc.oneof(
    { weight: 30, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0) },
    anything,
  ),
  texts: fc.oneof({ weight: 10, arbitrary: fc.string({ minLength: 3, maxLength: 60 }) }, anything),
  anything,
};

/** Cells as they lie in a block, and where each begins; 0 for none. */
function lay(cells: readonly Cell[]): { bytes: Uint8Array; offsets: Uint32Array } {
  const parts: Uint8Array[] = [Uint8Array.of(0xc1)]; // so that no value begins at 0
  const offsets = new Uint32Array(cells.length);
  let end = 1;
  for (const [index, cell] of cells.entries()) {
    if (cell === NOTHING) continue;
    const bytes = encodeValue(cell as Value);
    offsets[index] = end;
    end += bytes.length;
    parts.push(bytes);
  }
  return { bytes: Buffer.concat(parts), offsets };
}

/** Every way to read a row agrees with the bytes that it was filled from. */
function assertRow(chunk: ColumnChunk, row: number, bytes: Uint8Array, offset: number): void {
  const at = offset === 0 ? -1 : offset;
  const expected = readStored(bytes, at);
  assert.deepEqual(readStored(chunk.bytes, chunk.at(row)), expected);
  assert.equal(chunk.at(row) < 0, at < 0);
  const [own, wanted] = [new ByteWriter(), new ByteWriter()];
  copyFromChunk(own, chunk, row);
  copyStored(wanted, bytes, at);
  assert.deepEqual(own.finish(), wanted.finish());
  if (chunk.codes !== null) {
    const code = chunk.codes[row];
    assert.deepEqual(chunk.dictionary.values[code], expected);
    const isNumber = typeof expected === 'number';
    assert.ok(Object.is(chunk.dictionary.numbers[code], isNumber ? expected : Number.NaN));
  } else if (!Number.isNaN(chunk.numbers[row])) assert.equal(chunk.numbers[row], expected);
}

describe('column chunks', () => {
  for (const [name, cell] of Object.entries(shapes)) {
    it(`give back ${name} as they were in the blocks, block after block`, () => {
      const block = fc.array(cell, { maxLength: 200 });
      fc.assert(
        fc.property(fc.array(block, { minLength: 1, maxLength: 6 }), (blocks) => {
          const column = new Column(['field'], 0);
          const rows = Math.max(1, blocks.flat().length);
          const page = new ColumnPage({}, rows);
          const opened = page.open(0, column.openChunk(rows));
          const laid = blocks.map(lay);
          const places = blocks.map((cells, index) => {
            const place = page.place(cells.length);
            column.fill(opened, place, laid[index].bytes, laid[index].offsets);
            assert.ok(page.isFilled(0, place.block));
            return place;
          });
          for (const [index, place] of places.entries()) {
            for (let record = 0; record < place.count; record++) {
              assertRow(opened.chunk, place.start + record, laid[index].bytes, laid[index].offsets[record]);
            }
          }
        }),
        { numRuns: 100 },
      );
    });
  }

  it('lend the values of a block where they lie', () => {
    fc.assert(
      fc.property(fc.array(anything), (cells) => {
        const { bytes, offsets } = lay(cells);
        const chunk = ColumnChunk.lent(bytes, offsets);
        for (const row of cells.keys()) assertRow(chunk, row, bytes, offsets[row]);
      }),
    );
  });

  it('keep few values as codes, many numbers as numbers, many texts as bytes', () => {
    const kindOf = (cells: readonly Cell[]) => {
      const column = new Column(['field'], 0);
      const page = new ColumnPage({}, cells.length);
      const opened = page.open(0, column.openChunk(cells.length));
      const { bytes, offsets } = lay(cells);
      column.fill(opened, page.place(cells.length), bytes, offsets);
      const { chunk } = opened;
      return chunk.codes !== null ? 'codes' : chunk.numbers !== NO_NUMBERS ? 'numbers' : 'bytes';
    };
    const range = Array.from({ length: 1000 }, (_, index) => index);
    assert.equal(kindOf(range.map((n) => n % DICTIONARY_VALUES_MAX)), 'codes');
    assert.equal(kindOf(range.map((n) => `city ${n % 8}`)), 'codes');
    assert.equal(kindOf(range.map((n) => n / 7)), 'numbers');
    assert.equal(kindOf(range.map((n) => `name ${n}`)), 'bytes');
    assert.equal(kindOf(['x'.repeat(100), 'y']), 'bytes');
  });

  it('never hold an integer as a double that is not exactly that integer', () => {
    const integers = [2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n), 2n ** 63n, -(2n ** 63n)];
    const cells: Cell[] = [...Array.from({ length: 300 }, (_, index) => index), ...integers];
    const column = new Column(['field'], 0);
    const page = new ColumnPage({}, cells.length);
    const opened = page.open(0, column.openChunk(cells.length));
    const { bytes, offsets } = lay(cells);
    column.fill(opened, page.place(cells.length), bytes, offsets);
    assert.notEqual(opened.chunk.numbers, NO_NUMBERS);
    for (const row of cells.keys()) assertRow(opened.chunk, row, bytes, offsets[row]);
    assert.ok(Number.isNaN(opened.chunk.numbers[300]));
  });
});

describe('column dictionaries', () => {
  it('give equal values one code and other values others', () => {
    fc.assert(
      fc.property(fc.array(scalar, { maxLength: 300 }), (values) => {
        const dictionary = new ColumnDictionary();
        const codes = new Map<string, number>();
        for (const value of values) {
          const bytes = encodeValue(value);
          const code = dictionary.code(bytes, 0, bytes.length);
          if (code < 0) continue;
          const text = Buffer.from(bytes).toString('hex');
          assert.equal(codes.get(text) ?? code, code);
          codes.set(text, code);
        }
        assert.equal(new Set(codes.values()).size, codes.size);
        assert.ok(!codes.has('') && ![...codes.values()].includes(0));
      }),
    );
  });

  it('refuse more values than codes, and go on with those they have', () => {
    const dictionary = new ColumnDictionary();
    const code = (number: number) => {
      const bytes = encodeValue(`value ${number}`);
      return dictionary.code(bytes, 0, bytes.length);
    };
    for (let number = 0; number < DICTIONARY_VALUES_MAX; number++) assert.equal(code(number), number + 1);
    assert.equal(code(1000), -1);
    assert.equal(code(17), 18);
  });

  it('are tested once a value, also of those that come later', () => {
    const dictionary = new ColumnDictionary();
    let tested = 0;
    const test = new CodeTest((bytes, at) => {
      tested++;
      return readStored(bytes, at) === 'b';
    });
    for (const [index, text] of ['a', 'b', 'c'].entries()) {
      const bytes = encodeValue(text);
      dictionary.code(bytes, 0, bytes.length);
      assert.equal(test.table(dictionary)[index + 1], text === 'b' ? 1 : 0);
    }
    assert.equal(tested, 4); // the missing value too
    assert.equal(test.table(new ColumnDictionary())[0], 0);
    assert.equal(tested, 5);
  });
});
