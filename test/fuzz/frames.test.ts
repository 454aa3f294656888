import assert from 'node:assert/strict';
import {
  CairnError,
  decodeRequest,
  FrameReader,
  FrameTooLarge,
  MessageTooLargeError,
  parseRequest,
} from '@cairn/protocol/internal';
import { keptBytes } from '../harness/kept-bytes.ts';
import { SeededRandom } from '../harness/seeded-random.ts';
import { mutated } from './mutation.ts';
import { sampleFrames } from './sample-frames.ts';

const FRAMES = Number(process.env.CAIRN_FUZZ_FRAMES ?? 200_000);
const GROWTH_LIMIT_BYTES = 64 * 1024 * 1024;

describe(`${FRAMES} damaged frames against the parser`, function () {
  this.timeout(300_000);
  const random = SeededRandom.fromEnvironment();

  it(`gives a request or a named error, and good frames between them are read (seed ${random.seed})`, () => {
    const frames = sampleFrames();
    const good = frames[2];
    let refused = 0;
    let read = 0;
    const before = keptBytes();
    for (let count = 0; count < FRAMES; count++) {
      const damaged = mutated(random.pick(frames), frames, random);
      for (const outcome of outcomes(damaged, random)) {
        if (outcome === undefined) read++;
        else if (outcome instanceof CairnError) refused++;
        else throw outcome;
      }
      if (count % 1000 === 0) assert.deepEqual(outcomes(good, random), [undefined], 'a good frame');
    }
    const growth = keptBytes() - before;
    assert.ok(refused > FRAMES / 10, `only ${refused} frames were refused: the mutations do no damage`);
    assert.ok(read > FRAMES / 100, `only ${read} frames were read: the mutations leave nothing whole`);
    assert.ok(growth < GROWTH_LIMIT_BYTES, `the parser keeps ${growth} bytes`);
  });

  it('takes no memory for what a header only announces', () => {
    const reader = new FrameReader();
    const before = process.memoryUsage();
    for (let connection = 0; connection < 1000; connection++) {
      const announcing = new FrameReader();
      announcing.push(Buffer.from([0x00, 0xff, 0xff, 0xff, 0x81]));
      assert.equal(announcing.next(), undefined);
    }
    reader.push(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    assert.ok(reader.next() instanceof FrameTooLarge);
    const after = process.memoryUsage();
    assert.ok(after.arrayBuffers - before.arrayBuffers < 16 * 1024 * 1024);
  });
});

/** What comes of each frame in these bytes, fed in pieces: undefined for a request, else what was thrown. */
function outcomes(bytes: Buffer, random: SeededRandom): unknown[] {
  const reader = new FrameReader();
  const found: unknown[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = random.below(3) === 0 ? 1 + random.below(16) : bytes.length;
    reader.push(Buffer.from(bytes.subarray(at, at + size)));
    at += size;
    for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
      found.push(frame instanceof FrameTooLarge ? tooLarge(frame) : outcomeOf(frame));
    }
  }
  return found;
}

function outcomeOf(payload: Uint8Array): unknown {
  try {
    parseRequest(decodeRequest(payload));
    return undefined;
  } catch (error) {
    return error;
  }
}

function tooLarge({ announcedBytes, limitBytes }: FrameTooLarge): CairnError {
  return new MessageTooLargeError('request', { sizeBytes: announcedBytes, limitBytes });
}
