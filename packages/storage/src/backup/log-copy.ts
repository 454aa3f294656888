import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { ByteWriter } from '@cairn/protocol/internal';
import { type CommitRecord, writeCommitRecord } from '../log/commit-record.ts';
import { segmentHeader, segmentName } from '../log/segment.ts';

/** Bytes of records after which a copy begins a new segment: it is written and later read as a whole. */
const SEGMENT_BYTES = 8 * 1024 * 1024;

export interface CopiedLog {
  /** Relative to the folder, in order. */
  readonly names: readonly string[];
  readonly last: CommitRecord | undefined;
}

/** Writes commits as segments into `log` of a folder. */
export async function copyLog(commits: AsyncIterable<CommitRecord>, folder: string): Promise<CopiedLog> {
  const names: string[] = [];
  const writer = new ByteWriter();
  let firstLsn = 0;
  let last: CommitRecord | undefined;
  await mkdir(join(folder, 'log'), { recursive: true });
  const end = async (): Promise<void> => {
    if (writer.position === 0) return;
    const name = `log/${segmentName(firstLsn)}`;
    await writeSegment(join(folder, name), firstLsn, writer);
    names.push(name);
    writer.reset();
  };
  for await (const commit of commits) {
    if (writer.position === 0) firstLsn = commit.lsn;
    writeCommitRecord(writer, commit);
    last = commit;
    if (writer.position >= SEGMENT_BYTES) await end();
  }
  await end();
  return { names, last };
}

async function writeSegment(path: string, firstLsn: number, records: ByteWriter): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.write(segmentHeader(firstLsn));
    await file.write(records.bytes, 0, records.position);
    await file.datasync();
  } finally {
    await file.close();
  }
}
