import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FrameReader } from './frame-reader.ts';
import { FrameTooLarge } from './frame-too-large.ts';
import { encodeFrame } from './frame-writing.ts';
import { NATIVE_MAGIC, ProtocolDetector } from './protocol-detector.ts';

/** Cuts bytes at the given places, which may repeat. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((place, i) => bytes.subarray(places[i], place));
}

function readAll(reader: FrameReader): (Buffer | FrameTooLarge)[] {
  const frames: (Buffer | FrameTooLarge)[] = [];
  for (let frame = reader.next(); frame !== undefined; frame = reader.next()) frames.push(frame);
  return frames;
}

describe('protocol detection', () => {
  const detect = (chunks: Buffer[]) => {
    const detector = new ProtocolDetector();
    for (const [i, chunk] of chunks.entries()) {
      const found = detector.push(chunk);
      if (found !== undefined)
        return {
          protocol: found.protocol,
          rest: Buffer.concat([found.rest, ...chunks.slice(i + 1)]).toString('latin1'),
        };
    }
    return undefined;
  };
  const byteByByte = (text: string) => [...Buffer.from(text, 'latin1')].map((byte) => Buffer.from([byte]));

  it('finds the magic whole or one byte at a time, and gives the rest on', () => {
    const opening = `${NATIVE_MAGIC.toString('latin1')}rest`;
    assert.deepEqual(detect([Buffer.from(opening, 'latin1')]), { protocol: 'native', rest: 'rest' });
    assert.deepEqual(detect(byteByByte(opening)), { protocol: 'native', rest: 'rest' });
  });

  it('replays all of an HTTP request', () => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD']) {
      const request = `${method} /health HTTP/1.1\r\n\r\n`;
      assert.deepEqual(detect([Buffer.from(request)]), { protocol: 'http', rest: request });
      assert.deepEqual(detect(byteByByte(request)), { protocol: 'http', rest: request });
    }
  });

  it('waits while it cannot tell, and knows a stranger', () => {
    assert.equal(detect([NATIVE_MAGIC.subarray(0, 13)]), undefined);
    assert.equal(detect([Buffer.from('P')]), undefined);
    for (const opening of ['solidb-sync-v1', '{"a":1}', 'solidb-drv-v2\0', '\x16\x03\x01', 'GEX']) {
      assert.equal(detect([Buffer.from(opening, 'latin1')])?.protocol, 'unknown', opening);
    }
  });
});

describe('FrameReader', () => {
  it('gives back every payload however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }),
        fc.array(fc.nat(), { maxLength: 50 }),
        (payloads, cuts) => {
          const reader = new FrameReader();
          const read: Buffer[] = [];
          for (const piece of pieces(Buffer.concat(payloads.map(encodeFrame)), cuts)) {
            reader.push(piece);
            read.push(...(readAll(reader) as Buffer[]).map((frame) => Buffer.from(frame)));
          }
          assert.deepEqual(
            read,
            payloads.map((payload) => Buffer.from(payload)),
          );
          assert.equal(reader.pendingBytes, 0);
        },
      ),
    );
  });

  it('reports a frame over the limit once, skips it, and reads the next, one byte at a time', () => {
    const reader = new FrameReader(100);
    const stream = Buffer.concat([
      encodeFrame(Buffer.alloc(101)),
      encodeFrame(Buffer.from('ok')),
      encodeFrame(Buffer.alloc(100_000)),
      encodeFrame(Buffer.from('still')),
    ]);
    const read: (Buffer | FrameTooLarge)[] = [];
    for (const byte of stream) {
      reader.push(Buffer.from([byte]));
      read.push(...readAll(reader));
      assert.ok(reader.pendingBytes <= 104);
    }
    assert.deepEqual(
      read.map((frame) => (frame instanceof FrameTooLarge ? frame.announcedBytes : frame.toString())),
      [101, 'ok', 100_000, 'still'],
    );
  });

  it('takes larger frames once its limit is raised', () => {
    const reader = new FrameReader(10);
    reader.push(encodeFrame(Buffer.alloc(11)));
    assert.ok(reader.next() instanceof FrameTooLarge);
    reader.setMaxBytes(20);
    reader.push(encodeFrame(Buffer.alloc(11)));
    assert.equal((reader.next() as Buffer).length, 11);
  });

  it('takes no room for what is only announced', () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 64 }, () => {
      const reader = new FrameReader();
      reader.push(Buffer.from([0, 0xff, 0xff, 0xff, 1, 2, 3]));
      assert.equal(reader.next(), undefined);
      return reader;
    });
    assert.ok(process.memoryUsage().arrayBuffers - before < 4 * 1024 * 1024);
    assert.equal(readers[0].pendingBytes, 3);
  });

  it('puts a large frame together from many small pieces without moving all of it for each', () => {
    const payload = Buffer.alloc(4 * 1024 * 1024, 7);
    const stream = encodeFrame(payload);
    const reader = new FrameReader();
    let frame: Buffer | FrameTooLarge | undefined;
    for (let at = 0; at < stream.length; at += 64) {
      reader.push(stream.subarray(at, at + 64));
      frame = reader.next() ?? frame;
    }
    assert.ok(Buffer.isBuffer(frame) && frame.equals(payload));
  });
});
