import type { Client } from '@cairn/client';
import { CommandError, InterruptedError } from '../command-error.ts';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { isAlreadyThere } from '../connection/error-codes.ts';
import { withClient } from '../connection/open-client.ts';
import { identifyFile, openSource } from '../import/readers/source-file.ts';
import { Progress } from '../terminal/progress.ts';
import { formatCountOf, formatDuration } from '../terminal/quantities.ts';
import { readDump } from './dump-reader.ts';
import { Restoration } from './restoration.ts';

export interface RestoreCommandOptions extends ConnectionOptions {
  readonly intoExisting?: boolean;
  readonly resume?: boolean;
  readonly quiet?: boolean;
}

export interface RestoreJob extends RestoreCommandOptions {
  /** Path, or `-` for standard input. */
  readonly file: string;
  /** Absent means the name that the dump has. */
  readonly database?: string;
}

/** Makes a database from a dump and checks that it holds what the dump says. */
export async function runRestore(job: RestoreJob, signal: AbortSignal): Promise<void> {
  const total = job.file === '-' ? undefined : identifyFile(job.file).bytes;
  await withClient(job, async (client) => {
    const progress = new Progress(process.stderr);
    let restoration: Restoration | undefined;
    try {
      for await (const { line, offset, bytes } of readDump(openSource(job.file, 0, signal))) {
        signal.throwIfAborted();
        if (line.kind === 'header') restoration = await begin(client, job, line.database);
        else await restoration!.take(line, bytes);
        if (job.quiet) continue;
        progress.update({ done: offset, total, count: restoration!.totals.documents, noun: 'document' });
      }
      await restoration?.check();
    } catch (error) {
      if (restoration === undefined) throw error;
      // What was there before must not be taken for what this restore has made: a resumed one would add to it.
      if (job.intoExisting && isAlreadyThere(error)) throw error;
      const unfinished = `the database ${restoration.database} is not whole (--resume goes on)`;
      if (signal.aborted) throw new InterruptedError(`stopped: ${unfinished}`);
      throw new CommandError(`${(error as Error).message} — ${unfinished}`, undefined, { cause: error });
    } finally {
      progress.clear();
    }
    if (job.quiet) return;
    const { collections, documents } = restoration!.totals;
    const what = `${formatCountOf(collections, 'collection')}, ${formatCountOf(documents, 'document')}`;
    process.stderr.write(
      `${what} restored into ${restoration!.database} in ${formatDuration(progress.elapsedSeconds)}\n`,
    );
  });
}

async function begin(client: Client, job: RestoreJob, dumped: string): Promise<Restoration> {
  const database = job.database ?? dumped;
  try {
    await client.databases.create(database);
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
    if (!job.intoExisting && !job.resume) {
      throw new CommandError(`the database ${database} is there already: name another, or add --into-existing`);
    }
  }
  return new Restoration(client, database, { resume: job.resume });
}
