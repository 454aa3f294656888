import { crc32 } from 'node:zlib';
import { COVERED_FROM, HEADER_BYTES } from './commit-record.ts';

/**
 * Records up to this size are looked at. A torn record passes for one with a flipped bit once in 2³² ÷ its bits: with a
 * mebibyte of them once in four thousand times that the power fails in the middle of one.
 */
const EXAMINED_MAX_BYTES = 128 * 1024;
const POLYNOMIAL = 0xedb88320;

/** What a checksum becomes by one more byte, by the lowest byte of what it was. */
const STEPS: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let step = byte;
  for (let bit = 0; bit < 8; bit++) step = (step >>> 1) ^ ((step & 1) * POLYNOMIAL);
  return step;
});

/**
 * Whether what stands at `start` is a record but for one bit: it was whole once, and is not the remains of a write that
 * was never finished.
 */
export function hasFlippedBit(bytes: Buffer, start: number): boolean {
  if (start + HEADER_BYTES > bytes.length) return false;
  const length = bytes.readUInt32LE(start);
  return hasFlippedBitBehindLength(bytes, start, length) || hasFlippedLength(bytes, start, length);
}

/** The difference that a bit makes to a checksum depends only on how many bytes follow it. */
function hasFlippedBitBehindLength(bytes: Buffer, start: number, length: number): boolean {
  const end = start + HEADER_BYTES + length;
  if (length === 0 || length > EXAMINED_MAX_BYTES || end > bytes.length) return false;
  const difference = (crc32(bytes.subarray(start + COVERED_FROM, end)) ^ bytes.readUInt32LE(start + 4)) >>> 0;
  if (difference !== 0 && (difference & (difference - 1)) === 0) return true; // in the checksum itself
  for (let bit = 0; bit < 8; bit++) {
    let made = STEPS[1 << bit];
    for (let at = end - 1; at >= start + COVERED_FROM; at--) {
      if (made === difference) return true;
      made = ((made >>> 8) ^ STEPS[made & 0xff]) >>> 0;
    }
  }
  return false;
}

function hasFlippedLength(bytes: Buffer, start: number, length: number): boolean {
  const stored = bytes.readUInt32LE(start + 4);
  for (let bit = 0; bit < 32; bit++) {
    const meant = (length ^ (1 << bit)) >>> 0;
    const end = start + HEADER_BYTES + meant;
    if (meant === 0 || meant > EXAMINED_MAX_BYTES || end > bytes.length) continue;
    if (crc32(bytes.subarray(start + COVERED_FROM, end)) === stored) return true;
  }
  return false;
}
