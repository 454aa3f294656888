import { mkdirSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { CairnError } from '@cairn/protocol/internal';
import type { StorageOptions } from '../options.ts';
import { type CommitRecord, readCommitRecord } from './commit-record.ts';
import { LogRecovery, type SealedSegment } from './log-recovery.ts';
import { damagedLog, readSegment, SEGMENT_HEADER_BYTES } from './segment.ts';
import { type OpenSegment, PreparedSegment } from './segment-file.ts';

/** The first segment of a database is small, because many databases stay small. */
const FIRST_SEGMENT_BYTES = 256 * 1024;
/** A segment at most, unless one record is larger: what a start may have to read, and the grain in which the log goes. */
const SEGMENT_MAX_BYTES = 16 * 1024 * 1024;
/** The next segment is prepared when this share of the present one is used. */
const PREPARE_AT = 0.5;
/** A reader that begins in the middle of the open segment reads at most this much before its place. */
const MARK_EVERY_BYTES = 64 * 1024;

/** A relaxed commit is on disk after this time, and what a flush takes: that much may be lost with a crash. */
export const RELAXED_DELAY_MS = 10;
/** Relaxed commits wait when this much is not yet on disk: it bounds memory, and what a crash takes. */
const RELAXED_MAX_BYTES = 4 * 1024 * 1024;

interface Mark {
  readonly lsn: number;
  readonly offset: number;
}

/** Keeps the log from `lsn` on, for somebody who follows it. */
export interface LogHold {
  /** The first LSN that is still needed; moves forward as the follower does. */
  lsn: number;
  release(): void;
}

/** The change log of one database: segments on disk, appended to by commits, read by followers. */
export class ChangeLog {
  readonly #folder: string;
  readonly #options: StorageOptions;
  readonly #sealed: SealedSegment[];
  readonly #holds = new Set<LogHold>();
  #open: OpenSegment | undefined;
  #marks: Mark[] = [];
  #prepared: Promise<PreparedSegment> | undefined;
  #nextSegmentBytes: number;
  #durableLsn: number;
  /** Records of relaxed commits that are still to be written. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #waitingFirstLsn = 0;
  #waitingLastLsn = 0;
  #flushing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(folder: string, sealed: SealedSegment[], durableLsn: number, options: StorageOptions) {
    this.#folder = folder;
    this.#sealed = sealed;
    this.#durableLsn = durableLsn;
    this.#options = options;
    const largest = Math.max(0, ...sealed.map((segment) => segment.bytes));
    this.#nextSegmentBytes = Math.min(Math.max(FIRST_SEGMENT_BYTES, 2 * largest), SEGMENT_MAX_BYTES);
  }

  /**
   * Opens the log of a folder, or begins one there.
   * @param storedLsn the LSN of what LMDB holds
   * @returns the log, and the records behind `storedLsn`: to be done again
   * @throws CairnError `corruption` when a record is damaged that was once on disk whole
   */
  static open(folder: string, storedLsn: number, options: StorageOptions): { log: ChangeLog; behind: CommitRecord[] } {
    mkdirSync(folder, { recursive: true });
    const recovery = new LogRecovery(folder, storedLsn);
    recovery.run();
    return { log: new ChangeLog(folder, recovery.sealed, recovery.lastLsn, options), behind: recovery.behind };
  }

  /** The newest LSN that is on disk here. */
  get durableLsn(): number {
    return this.#durableLsn;
  }

  /** The oldest LSN that can be read; one more than the newest in a log that has none. */
  get oldestLsn(): number {
    return this.#sealed[0]?.firstLsn ?? this.#open?.firstLsn ?? this.#durableLsn + 1;
  }

  /** Bytes of all segments. */
  get bytes(): number {
    return this.#sealed.reduce((sum, segment) => sum + segment.bytes, this.#open?.end ?? 0);
  }

  /**
   * Appends the records of one commit group; resolves when they are on disk. One call at a time.
   * @throws CairnError `storage_full`: nothing is written and later appends may succeed; `read_only`: nobody knows
   */
  async append(bytes: Buffer, length: number, firstLsn: number, lastLsn: number): Promise<void> {
    await this.flush();
    await this.#write(bytes, length, firstLsn, lastLsn);
  }

  /**
   * Takes records in and writes them within `RELAXED_DELAY_MS`, together with what else comes until then.
   * @param onFailure told when they do not reach the disk
   * @returns a promise when so much waits that the caller had better wait too
   */
  appendSoon(
    bytes: Buffer,
    { firstLsn, lastLsn }: { firstLsn: number; lastLsn: number },
    onFailure: (error: unknown) => void,
  ): Promise<void> | undefined {
    if (this.#waiting.length === 0) this.#waitingFirstLsn = firstLsn;
    this.#waiting.push(Buffer.from(bytes));
    this.#waitingBytes += bytes.length;
    this.#waitingLastLsn = lastLsn;
    if (this.#waitingBytes > RELAXED_MAX_BYTES) return this.flush().catch(onFailure);
    this.#timer ??= setTimeout(() => void this.flush().catch(onFailure), RELAXED_DELAY_MS);
    return undefined;
  }

  /** Resolves when everything that was taken in is on disk. @throws CairnError as `append` does */
  async flush(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    if (this.#waiting.length === 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const bytes = Buffer.concat(this.#waiting);
    const [firstLsn, lastLsn] = [this.#waitingFirstLsn, this.#waitingLastLsn];
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#flushing = this.#write(bytes, bytes.length, firstLsn, lastLsn).finally(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
  }

  async #write(bytes: Buffer, length: number, firstLsn: number, lastLsn: number): Promise<void> {
    if (!this.#open?.hasRoomFor(length)) await this.#beginSegment(firstLsn, length);
    const segment = this.#open!;
    const offset = segment.end;
    const startedMs = performance.now();
    await segment.append(bytes, length);
    this.#options.meter?.flushed(length, performance.now() - startedMs);
    this.#durableLsn = lastLsn;
    if (offset - (this.#marks.at(-1)?.offset ?? 0) >= MARK_EVERY_BYTES) this.#marks.push({ lsn: firstLsn, offset });
    if (segment.end > segment.sizeBytes * PREPARE_AT) this.#prepare();
  }

  /**
   * The commits from `fromLsn` on, in order, up to the newest one at the time of the call.
   * @throws CairnError `not_found` when the log does not reach back that far
   */
  async *read(fromLsn: number): AsyncGenerator<CommitRecord> {
    if (fromLsn < this.oldestLsn) throw logEnded(fromLsn, this.oldestLsn);
    const lastLsn = this.#durableLsn;
    for (let lsn = fromLsn; lsn <= lastLsn; ) {
      const wanted = lsn;
      const { bytes, firstLsn, path } = await this.#bytesFrom(lsn);
      const { records } = readSegment(bytes, firstLsn);
      for (const place of records) {
        if (place.lsn < lsn || place.lsn > lastLsn) continue;
        yield readCommitRecord(bytes, place);
        lsn = place.lsn + 1;
      }
      if (lsn === wanted) throw damagedLog(path, `it ends before LSN ${lsn}`);
    }
  }

  /** Keeps everything from `lsn` on until the hold is released. */
  hold(lsn: number): LogHold {
    const hold: LogHold = { lsn, release: () => this.#holds.delete(hold) };
    this.#holds.add(hold);
    return hold;
  }

  /** Removes the segments that nobody needs any more. */
  async prune(storedLsn: number, nowMs: number): Promise<void> {
    const neededLsn = Math.min(storedLsn + 1, ...[...this.#holds].map((hold) => hold.lsn));
    let newer = this.bytes;
    while (this.#sealed.length > 0) {
      const [oldest] = this.#sealed;
      newer -= oldest.bytes;
      const nextLsn = this.#sealed[1]?.firstLsn ?? this.#open?.firstLsn ?? this.#durableLsn + 1;
      const { logRetentionMs, logRetentionMaxBytes } = this.#options;
      const isOld = nowMs - oldest.sealedMs > logRetentionMs || newer > logRetentionMaxBytes;
      if (!isOld || nextLsn > neededLsn) return;
      this.#sealed.shift();
      await rm(oldest.path, { force: true });
    }
  }

  /** Writes what waits and closes the files. */
  async close(): Promise<void> {
    await this.flush().catch(() => {}); // whoever appended it has been told
    clearTimeout(this.#timer);
    const prepared = await this.#prepared?.catch(() => undefined);
    this.#prepared = undefined;
    await prepared?.close();
    await this.#seal();
  }

  async #beginSegment(firstLsn: number, length: number): Promise<void> {
    await this.#seal();
    this.#prepare(Math.min(SEGMENT_HEADER_BYTES + length, SEGMENT_MAX_BYTES));
    const prepared = this.#prepared!;
    this.#prepared = undefined;
    this.#open = await (await prepared).begin(firstLsn);
    this.#marks = [];
  }

  #prepare(leastBytes = FIRST_SEGMENT_BYTES): void {
    if (this.#prepared !== undefined) return;
    const wantedBytes = Math.max(this.#nextSegmentBytes, leastBytes);
    this.#nextSegmentBytes = Math.min(this.#nextSegmentBytes * 2, SEGMENT_MAX_BYTES);
    const prepared = PreparedSegment.make(this.#folder, { wantedBytes, leastBytes });
    this.#prepared = prepared;
    // A segment that could not be made ahead is tried again by the commit that needs it: there may be room by then.
    prepared.catch((error: CairnError) => {
      if (this.#prepared === prepared && error.code === 'storage_full') this.#prepared = undefined;
    });
  }

  async #seal(): Promise<void> {
    const segment = this.#open;
    if (segment === undefined) return;
    this.#open = undefined;
    const { firstLsn, path, end } = segment;
    if (end > SEGMENT_HEADER_BYTES) this.#sealed.push({ firstLsn, path, bytes: end, sealedMs: this.#options.nowMs() });
    await segment.seal();
    if (end === SEGMENT_HEADER_BYTES) await rm(path, { force: true });
  }

  /** The bytes of the segment with `lsn`, from a place at or before that record. */
  async #bytesFrom(lsn: number): Promise<{ bytes: Buffer; firstLsn: number; path: string }> {
    const open = this.#open;
    if (open !== undefined && lsn >= open.firstLsn) {
      const mark = this.#marks.findLast((one) => one.lsn <= lsn);
      const from = mark?.offset ?? SEGMENT_HEADER_BYTES;
      const bytes = await readPart(open.path, from, open.end);
      return { bytes, firstLsn: mark?.lsn ?? open.firstLsn, path: open.path };
    }
    const sealed = this.#sealed.findLast((segment) => segment.firstLsn <= lsn);
    if (sealed === undefined) throw logEnded(lsn, this.oldestLsn);
    const bytes = await readPart(sealed.path, SEGMENT_HEADER_BYTES, sealed.bytes);
    return { bytes, firstLsn: sealed.firstLsn, path: sealed.path };
  }
}

/** Bytes [from, to) of a file, behind as many zeros as a segment's header has: offsets are those of a segment. */
async function readPart(path: string, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES + to - from);
  const file = await open(path, 'r');
  try {
    await file.read(bytes, SEGMENT_HEADER_BYTES, to - from, from);
  } finally {
    await file.close();
  }
  return bytes;
}

function logEnded(lsn: number, oldestLsn: number): CairnError {
  return new CairnError('not_found', `The change log begins at LSN ${oldestLsn}: ${lsn} is no longer kept`, {
    details: { lsn, oldest: oldestLsn },
  });
}
