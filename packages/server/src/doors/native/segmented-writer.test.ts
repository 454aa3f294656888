import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { decodeMessage, EncodedRows, encodeValue, FrameReader, type Reply } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { ReplyBuffer } from './reply-buffer.ts';
import { SegmentedWriter } from './segmented-writer.ts';

const sizes = [0, 10, 20_000, 40_000, 100_000];
const text = fc.tuple(fc.constantFrom(...sizes), fc.nat(255)).map(([length, fill]) => Buffer.alloc(length, fill));

describe('SegmentedWriter', () => {
  it('holds what a plain writer would, whatever is attached, and forgets what it is told to', () => {
    const step = fc.record({ attach: fc.boolean(), bytes: text, forget: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const writer = new SegmentedWriter();
        let expected = Buffer.alloc(0);
        for (const { attach, bytes, forget } of steps) {
          const { position } = writer;
          writer.nil();
          if (attach) writer.attach(bytes);
          else writer.raw(bytes);
          if (forget) writer.rewind(position);
          else expected = Buffer.concat([expected, Buffer.of(0xc0), bytes]);
          assert.equal(writer.position + writer.attachedBytes, expected.length);
        }
        assert.ok(Buffer.concat(writer.segments()).equals(expected));
        writer.reset();
        assert.equal(writer.segments().length, 0);
      }),
    );
  });
});

describe('ReplyBuffer', () => {
  it('frames large rows without copying them, replies of one turn one behind the other', () => {
    const written: Buffer[] = [];
    const socket = {
      cork() {},
      uncork() {},
      writableLength: 0,
      write: (bytes: Buffer) => written.push(Buffer.from(bytes)),
    };
    const buffer = new ReplyBuffer(1_000_000);
    const rows = ['a'.repeat(50_000), 'b'.repeat(60_000), 'c'];
    const large: Reply = {
      status: 'ok',
      data: new EncodedRows(
        3,
        rows.map((row) => encodeValue(row)),
      ),
      count: 3,
    };
    const refused: Reply = { status: 'ok', data: new EncodedRows(1, [encodeValue('d'.repeat(2_000_000))]) };
    for (const [rid, reply] of [large, refused, large].entries()) buffer.add(reply, rid);
    buffer.sendTo(socket as unknown as Socket);
    const reader = new FrameReader(4_000_000);
    reader.push(Buffer.concat(written));
    const messages = Array.from({ length: 3 }, () => decodeMessage(reader.next() as Buffer) as Record<string, unknown>);
    assert.equal(reader.next(), undefined);
    assert.deepEqual([messages[0]!.data, messages[2]!.data], [rows, rows]);
    assert.deepEqual([messages[0]!.rid, messages[1]!.rid, messages[1]!.code], [0, 1, 'limit_exceeded']);
  });
});
