import { isDocumentChange } from './change.ts';
import type { CommitRecord } from './commit-record.ts';

/** Runs of logged commits that can be done again in one transaction: a change of the catalogue stands alone. */
export function* replayableRuns(records: readonly CommitRecord[]): Generator<CommitRecord[]> {
  let run: CommitRecord[] = [];
  for (const record of records) {
    if (record.changes.every(isDocumentChange)) {
      run.push(record);
      continue;
    }
    if (run.length > 0) yield run;
    run = [];
    yield [record];
  }
  if (run.length > 0) yield run;
}
