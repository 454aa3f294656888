import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ByteWriter, CairnError } from '@cairn/protocol/internal';
import { DEFAULT_STORAGE_OPTIONS, type StorageOptions } from '../options.ts';
import { ChangeLog } from './change-log.ts';
import { writeCommitRecord } from './commit-record.ts';

describe('the change log', () => {
  let folder: string;
  let log: ChangeLog;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-log-'));
    ({ log } = ChangeLog.open(folder, 0, DEFAULT_STORAGE_OPTIONS));
  });
  afterEach(async () => {
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Appends commits, one group for each inner list of body sizes. */
  async function append(...groups: number[][]): Promise<void> {
    for (const sizes of groups) {
      const writer = new ByteWriter();
      const durableLsn = log.durableLsn;
      for (const [index, size] of sizes.entries()) {
        const lsn = durableLsn + 1 + index;
        const value = new Uint8Array(size).fill(lsn);
        const change = { kind: 'put', collection: 'c', key: `k${lsn}`, value, before: undefined } as const;
        writeCommitRecord(writer, { lsn, durableLsn, timeMs: lsn, user: null, changes: [change] });
      }
      await log.append(writer.bytes, writer.position, durableLsn + 1, durableLsn + sizes.length);
    }
  }

  async function lsnsFrom(lsn: number): Promise<number[]> {
    const found: number[] = [];
    for await (const record of log.read(lsn)) {
      found.push(record.lsn);
      const [change] = record.changes;
      assert.ok(change.kind === 'put' && change.key === `k${record.lsn}`);
    }
    return found;
  }

  async function reopen(storedLsn: number, options: StorageOptions = DEFAULT_STORAGE_OPTIONS): Promise<number[]> {
    await log.close();
    const opened = ChangeLog.open(folder, storedLsn, options);
    log = opened.log;
    return opened.behind.map((record) => record.lsn);
  }

  const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
  const segments = (): string[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .sort();

  it('gives back what was appended, from any place, across segments and openings', async () => {
    await append([10, 20], [300_000], [5], [200_000, 7], [600_000], [1]);
    assert.ok(segments().length >= 3);
    for (const lsn of range(1, 8)) assert.deepEqual(await lsnsFrom(lsn), range(lsn, 8));
    assert.deepEqual(await lsnsFrom(9), []);
    assert.deepEqual(await reopen(3), range(4, 8));
    await append([10], [10]);
    assert.deepEqual(await lsnsFrom(1), range(1, 10));
    assert.deepEqual(await reopen(10), []);
  });

  it('finds its place in a long open segment without reading it from the beginning', async () => {
    for (let group = 0; group < 40; group++) await append(Array.from({ length: 50 }, () => 100));
    assert.deepEqual(await lsnsFrom(1_977), range(1_977, 2_000));
    assert.deepEqual(await lsnsFrom(1), range(1, 2_000));
  });

  it('ends before a group that was torn, wherever it was torn, and goes on from there', async () => {
    await append([10], [20]);
    const [name] = segments();
    const path = join(folder, name);
    const before = readFileSync(path);
    await append([30, 40]);
    const after = readFileSync(path);
    const changed = range(0, before.length - 1).filter((at) => before[at] !== after[at]);
    const [first, last] = [changed[0], changed.at(-1)!];
    const middle = (first + last) >> 1;
    const halves: [from: number, to: number][] = [
      [first, middle],
      [middle, last + 1],
      [first, first + 4],
      [last - 3, last + 1],
    ];
    for (const [from, to] of halves) {
      const torn = Buffer.from(after);
      before.copy(torn, from, from, to); // these bytes never reached the disk
      await log.close();
      for (const other of segments()) rmSync(join(folder, other));
      writeFileSync(path, torn);
      const opened = ChangeLog.open(folder, 0, DEFAULT_STORAGE_OPTIONS);
      log = opened.log;
      const kept = opened.behind.map((record) => record.lsn);
      assert.deepEqual(kept, range(1, kept.length));
      assert.ok(kept.length === 2 || kept.length === 3, `${kept.length} records`);
      await append([11], [12]);
      assert.deepEqual(await lsnsFrom(1), range(1, kept.length + 2));
    }
  });

  it('is corruption, not an end, when a record was whole once: a later one knows that it was on disk', async () => {
    await append([10], [20], [30]);
    await log.close();
    const path = join(folder, segments()[0]);
    const whole = readFileSync(path);
    for (let at = 20; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] ^= 0x04;
      writeFileSync(path, damaged);
      let behind = 0;
      try {
        const opened = ChangeLog.open(folder, 0, DEFAULT_STORAGE_OPTIONS);
        behind = opened.behind.length;
        await opened.log.close();
      } catch (error) {
        assert.ok(error instanceof CairnError && error.code === 'corruption', String(error));
        continue;
      }
      assert.equal(behind, 2, `byte ${at}: only the last record may pass for one that was never finished`);
    }
  });

  it('opens with a damaged past that nothing depends on, and says so to whoever reads it', async () => {
    await append([10], [20], [30]);
    await log.close();
    const path = join(folder, segments()[0]);
    const damaged = readFileSync(path);
    damaged[60] ^= 1;
    writeFileSync(path, damaged);
    assert.deepEqual(await reopen(3), []);
    await append([10]);
    assert.deepEqual(await lsnsFrom(4), [4]);
    await assert.rejects(lsnsFrom(1), (error: CairnError) => error.code === 'corruption');
    damaged[60] ^= 1;
    damaged[damaged.length - 5] ^= 1; // the last of the three records: what is before it can be read, and then it is said
    writeFileSync(path, damaged);
    await assert.rejects(lsnsFrom(1), (error: CairnError) => error.code === 'corruption');
    assert.deepEqual(await lsnsFrom(4), [4]);
  });

  it('forgets what is stored, old or too much, and not held; and says from where it can be read', async () => {
    const options = { ...DEFAULT_STORAGE_OPTIONS, logRetentionMs: 1_000_000, logRetentionMaxBytes: 1_000_000 };
    await reopen(0, options);
    await append([300_000], [300_000], [300_000, 10], [900_000]);
    await log.prune(0, Date.now());
    assert.equal(log.oldestLsn, 1, 'LMDB has nothing yet');
    const hold = log.hold(2);
    await log.prune(5, Date.now());
    assert.equal(log.oldestLsn, 2, 'a follower needs it');
    hold.release();
    await log.prune(5, Date.now());
    assert.equal(log.oldestLsn, 3, 'more than a million bytes are newer');
    await log.prune(5, Date.now() + 2_000_000);
    assert.equal(log.oldestLsn, 5, 'too old');
    await assert.rejects(
      lsnsFrom(1),
      (error: CairnError) => error.code === 'not_found' && error.details.oldest === log.oldestLsn,
    );
  });
});
