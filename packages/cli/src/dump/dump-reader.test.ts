import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Value } from '@cairn/protocol';
import fc from 'fast-check';
import {
  collectionEndLine,
  collectionLine,
  type DumpLine,
  documentLine,
  endLine,
  headerLine,
  indexLine,
} from './dump-format.ts';
import { readDump } from './dump-reader.ts';

async function linesOf(text: string, size = 7): Promise<DumpLine[]> {
  async function* chunks() {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const lines: DumpLine[] = [];
  for await (const { line } of readDump(chunks())) lines.push(line);
  return lines;
}

const INDEX = { collection: 'users', name: 'mail', fields: ['mail'], unique: true, sparse: false, type: 'persistent' };
const HEAD = headerLine('shop', new Date(0));
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const before = (documents: readonly Value[]) =>
  [
    HEAD,
    collectionLine('users', 'document', { type: 'object' }),
    ...documents.map(documentLine),
    collectionEndLine('users', documents.length),
    indexLine(INDEX),
  ].join('');
const whole = (documents: readonly Value[]) => {
  const text = before(documents);
  return `${text}${endLine({ collections: 1, documents: documents.length, indexes: 1 }, sha256(text))}`;
};

describe('a dump', () => {
  it('is read back as it was written, from any chunks', async () => {
    const documents = fc.array(
      fc.record(
        { _key: fc.string(), at: fc.date({ noInvalidDate: true }), raw: fc.uint8Array() },
        { noNullPrototype: true },
      ),
    );
    await fc.assert(
      fc.asyncProperty(documents, fc.integer({ min: 1, max: 50 }), async (stored, size) => {
        assert.deepEqual(await linesOf(whole(stored), size), [
          { kind: 'header', version: 2, database: 'shop' },
          { kind: 'collection', name: 'users', type: 'document', schema: { type: 'object' } },
          ...stored.map((document) => ({ kind: 'document', document })),
          { kind: 'collection_end', name: 'users', documents: stored.length },
          { kind: 'index', index: INDEX },
          {
            kind: 'end',
            totals: { collections: 1, documents: stored.length, indexes: 1 },
            sha256: sha256(before(stored)),
          },
        ]);
      }),
    );
  });

  it('is refused when it is cut off anywhere', async () => {
    const text = whole([{ _key: 'a' }]);
    for (let length = 0; length < text.length - 1; length++) {
      await assert.rejects(linesOf(text.slice(0, length)), /no dump|cut off|not JSON|line \d/, String(length));
    }
  });

  it('is refused when a letter of it has changed, and read without a checksum when it is of the first version', async () => {
    const text = whole([{ _key: 'a', name: 'Ann' }]);
    await assert.rejects(linesOf(text.replace('Ann', 'Bob')), /damaged/);
    await assert.rejects(
      linesOf(text.replace(/"sha256":"."/, '"sha256":"0"').replace(/"sha256":"./, '"sha256":"x')),
      /damaged/,
    );
    const first = text.replace('"version":2', '"version":1').replace(/,"sha256":"[0-9a-f]*"/, '');
    assert.equal((await linesOf(first.replace('Ann', 'Bob'))).length, 6);
  });

  it('is refused when it is something else, newer, or holds what has no meaning', async () => {
    await assert.rejects(linesOf('{"a":1}\n'), /no dump/);
    await assert.rejects(linesOf('a,b\n1,2\n'), /no dump/);
    await assert.rejects(linesOf(HEAD.replace('"version":2', '"version":3')), /version 3/);
    await assert.rejects(linesOf(`${HEAD}{"view":{}}\n`), /line 2 .* no meaning in version 2/);
    await assert.rejects(linesOf(`${HEAD}{"collection":{"name":5}}\n`), /lacks its name/);
    await assert.rejects(linesOf(`${HEAD}{"index":{"name":"x","fields":[]}}\n`), /names no fields/);
    await assert.rejects(linesOf(`${whole([])}{}\n`), /behind the end/);
  });
});
