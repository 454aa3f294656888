import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HttpProblem } from '../errors/http-problem.ts';
import { MultipartBody, type PartHead } from './multipart-body.ts';

const BOUNDARY = 'xXx';

function part(name: string, content: Uint8Array | string, more = ''): Buffer {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(content as string), Buffer.from('\r\n')]);
}

const END = Buffer.from(`--${BOUNDARY}--\r\n`);

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(bytes: Buffer, size = 1, type = `multipart/form-data; boundary=${BOUNDARY}`) {
  const body = new MultipartBody(inPieces(bytes, size), type);
  const parts: [PartHead, Buffer][] = [];
  for (let head = await body.nextPart(); head !== undefined; head = await body.nextPart()) {
    const content: Buffer[] = [];
    for await (const chunk of body.content()) content.push(Buffer.from(chunk));
    parts.push([head, Buffer.concat(content)]);
  }
  return parts;
}

describe('MultipartBody', () => {
  it('gives back what a form was made of, however it is cut', async () => {
    // Contents like boundaries are the ones that go wrong.
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .array(fc.constantFrom('\r', '\n', '-', 'x', 'X', `\r\n--${BOUNDARY.slice(0, 2)}`), { maxLength: 30 })
        .map((signs) => Buffer.from(signs.join(''))),
    );
    const contents = fc.array(
      content.filter((bytes) => !Buffer.from(bytes).includes(`--${BOUNDARY}`)),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(
        contents,
        fc.integer({ min: 1, max: 80 }),
        fc.string({ maxLength: 5 }),
        async (all, size, preamble) => {
          const front = preamble === '' ? '' : `${preamble.replace(/-/g, '')}\r\n`;
          const bytes = Buffer.concat([Buffer.from(front), ...all.map((one, n) => part(`p${n}`, one)), END]);
          const parts = await readAll(bytes, size);
          assert.deepEqual(
            parts.map(([{ name }]) => name),
            all.map((_, n) => `p${n}`),
          );
          assert.deepEqual(
            parts.map(([, found]) => found),
            all.map((one) => Buffer.from(one)),
          );
        },
      ),
    );
  });

  it('knows names and types of files', async () => {
    const head = '; filename="a \\"b\\".csv"\r\nContent-Type: text/csv';
    const [[found] = []] = await readAll(
      Buffer.concat([part('file', 'x', head), END]),
      7,
      `multipart/form-data; boundary="${BOUNDARY}"`,
    );
    assert.deepEqual(found, { name: 'file', fileName: 'a "b".csv', contentType: 'text/csv' });
  });

  it('refuses what is none, and holds no more than it must', async () => {
    const whole = Buffer.concat([part('file', 'abc'), END]);
    for (let length = 0; length < whole.length - 4; length++) {
      await assert.rejects(readAll(whole.subarray(0, length), 5), HttpProblem, String(length));
    }
    await assert.rejects(readAll(whole, 5, 'multipart/form-data'), /boundary/);
    await assert.rejects(readAll(whole, 5, `multipart/form-data; boundary=${'b'.repeat(71)}`), /boundary/);
    const endless = Buffer.concat([Buffer.from(`--${BOUNDARY}\r\n`), Buffer.alloc(20_000, 'a')]);
    await assert.rejects(readAll(endless, 1_000), /head of a part/);
    const many = Buffer.concat([...Array.from({ length: 200 }, () => part('x', '')), END]);
    await assert.rejects(readAll(many, 1_000), /parts/);
  });
});
