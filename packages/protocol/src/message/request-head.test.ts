import assert from 'node:assert/strict';
import fc from 'fast-check';
import { arbitraryValue } from '../value/arbitrary-value.ts';
import { encodeValue } from '../value/msgpack/encode.ts';
import type { Value } from '../value/value.ts';
import { decodeRequest } from './request.ts';
import { type RequestHead, readRequestHead } from './request-head.ts';

/** Command and id as the whole decoding finds them; undefined when it refuses the request. */
function decodedHead(payload: Uint8Array): RequestHead | undefined {
  try {
    const { cmd, rid } = decodeRequest(payload);
    return { cmd, rid };
  } catch {
    return undefined;
  }
}

const command = fc.constantFrom('insert', 'query', 'get', 'cancel', 'no_such_command', 'ping');
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const wide = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
const rid = fc.oneof(fc.nat(), fc.nat(300), fc.constantFrom('r1', '', 'ä', 'x'.repeat(40)), finite, wide);
const name = fc.constantFrom('database', 'collection', 'document', 'commands', 'rie', 'x'.repeat(40), 'é');
const message = fc
  .record({ cmd: command, rid: fc.option(rid, { nil: undefined }), rest: fc.dictionary(name, arbitraryValue) })
  .chain(({ cmd, rid: id, rest }) => {
    const members: [string, Value][] = [['cmd', cmd], ...Object.entries(rest)];
    if (id !== undefined) members.push(['rid', id as Value]);
    return fc.shuffledSubarray(members, { minLength: members.length });
  })
  .map((members) => Object.fromEntries(members));

describe('the head of a request', () => {
  it('is found where clients put it', () => {
    const document = { text: 'x'.repeat(300), list: [1, { cmd: 'no', rid: 7 }], bytes: Buffer.alloc(70_000) };
    for (const id of [0, 127, 128, 255, 65_535, 65_536, 2 ** 32 - 1, 'an id']) {
      const payload = encodeValue({ cmd: 'insert', database: 'shop', collection: 'log', document, rid: id });
      assert.deepEqual(readRequestHead(payload), { cmd: 'insert', rid: id });
    }
    assert.deepEqual(readRequestHead(encodeValue({ rid: 1, cmd: 'get' })), { cmd: 'get', rid: 1 });
    assert.deepEqual(readRequestHead(encodeValue({ cmd: 'get' })), { cmd: 'get', rid: undefined });
  });

  it('is found behind a count of 16 bits', () => {
    const payload = encodeValue({ cmd: 'get', database: 'shop', rid: 70_000 });
    const wide = (count: number) => Buffer.concat([Buffer.of(0xde, 0, count), payload.subarray(1)]);
    assert.deepEqual(readRequestHead(wide(3)), { cmd: 'get', rid: 70_000 });
    assert.equal(readRequestHead(wide(4)), undefined);
    assert.equal(readRequestHead(Buffer.of(0xde, 0)), undefined);
  });

  it('is left to the whole decoding when it is not usual', () => {
    const odd = [
      {},
      { rid: 1 },
      { cmd: 5 },
      { cmd: 'get', rid: null },
      { cmd: 'get', rid: 1.5 },
      { cmd: 'cancel', rid: 1 },
    ];
    for (const one of odd) assert.equal(readRequestHead(encodeValue(one as Value)), undefined);
    const twice = Buffer.concat([
      Buffer.of(0x82),
      ...[1, 2].map(() => Buffer.from([0xa3, 0x63, 0x6d, 0x64, 0xa1, 0x61])),
    ]);
    assert.equal(readRequestHead(twice), undefined);
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`m${i}`, i]));
    assert.equal(readRequestHead(encodeValue({ cmd: 'get', ...many })), undefined);
  });

  it('is what the whole decoding finds, for every request', () => {
    fc.assert(
      fc.property(message, (one) => {
        const payload = encodeValue(one);
        const head = readRequestHead(payload);
        const whole = decodedHead(payload);
        if (head !== undefined && whole !== undefined) assert.deepEqual(head, whole);
      }),
    );
  });

  it('reads nothing beyond the end and never throws, whatever the bytes', () => {
    const damaged = fc.tuple(message, fc.nat(), fc.nat(255), fc.nat()).map(([one, at, byte, length]) => {
      const payload = Buffer.from(encodeValue(one));
      payload[at % payload.length] = byte;
      return payload.subarray(0, 1 + (length % payload.length));
    });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 40 })), (payload) => {
        // The same bytes at the end of their memory and with others behind them.
        const longer = Buffer.concat([payload, Buffer.alloc(64, 0xa1)]).subarray(0, payload.length);
        const head = readRequestHead(Buffer.from(payload));
        assert.deepEqual(readRequestHead(longer), head);
        const whole = decodedHead(payload);
        if (head !== undefined && whole !== undefined) assert.deepEqual(head, whole);
      }),
      { numRuns: 2_000 },
    );
  });
});
