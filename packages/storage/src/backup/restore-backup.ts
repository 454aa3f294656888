import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CairnError } from '@cairn/protocol/internal';
import { ENVIRONMENT_FILE } from '../database/database-folder.ts';
import { type CommitRecord, readCommitRecord } from '../log/commit-record.ts';
import { assertSegmentHeader, damagedLog, firstLsnOfName, readSegment } from '../log/segment.ts';
import { type BackupManifest, readManifest, verifyFiles } from './manifest.ts';

/** Up to where a restore goes: the newest state of the backups when neither is there. */
export interface RestoreTarget {
  readonly lsn?: number;
  /** The last commit at or before this moment, milliseconds since 1970. */
  readonly timeMs?: number;
}

/** A database that commits are done again on. */
export interface RestoredDatabase {
  readonly lsn: number;
  redo(commits: readonly CommitRecord[]): Promise<void>;
}

/** Bytes of records that are done again together: enough for full blocks, few enough for memory. */
const REDO_BYTES = 4 * 1024 * 1024;

/** A full backup with those that go on from it, verified. */
export class BackupChain {
  readonly #folders: readonly string[];
  readonly #manifests: readonly BackupManifest[];

  private constructor(folders: readonly string[], manifests: readonly BackupManifest[]) {
    this.#folders = folders;
    this.#manifests = manifests;
  }

  /** @throws CairnError `invalid_argument` when the folders do not go on from one another, `corruption` when a file has changed */
  static async open(folders: readonly string[]): Promise<BackupChain> {
    if (folders.length === 0) throw new CairnError('invalid_argument', 'a restore needs at least one backup');
    const manifests = await Promise.all(folders.map(readManifest));
    for (const [index, manifest] of manifests.entries()) {
      const before = manifests[index - 1];
      const isFull = manifest.kind === 'full';
      if (isFull !== (index === 0))
        throw misplaced(folders[index], isFull ? 'is a full backup' : 'needs a full backup before it');
      if (before !== undefined && (manifest.stored_lsn > before.lsn || manifest.database !== before.database)) {
        throw misplaced(
          folders[index],
          `goes on from LSN ${manifest.stored_lsn} of '${manifest.database}', not from LSN ${before.lsn} of '${before.database}'`,
        );
      }
      await verifyFiles(folders[index], manifest);
    }
    return new BackupChain(folders, manifests);
  }

  /** The name of the database that was backed up. */
  get database(): string {
    return this.#manifests[0].database;
  }

  /** The LSN of the newest state that can be restored. */
  get lsn(): number {
    return Math.max(...this.#manifests.map((manifest) => manifest.lsn));
  }

  /** When the oldest state that can be restored was made, null when no file says so. */
  get #oldestTime(): string | null {
    const [{ stored_time: told, stored_lsn: stored, lsn, time }] = this.#manifests;
    return told ?? (lsn === stored ? time : null);
  }

  /** @throws CairnError `invalid_argument` for a target that these backups do not reach */
  assertReaches({ lsn, timeMs }: RestoreTarget): void {
    const [{ stored_lsn: oldest }] = this.#manifests;
    const oldestTime = this.#oldestTime;
    if (timeMs !== undefined && oldestTime !== null && timeMs < Date.parse(oldestTime)) {
      const moment = new Date(timeMs).toISOString();
      const message = `these backups reach back to ${oldestTime}, not to ${moment}`;
      throw new CairnError('invalid_argument', message, { details: { oldest: oldestTime, time: moment } });
    }
    if (lsn === undefined || (lsn >= oldest && lsn <= this.lsn)) return;
    const message = `these backups reach from LSN ${oldest} to ${this.lsn}, not to ${lsn}`;
    throw new CairnError('invalid_argument', message, { details: { oldest, newest: this.lsn, lsn } });
  }

  /** Puts the full backup's environment where a database begins. */
  async copyEnvironment(folder: string): Promise<void> {
    await copyFile(join(this.#folders[0], ENVIRONMENT_FILE), join(folder, ENVIRONMENT_FILE));
  }

  /** Does the commits again that the environment does not have, up to the target; answers the LSN that it came to. */
  async redo(database: RestoredDatabase, target: RestoreTarget): Promise<number> {
    for await (const commits of this.#commitsBehind(database.lsn, target)) await database.redo(commits);
    return database.lsn;
  }

  async *#commitsBehind(lsn: number, target: RestoreTarget): AsyncGenerator<CommitRecord[]> {
    let next = lsn + 1;
    for (const path of this.#segments()) {
      const bytes = await readFile(path);
      const firstLsn = firstLsnOfName(path.slice(-SEGMENT_NAME_LENGTH))!;
      assertSegmentHeader(bytes, firstLsn, path);
      const { records, end } = readSegment(bytes, firstLsn);
      if (end !== bytes.length || firstLsn > next) throw damagedLog(path, `it does not go on at LSN ${next}`);
      let part: CommitRecord[] = [];
      let from = 0;
      for (const place of records) {
        if (place.lsn < next) continue;
        const isBehind = target.timeMs !== undefined && place.timeMs > target.timeMs;
        if (isBehind || (target.lsn !== undefined && place.lsn > target.lsn)) {
          if (part.length > 0) yield part;
          return;
        }
        if (part.length === 0) from = place.start;
        part.push(readCommitRecord(bytes, place));
        next = place.lsn + 1;
        if (place.end - from < REDO_BYTES) continue;
        yield part;
        part = [];
      }
      if (part.length > 0) yield part;
    }
  }

  #segments(): string[] {
    return this.#manifests.flatMap(({ files }, index) =>
      files
        .filter(({ name }) => name !== ENVIRONMENT_FILE)
        .map(({ name }) => join(this.#folders[index], name))
        .sort(),
    );
  }
}

/** `0000000000000001.log` */
const SEGMENT_NAME_LENGTH = 20;

function misplaced(folder: string, reason: string): CairnError {
  return new CairnError('invalid_argument', `the backup '${folder}' ${reason}`, { details: { folder } });
}
