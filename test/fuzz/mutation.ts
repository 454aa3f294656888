import type { SeededRandom } from '../harness/seeded-random.ts';

/** One damaged form of a frame: cut, spliced with another, lying about its length, nested too deep, or plain noise. */
export function mutated(frame: Buffer, others: readonly Buffer[], random: SeededRandom): Buffer {
  return random.pick(MUTATIONS)(Buffer.from(frame), others, random);
}

type Mutation = (frame: Buffer, others: readonly Buffer[], random: SeededRandom) => Buffer;

const HEADER_BYTES = 4;

const MUTATIONS: readonly Mutation[] = [
  function cut(frame, _, random) {
    return frame.subarray(0, random.below(frame.length));
  },
  function cutWithTrueLength(frame, _, random) {
    return framed(frame.subarray(HEADER_BYTES, HEADER_BYTES + random.below(frame.length - HEADER_BYTES)));
  },
  function splice(frame, others, random) {
    const other = random.pick(others);
    const head = frame.subarray(HEADER_BYTES, HEADER_BYTES + random.below(frame.length - HEADER_BYTES));
    return framed(Buffer.concat([head, other.subarray(random.below(other.length))]));
  },
  function lieAboutTheFrame(frame, _, random) {
    frame.writeUInt32BE(
      random.pick([0, 1, frame.length * 2, 0xffff, 16 * 1024 * 1024, 16 * 1024 * 1024 + 1, 0xffffffff]),
    );
    return frame;
  },
  function lieInside(frame, _, random) {
    // A header that announces far more than follows: arrays, maps, strings and binaries of four thousand million.
    const at = HEADER_BYTES + random.below(frame.length - HEADER_BYTES);
    const lie = Buffer.from([random.pick([0xdb, 0xdd, 0xdf, 0xc6, 0xc9]), 0xff, 0xff, 0xff, 0xff]);
    return framed(Buffer.concat([frame.subarray(HEADER_BYTES, at), lie, frame.subarray(at)]));
  },
  function nestDeep(frame, _, random) {
    const depth = random.pick([50, 101, 1000, 60_000]);
    const at = HEADER_BYTES + random.below(frame.length - HEADER_BYTES);
    return framed(Buffer.concat([frame.subarray(HEADER_BYTES, at), Buffer.alloc(depth, random.pick([0x91, 0x81]))]));
  },
  function flipBytes(frame, _, random) {
    for (let flips = 1 + random.below(8); flips > 0; flips--) {
      frame[HEADER_BYTES + random.below(frame.length - HEADER_BYTES)] = random.below(256);
    }
    return frame;
  },
  function noise(_frame, _, random) {
    return framed(Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256))));
  },
];

export function framed(payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(HEADER_BYTES + payload.length);
  frame.writeUInt32BE(payload.length);
  frame.set(payload, HEADER_BYTES);
  return frame;
}
