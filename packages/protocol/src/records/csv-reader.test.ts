import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type CsvOptions, CsvReader } from './csv-reader.ts';
import { csvLine } from './csv-text.ts';
import { anyChunking, readAll, readInChunks } from './reader-testing.ts';
import { SourceFormatError } from './source-format-error.ts';
import type { SourceRecord } from './source-record.ts';

const everyWay = (text: string | Uint8Array, options?: CsvOptions) => {
  const whole = readAll(new CsvReader(undefined, options), text);
  assert.deepEqual(
    readInChunks(new CsvReader(undefined, options), text, 1),
    whole,
    'one byte at a time reads the same',
  );
  return whole;
};
const brief = (records: readonly SourceRecord[]) =>
  records.map((record) => (record.kind === 'document' ? { ...record.document } : `${record.line}: ${record.reason}`));

describe('CsvReader', () => {
  it('reads quoted fields with delimiters, quotes and line ends', () => {
    assert.deepEqual(everyWay('name,note\r\nAnn,"a, ""b""\r\nc"\r\n"","x"\n'), [
      {
        kind: 'document',
        document: { name: 'Ann', note: 'a, "b"\r\nc' },
        bytes: 18,
        line: 2,
        endOffset: 30,
        endLine: 4,
      },
      { kind: 'document', document: { name: '', note: 'x' }, bytes: 6, line: 4, endOffset: 37, endLine: 5 },
    ]);
  });

  it('skips a byte order mark, before a quoted header too, and empty lines', () => {
    assert.deepEqual(brief(everyWay('\ufeffa\n1\n\n2')), [{ a: '1' }, { a: '2' }]);
    assert.deepEqual(brief(everyWay('\ufeff"a,b",c\n1,2')), [{ 'a,b': '1', c: '2' }]);
  });

  it('takes another delimiter', () => {
    assert.deepEqual(brief(everyWay('a\tb\n1,5\t\n', { delimiter: '\t' })), [{ a: '1,5', b: '' }]);
    assert.throws(() => new CsvReader(undefined, { delimiter: '"' }), SourceFormatError);
    assert.throws(() => new CsvReader(undefined, { delimiter: '→' }), SourceFormatError);
  });

  it('infers types of unquoted fields when asked', () => {
    const text = 'a,b,c,d,e,f,g\n42,-1.5e3,true,,007,"42",18446744073709551615\n';
    assert.deepEqual(brief(everyWay(text, { inferTypes: true })), [
      { a: 42, b: -1500, c: true, d: null, e: '007', f: '42', g: 18446744073709551615n },
    ]);
    assert.deepEqual(brief(everyWay('a,b\n1,\n')), [{ a: '1', b: '' }]);
  });

  it('loses only the bad row', () => {
    assert.deepEqual(brief(everyWay('a,b\n1\n1,2,3\n"x"y,2\n5" disk,6\n"never closed,\n1,2')), [
      '2: 1 fields where the header names 2',
      '3: 3 fields where the header names 2',
      '4: text after the closing quote of a field',
      { a: '5" disk', b: '6' },
      '6: a quoted field is not closed',
    ]);
    assert.deepEqual(brief(everyWay(Buffer.from([0x61, 10, 0xff, 10, 0x62]))), [
      '2: the text is not UTF-8',
      { a: 'b' },
    ]);
  });

  it('refuses headers that make no documents', () => {
    for (const header of ['a,a\n', 'a,\n']) assert.throws(() => readAll(new CsvReader(), header), SourceFormatError);
  });

  it('gives a column called __proto__ no power', () => {
    const [record] = readAll(new CsvReader(), '__proto__\nx\n');
    assert(record.kind === 'document');
    assert.deepEqual(Object.entries(record.document), [['__proto__', 'x']]);
    assert.equal(Object.getPrototypeOf(record.document), Object.prototype);
  });

  it('refuses a row over the limit, also one that a lost quote makes', () => {
    const text = `a\n"${'x\n'.repeat(200)}"\nok\n`;
    for (const size of [1, 50, 4096]) {
      const records = readInChunks(new CsvReader(undefined, { recordMaxBytes: 40 }), text, size);
      assert.deepEqual(brief(records), ['2: longer than the limit of 40 bytes for one document', { a: 'ok' }]);
    }
  });

  it('goes on from the end of any record, given the columns', () => {
    const text = Buffer.from('a,b\n1,"2\n"\nbad\n3,4\n');
    const whole = readAll(new CsvReader(), text);
    for (const [index, { endOffset, endLine }] of whole.entries()) {
      const reader = new CsvReader({ offset: endOffset, line: endLine, columns: ['a', 'b'] });
      assert.deepEqual(readAll(reader, text.subarray(endOffset)), whole.slice(index + 1));
    }
  });

  it('reads back what csvLine wrote, whatever it holds', () => {
    const field = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', ' ', 'a', 'é', ';') }));
    const table = fc
      .integer({ min: 1, max: 5 })
      .chain((columns) => fc.array(fc.array(field, { minLength: columns, maxLength: columns }), { minLength: 1 }));
    fc.assert(
      fc.property(table, fc.constantFrom(',', ';', '\t'), anyChunking(), (rows, delimiter, chunking) => {
        const columns = rows[0].map((_, index) => `column${index}`);
        const text = [columns, ...rows].map((row) => csvLine(row, delimiter)).join('');
        const records = chunking(new CsvReader(undefined, { delimiter }), text);
        assert.deepEqual(
          records.map((record) => record.kind === 'document' && Object.values(record.document)),
          rows,
        );
      }),
    );
  });

  it('survives junk', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'a'), maxLength: 60 }), (text) => {
        for (const record of everyWay(`a,b\n${text}`)) assert(record.endOffset <= text.length + 4);
      }),
    );
  });
});
