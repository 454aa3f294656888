import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseJson, stringifyJson } from '../value/json.ts';
import { NdjsonReader } from './ndjson-reader.ts';
import { anyChunking, readAll, readInChunks } from './reader-testing.ts';

const everyWay = (text: string | Uint8Array) => {
  const whole = readAll(new NdjsonReader(), text);
  assert.deepEqual(readInChunks(new NdjsonReader(), text, 1), whole, 'one byte at a time reads the same');
  return whole;
};

describe('NdjsonReader', () => {
  it('reads one document a line, and tells where each ends', () => {
    assert.deepEqual(everyWay('{"a":1}\n{"b":"é"}\r\n\n  \n{"c":[1]}'), [
      { kind: 'document', document: { a: 1 }, bytes: 7, line: 1, endOffset: 8, endLine: 2 },
      { kind: 'document', document: { b: 'é' }, bytes: 11, line: 2, endOffset: 20, endLine: 3 },
      { kind: 'document', document: { c: [1] }, bytes: 9, line: 5, endOffset: 33, endLine: 5 },
    ]);
  });

  it('skips a byte order mark', () => {
    assert.equal(everyWay('\ufeff{"a":1}\n')[0].kind, 'document');
  });

  it('loses only the bad line, and says what is wrong with it', () => {
    const records = everyWay(
      Buffer.concat([Buffer.from('{"a":1}\n{"a":\n[1]\nnull\n'), Buffer.of(0x22, 0xff, 0x22, 10)]),
    );
    assert.deepEqual(
      records.map((record) => (record.kind === 'bad' ? [record.line, record.reason.replace(/:.*/, '')] : record.line)),
      [
        1,
        [2, 'not JSON'],
        [3, 'a document is an object, this is an array'],
        [4, 'a document is an object, this is null'],
        [5, 'the text is not UTF-8'],
      ],
    );
  });

  it('refuses a line over the limit without keeping it, and goes on behind it', () => {
    const text = `{"a":"${'x'.repeat(1000)}"}\n{"b":2}\n`;
    for (const size of [1, 7, 100, 5000]) {
      const records = readInChunks(new NdjsonReader(undefined, { recordMaxBytes: 100 }), text, size);
      assert.equal(records[0].kind, 'bad');
      assert.match(records[0].kind === 'bad' ? records[0].reason : '', /longer than the limit of 100 bytes/);
      assert.deepEqual(records[1], {
        kind: 'document',
        document: { b: 2 },
        bytes: 7,
        line: 2,
        endOffset: 1017,
        endLine: 3,
      });
    }
  });

  it('goes on from the end of any record as if it had read all before', () => {
    const text = Buffer.from('{"a":1}\nbad\n\n{"b":2}\n{"c":3}');
    const whole = readAll(new NdjsonReader(), text);
    for (const [index, { endOffset, endLine }] of whole.entries()) {
      const reader = new NdjsonReader({ offset: endOffset, line: endLine });
      assert.deepEqual(readAll(reader, text.subarray(endOffset)), whole.slice(index + 1));
    }
  });

  it('reads back any documents from any chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.object({ key: fc.string() })), anyChunking(), (documents, chunking) => {
        const plain = parseJson(JSON.stringify(documents));
        const text = documents.map((document) => `${JSON.stringify(document)}\n`).join('');
        const records = chunking(new NdjsonReader(), text);
        assert.deepEqual(
          records.map((record) => record.kind === 'document' && record.document),
          plain,
        );
      }),
    );
  });

  it('keeps 64-bit integers exact', () => {
    const text = '{"n":18446744073709551615,"m":-9223372036854775808,"f":1.5,"s":"12345678901234567890"}';
    const [record] = readAll(new NdjsonReader(), text);
    assert(record.kind === 'document');
    assert.deepEqual(record.document, {
      n: 18446744073709551615n,
      m: -9223372036854775808n,
      f: 1.5,
      s: '12345678901234567890',
    });
    assert.equal(stringifyJson(record.document), text);
  });

  it('survives junk', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), anyChunking(), (junk, chunking) => {
        for (const record of chunking(new NdjsonReader(), junk)) assert(record.endOffset <= junk.length);
      }),
    );
  });
});
