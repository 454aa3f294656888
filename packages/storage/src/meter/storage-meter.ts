import { DurationHistogram } from './duration-histogram.ts';

/** What the databases of a store have done since it was opened. Plain numbers: whoever wants them reads them. */
export class StorageMeter {
  /** Groups that were committed, and the commits in them: together with one flush each. */
  commitGroups = 0;
  commits = 0;
  lastGroupCommits = 0;
  /** Writes of the change log, until the disk had them. */
  readonly flushes = new DurationHistogram();
  flushedBytes = 0;
  /** Checkpoints that came to LMDB, with the time that each took. */
  readonly checkpoints = new DurationHistogram();
  checkpointBytes = 0;
  checkpointFailures = 0;

  committed(commits: number): void {
    this.commitGroups++;
    this.commits += commits;
    this.lastGroupCommits = commits;
  }

  flushed(bytes: number, tookMs: number): void {
    this.flushes.add(tookMs);
    this.flushedBytes += bytes;
  }

  checkpointed(bytes: number, tookMs: number): void {
    this.checkpoints.add(tookMs);
    this.checkpointBytes += bytes;
  }
}

/** How much of something there is at one moment, of one database or of all that are open. */
export interface StorageState {
  /** Commits that wait for their turn. */
  readonly queuedCommits: number;
  readonly logBytes: number;
  /** Bytes of changed blocks that no checkpoint has brought to LMDB yet. */
  readonly unwrittenBytes: number;
}
