import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseJson } from '../value/json.ts';
import { JsonArrayReader } from './json-array-reader.ts';
import { anyChunking, readAll, readInChunks } from './reader-testing.ts';
import type { SourceRecord } from './source-record.ts';

const everyWay = (text: string | Uint8Array) => {
  const whole = readAll(new JsonArrayReader(), text);
  for (const size of [1, 2, 3]) {
    assert.deepEqual(readInChunks(new JsonArrayReader(), text, size), whole, `${size} bytes at a time reads the same`);
  }
  return whole;
};
const brief = (records: readonly SourceRecord[]) =>
  records.map((record) => (record.kind === 'document' ? record.document : `${record.line}: ${record.reason}`));

describe('JsonArrayReader', () => {
  it('reads the elements of an array, with lines and ends', () => {
    assert.deepEqual(everyWay('[\n {"a":"]},[\\"{"} ,\n{"b":{"c":[{}]}}\n]\n'), [
      { kind: 'document', document: { a: ']},["{' }, bytes: 16, line: 2, endOffset: 19, endLine: 2 },
      { kind: 'document', document: { b: { c: [{}] } }, bytes: 17, line: 3, endOffset: 38, endLine: 4 },
    ]);
  });

  it('reads nothing from an empty array, an empty source and space', () => {
    for (const text of ['[]', ' [ \n ] ', '', ' \n', '\ufeff[]']) assert.deepEqual(everyWay(text), []);
  });

  it('reads objects one after another, on one line or over many', () => {
    assert.deepEqual(brief(everyWay('{"a":1}{"b":\n2}\n\n{"c":3}')), [{ a: 1 }, { b: 2 }, { c: 3 }]);
    assert.deepEqual(brief(everyWay('{"only":"one"}')), [{ only: 'one' }]);
  });

  it('loses only the bad element', () => {
    assert.deepEqual(brief(everyWay('[{"a":1}, 5, [2,3],\n{"b":2}, {"c":3}]')), [
      { a: 1 },
      '1: a document is an object, this is a number',
      '1: a document is an object, this is an array',
      { b: 2 },
      { c: 3 },
    ]);
    const [, bad, good] = everyWay('[{"a":1},\n{a:1} x,\n{"b":2}]');
    assert(bad.kind === 'bad' && bad.line === 2 && bad.text === '{a:1} x' && bad.reason.startsWith('not JSON'));
    assert(good.kind === 'document' && good.line === 3);
  });

  it('names what is missing or too much around elements', () => {
    assert.deepEqual(brief(everyWay('[{"a":1},]')), [{ a: 1 }, '1: an element is missing']);
    assert.deepEqual(brief(everyWay('[{"a":1},,{"b":2}]')), [{ a: 1 }, '1: an element is missing', { b: 2 }]);
    assert.deepEqual(brief(everyWay('[{"a":1}')), ['1: the source ends inside this element']);
    assert.deepEqual(brief(everyWay('[{"a":1},\n')), [
      { a: 1 },
      '2: the array is not closed: the source ends too early',
    ]);
    assert.deepEqual(brief(everyWay('[{"a":1}, {"b":')), [{ a: 1 }, '1: the source ends inside this element']);
    assert.deepEqual(brief(everyWay('[{"a":1}] {"b":2}')), [{ a: 1 }, '1: text after the end of the array']);
  });

  it('refuses an element over the limit without keeping it', () => {
    const text = `[{"a":"${'x'.repeat(500)}"},{"b":2}]`;
    for (const size of [1, 64, 4096]) {
      const records = readInChunks(new JsonArrayReader(undefined, { recordMaxBytes: 50 }), text, size);
      assert.deepEqual(brief(records), ['1: longer than the limit of 50 bytes for one document', { b: 2 }]);
    }
  });

  it('goes on from the end of any record as if it had read all before', () => {
    const sources = ['[{"a":1},\n3,{"b":2} ,{"c":3}]', '[{"a":1} ,\n , ,{"b":2},]', '{"a":1}\n{"b":2}{"c":3}'];
    for (const source of sources) {
      const text = Buffer.from(source);
      const whole = readAll(new JsonArrayReader(), text);
      for (const [index, { endOffset, endLine }] of whole.entries()) {
        const reader = new JsonArrayReader({ offset: endOffset, line: endLine });
        assert.deepEqual(readAll(reader, text.subarray(endOffset)), whole.slice(index + 1));
      }
    }
  });

  it('reads back any documents from any chunks, printed densely or with space', () => {
    const indents = fc.constantFrom(undefined, 1, 4);
    fc.assert(
      fc.property(fc.array(fc.object()), indents, anyChunking(), (documents, indent, chunking) => {
        const plain = parseJson(JSON.stringify(documents));
        assert.deepEqual(brief(chunking(new JsonArrayReader(), JSON.stringify(documents, null, indent))), plain);
        const sequence = documents.map((document) => JSON.stringify(document, null, indent)).join('');
        assert.deepEqual(brief(chunking(new JsonArrayReader(), sequence)), plain);
      }),
    );
  });

  it('survives junk', () => {
    const soup = fc.string({
      unit: fc.constantFrom('{', '}', '[', ']', ',', '"', '\\', ':', '1', '\n', ' '),
      maxLength: 60,
    });
    fc.assert(
      fc.property(soup, (text) => {
        for (const record of everyWay(text)) assert(record.endOffset <= text.length && record.line >= 1);
      }),
    );
  });
});
