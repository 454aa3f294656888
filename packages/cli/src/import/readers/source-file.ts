import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../../command-error.ts';
import type { SourceIdentity } from '../resume/checkpoint.ts';

/** How much of a file tells it from others, in bytes. */
const BEGINNING_BYTES = 64 * 1024;
/** Bytes a read: large enough that reading costs nothing beside parsing. */
const CHUNK_BYTES = 256 * 1024;

/** What identifies a file for a later `--resume`. */
export function identifyFile(file: string): SourceIdentity {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (cause) {
    throw new UsageError(`cannot read ${file}: ${(cause as Error).message}`);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new UsageError(`${file} is no file`);
    const beginning = Buffer.alloc(Math.min(BEGINNING_BYTES, stats.size));
    const length = readSync(descriptor, beginning, 0, beginning.length, 0);
    const digest = createHash('sha256').update(beginning.subarray(0, length)).digest('hex');
    return { path: resolve(file), bytes: stats.size, beginning: digest };
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes of a file from `offset` on, or of standard input for `-`. */
export function openSource(file: string, offset: number, signal: AbortSignal): AsyncIterable<Uint8Array> {
  if (file === '-') {
    signal.addEventListener('abort', () => process.stdin.destroy(), { once: true });
    return process.stdin;
  }
  return createReadStream(file, { start: offset, highWaterMark: CHUNK_BYTES, signal });
}
