import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CairnError } from '../error.ts';
import { arbitraryValue } from '../value/arbitrary-value.ts';
import { valuesEqual } from '../value/equal.ts';
import { ByteWriter } from '../value/msgpack/byte-writer.ts';
import { decodeValue } from '../value/msgpack/decode.ts';
import { encodeValue } from '../value/msgpack/encode.ts';
import { skipUntrusted } from '../value/msgpack/skip-untrusted.ts';
import type { Value, ValueObject } from '../value/value.ts';
import { EncodedRows, EncodedValue } from './encoded-value.ts';
import { decodeMessage, encodeMessage } from './message-codec.ts';
import { MessageTooLargeError } from './message-too-large-error.ts';
import { ProtocolError, type RequestId } from './protocol-error.ts';
import { RawValue } from './raw-value.ts';
import { type Reply, writeReply } from './reply.ts';
import { decodeRequest, type Request } from './request.ts';

const request = (message: ValueObject): Request => decodeRequest(encodeValue(message));

function replied(reply: Reply, rid?: RequestId): ValueObject {
  const writer = new ByteWriter();
  writeReply(writer, reply, rid);
  return decodeValue(writer.finish()) as ValueObject;
}

describe('a request', () => {
  it('is a command, its fields and its id', () => {
    const decoded = request({
      cmd: 'get',
      database: 'shop',
      collection: 'übersicht',
      key: 'a'.repeat(40),
      limit: 7,
      wide: 2n ** 60n,
      rid: 'r1',
    });
    assert.deepEqual(decoded, {
      cmd: 'get',
      fields: { database: 'shop', collection: 'übersicht', key: 'a'.repeat(40), limit: 7, wide: 2n ** 60n },
      rid: 'r1',
    });
  });

  it('leaves documents as bytes, wherever they stand', () => {
    const document = { _key: 'a', n: [1, { b: null }] };
    const { fields } = request({ cmd: 'insert', document, database: 'shop', documents: [document, 5] });
    assert.ok(fields.document instanceof RawValue && fields.documents instanceof RawValue);
    assert.deepEqual(fields.document.decode(), document);
    assert.equal(fields.documents.isArray, true);
    assert.deepEqual(fields.documents.items(), { count: 2, start: fields.documents.start + 1 });
    assert.equal(fields.database, 'shop');
  });

  it('holds the requests of a batch and of a transaction command', () => {
    const { fields } = request({ cmd: 'batch', commands: [{ cmd: 'ping' }, { cmd: 'insert', document: {} }] });
    const [ping, insert] = fields.commands as Request[];
    assert.equal(ping.cmd, 'ping');
    assert.ok(insert.fields.document instanceof RawValue);
    assert.equal(
      (request({ cmd: 'transaction_command', tx_id: 't', command: { cmd: 'ping' } }).fields.command as Request).cmd,
      'ping',
    );
  });

  it('may say in bytes what is text, and carry a nil key', () => {
    const bytes = Buffer.concat([
      Buffer.from([0x83, 0xc4, 3]),
      Buffer.from('cmd'),
      Buffer.from([0xc4, 4]),
      Buffer.from('ping'),
      Buffer.from([0xc0, 1, 0xa1, 0x6b, 0xc4, 1, 0x78]),
    ]);
    assert.deepEqual(decodeRequest(bytes), { cmd: 'ping', fields: { k: 'x' }, rid: undefined });
  });

  it('names in `cancel` the request to stop', () => {
    assert.deepEqual(request({ cmd: 'cancel', rid: 5 }), { cmd: 'cancel', fields: { rid: 5 }, rid: undefined });
    const own = request({ cmd: 'cancel', rid: 9, target: 5 });
    assert.deepEqual([own.fields.rid, own.rid], [5, 9]);
  });

  it('reaches no prototype', () => {
    const { fields } = decodeRequest(
      encodeValue(JSON.parse('{"cmd":"ping","__proto__":{"admin":true},"constructor":1}')),
    );
    assert.equal(Object.getPrototypeOf(fields), Object.prototype);
    assert.equal(('admin' in fields) as boolean, false);
    assert.equal(fields.constructor, 1);
  });

  it('is refused with a reason, and with its id when that was read', () => {
    const reasons: [Uint8Array, RegExp][] = [
      [Buffer.alloc(0), /failed to fill whole buffer/],
      [Buffer.from([0xc1]), /marker Reserved/],
      [Buffer.from([5]), /invalid type: integer, expected internally tagged enum/],
      [Buffer.from([0x81, 0xa3, 0x63]), /unexpected end of file/],
      [encodeValue({ name: 'x' }), /missing field `cmd`/],
      [encodeValue({ cmd: 5 }), /invalid type: integer, expected variant identifier/],
      [Buffer.from([0x82, 0xa1, 0x61, 1, 0xa1, 0x61, 2]), /duplicate field `a`/],
      [Buffer.from([0xdf, 0xff, 0xff, 0xff, 0xff]), /end of file|members/],
      [encodeValue({ cmd: 'x', rid: 1.5 }), /`rid`/],
      [
        Buffer.concat([Buffer.from([0x81, 0xa8]), Buffer.from('document'), Buffer.alloc(200, 0x91), Buffer.from([1])]),
        /deeper than/,
      ],
    ];
    for (const [bytes, reason] of reasons) {
      assert.throws(
        () => decodeRequest(bytes),
        (error: ProtocolError) =>
          error instanceof ProtocolError && reason.test(error.message) && error.variant === 'ProtocolError',
        String(reason),
      );
    }
    assert.throws(() => request({ rid: 7, cmd: 5 }), { rid: 7 });
  });

  it('is junk at worst: a request or a ProtocolError', () => {
    const junk = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(arbitraryValue, fc.nat(), fc.nat(255), fc.nat()).map(([value, at, byte, cut]) => {
        const bytes = Buffer.from(
          encodeValue({
            cmd: 'insert',
            bind_vars: value,
            document: value,
            commands: [{ cmd: 'ping', k: value }],
            rid: 1,
          }),
        );
        bytes[at % bytes.length] = byte;
        return bytes.subarray(0, cut % 3 === 0 ? cut % bytes.length : bytes.length);
      }),
    );
    fc.assert(
      fc.property(junk, (bytes) => {
        try {
          decodeRequest(bytes);
        } catch (error) {
          assert.ok(error instanceof ProtocolError, String((error as Error).stack));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('is skipped over exactly, whatever it holds', () => {
    fc.assert(
      fc.property(
        arbitraryValue,
        (value) => skipUntrusted(encodeMessage([value, 1]), 1) === encodeMessage([value, 1]).length - 1,
      ),
    );
  });
});

describe('a reply', () => {
  it('has the members that were given, and the id last', () => {
    assert.deepEqual(
      Object.entries(
        replied({ status: 'ok', data: null, count: 2, txId: 'tx:1', lsn: 9, hasMore: false, warnings: ['w'] }, 4),
      ),
      [
        ['status', 'ok'],
        ['data', null],
        ['count', 2],
        ['tx_id', 'tx:1'],
        ['has_more', false],
        ['warnings', ['w']],
        ['lsn', 9],
        ['rid', 4],
      ],
    );
    assert.deepEqual(replied({ status: 'ok' }), { status: 'ok' });
    assert.deepEqual(replied({ status: 'pong', timestamp: 1_700_000_000_000 }, 'a'), {
      status: 'pong',
      timestamp: 1_700_000_000_000,
      rid: 'a',
    });
  });

  it('copies what is encoded already', () => {
    const rows = new EncodedRows(3, [encodeValue(1), Buffer.concat([encodeValue('b'), encodeValue({ c: 3 })])]);
    assert.deepEqual(replied({ status: 'ok', data: rows }).data, [1, 'b', { c: 3 }]);
    assert.deepEqual(replied({ status: 'ok', data: new EncodedValue(encodeValue([7])) }).data, [7]);
  });

  it('says an error as old clients know it, with code and details beside', () => {
    const error = new CairnError('not_found', "Collection 'x' not found", { details: { collection: 'x' } });
    assert.deepEqual(replied({ status: 'error', error }, 3), {
      status: 'error',
      error: { DatabaseError: "Collection 'x' not found" },
      code: 'not_found',
      retryable: false,
      details: { collection: 'x' },
      rid: 3,
    });
    const large = replied({
      status: 'error',
      error: new MessageTooLargeError('reply', { sizeBytes: 20, limitBytes: 10 }),
    });
    assert.equal(large.error, 'MessageTooLarge');
    assert.match(String(large.message), /20 bytes.*cursor_next/);
  });

  it('holds the replies of a batch', () => {
    const error = new CairnError('internal', 'no');
    assert.deepEqual(
      (replied({ status: 'batch', responses: [{ status: 'ok' }, { status: 'error', error }] }).responses as Value[])
        .length,
      2,
    );
  });

  it('is read by msgpackr as by our own decoder', () => {
    fc.assert(
      fc.property(arbitraryValue, (value) => {
        const writer = new ByteWriter();
        writeReply(writer, { status: 'ok', data: value });
        const bytes = Buffer.from(writer.finish());
        assert.ok(valuesEqual(decodeMessage(bytes), decodeValue(bytes)));
      }),
    );
  });
});
