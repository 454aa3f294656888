import { closeSync, fsyncSync, ftruncateSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CommitRecord, readCommitRecord } from './commit-record.ts';
import {
  assertSegmentHeader,
  damagedLog,
  firstLsnOfName,
  readSegment,
  type SegmentContent,
  segmentName,
} from './segment.ts';
import { PREPARED_NAME } from './segment-file.ts';

/** A segment that is full, or that an earlier process has left. */
export interface SealedSegment {
  readonly firstLsn: number;
  readonly path: string;
  readonly bytes: number;
  /** When its last record was written or earlier, milliseconds since 1970. */
  readonly sealedMs: number;
}

/** Finds out at opening what the log holds, and leaves only sound segments. */
export class LogRecovery {
  readonly #folder: string;
  readonly #storedLsn: number;
  readonly sealed: SealedSegment[] = [];
  readonly behind: CommitRecord[] = [];
  lastLsn: number;

  constructor(folder: string, storedLsn: number) {
    this.#folder = folder;
    this.#storedLsn = storedLsn;
    this.lastLsn = storedLsn;
  }

  run(): void {
    rmSync(join(this.#folder, PREPARED_NAME), { force: true });
    const found = readdirSync(this.#folder)
      .map(firstLsnOfName)
      .filter((lsn) => lsn !== undefined)
      .sort((a, b) => a - b);
    for (const [index, firstLsn] of found.entries()) {
      const next = found[index + 1];
      if (next !== undefined && next <= this.#storedLsn + 1) this.#keep(firstLsn);
      else this.#recover(firstLsn, next);
    }
  }

  /** A segment that LMDB has all of: nobody looks into it before somebody reads the log. */
  #keep(firstLsn: number): void {
    const path = join(this.#folder, segmentName(firstLsn));
    const { size, mtimeMs } = statSync(path);
    this.sealed.push({ firstLsn, path, bytes: size, sealedMs: mtimeMs });
  }

  #recover(firstLsn: number, nextFirstLsn = Number.POSITIVE_INFINITY): void {
    const path = join(this.#folder, segmentName(firstLsn));
    const bytes = readFileSync(path);
    assertSegmentHeader(bytes, firstLsn, path);
    const content = readSegment(bytes, firstLsn);
    const lastLsn = firstLsn + content.records.length - 1;
    const isDamaged = isBroken(content, lastLsn, nextFirstLsn);
    if (isDamaged || lastLsn < this.#storedLsn) {
      const needed = content.stragglers.some((record) => record.lsn > this.#storedLsn);
      if (lastLsn >= this.#storedLsn || needed) {
        throw damagedLog(path, `the record behind LSN ${lastLsn} is not what was written`);
      }
      this.#keep(firstLsn); // whoever reads it is told
      return;
    }
    if (firstLsn > this.lastLsn + 1) throw damagedLog(path, `LSN ${this.lastLsn + 1} is missing before it`);
    for (const place of content.records) {
      if (place.lsn > this.#storedLsn) this.behind.push(readCommitRecord(bytes, place));
    }
    this.lastLsn = lastLsn;
    if (content.records.length === 0) {
      rmSync(path);
      return;
    }
    cut(path, content.end, bytes.length);
    this.sealed.push({ firstLsn, path, bytes: content.end, sealedMs: statSync(path).mtimeMs });
  }
}

/** A record was damaged, not torn, when it lacks one bit, or something later says that it was on disk. */
function isBroken(content: SegmentContent, lastLsn: number, nextFirstLsn: number): boolean {
  const isFollowed = nextFirstLsn !== Number.POSITIVE_INFINITY && nextFirstLsn !== lastLsn + 1;
  return isFollowed || content.hasFlippedBit || content.stragglers.some((record) => record.durableLsn > lastLsn);
}

function cut(path: string, end: number, present: number): void {
  if (end === present) return;
  const file = openSync(path, 'r+');
  ftruncateSync(file, end);
  fsyncSync(file);
  closeSync(file);
}
