import { realpathSync, rmSync, statSync } from 'node:fs';
import type { Client } from '@cairn/client';
import { checkedColumns } from '@cairn/protocol/internal';
import { CommandError, InterruptedError, UsageError } from '../command-error.ts';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { isNotFound } from '../connection/error-codes.ts';
import { withClient } from '../connection/open-client.ts';
import { EXIT_CODES, type ExitCode } from '../exit-codes.ts';
import { failureText } from '../report-failure.ts';
import { Progress } from '../terminal/progress.ts';
import { formatCount, formatCountOf, formatDuration } from '../terminal/quantities.ts';
import type { DuplicateMode } from './delivery/delivery.ts';
import { classifyFailure } from './delivery/failure-class.ts';
import { ensureCollection, sendTo } from './delivery/import-target.ts';
import { ImportRun } from './import-run.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { identifyFile, openSource } from './readers/source-file.ts';
import { createReader, formatOfName, type SourceFormat } from './readers/source-format.ts';
import { assertSameImport, CheckpointFile, type CheckpointState } from './resume/checkpoint.ts';
import { KeySequence } from './resume/key-sequence.ts';
import { RejectsFile } from './resume/rejects.ts';

export interface ImportCommandOptions extends ConnectionOptions {
  readonly format?: SourceFormat;
  readonly create?: boolean;
  readonly type: string;
  readonly key?: string;
  readonly numbers?: readonly string[];
  readonly inferTypes?: boolean;
  readonly columns?: readonly string[];
  readonly delimiter?: string;
  readonly onDuplicate: DuplicateMode;
  readonly rejects?: string;
  readonly checkpoint?: string;
  readonly resume?: boolean;
  readonly batch?: number;
  readonly inFlight?: number;
  readonly quiet?: boolean;
}

export interface ImportJob extends ImportCommandOptions {
  /** Path, or `-` for standard input. */
  readonly file: string;
  readonly database: string;
  readonly collection: string;
}

/** Imports a file; answers `incomplete` when something was rejected. */
export async function runImport(job: ImportJob, signal: AbortSignal): Promise<ExitCode> {
  const format = job.format ?? formatOf(job.file);
  const checkpoint = job.file === '-' ? undefined : new CheckpointFile(job.checkpoint ?? `${job.file}.checkpoint`);
  const start = startOf(job, format, checkpoint);
  const rejectsPath = job.rejects ?? (job.file === '-' ? 'stdin.rejects.ndjson' : `${job.file}.rejects.ndjson`);
  // A file of an earlier import would be taken for this one's.
  makeRoomForRejects(rejectsPath, job.file, start);
  return withClient(job, async (client) => {
    if (job.create) await ensureCollection(client, job);
    return carry(client, job, { format, checkpoint, start, rejectsPath, signal });
  });
}

function formatOf(file: string): SourceFormat {
  if (file === '-') throw new UsageError('standard input has no name: add --format ndjson|json|csv|tsv');
  return formatOfName(file);
}

interface Journey {
  readonly format: SourceFormat;
  readonly checkpoint: CheckpointFile | undefined;
  readonly start: CheckpointState;
  readonly rejectsPath: string;
  readonly signal: AbortSignal;
}

async function carry(client: Client, job: ImportJob, journey: Journey): Promise<ExitCode> {
  const { format, checkpoint, start, signal } = journey;
  const rejects = new RejectsFile(journey.rejectsPath, start.rejects);
  const progress = new Progress(process.stderr);
  const total = job.file === '-' ? undefined : start.source.bytes;
  let touched = job.resume === true;
  const send = sendTo(client, job);
  const run = new ImportRun({
    reader: createReader(format, start, { delimiter: job.delimiter, inferTypes: job.inferTypes }),
    chunks: openSource(job.file, start.offset, signal),
    start,
    rejects,
    checkpoint,
    keyField: job.key,
    numberFields: job.numbers,
    delivery: {
      send: async (documents, mode) => {
        const stored = await send(documents, mode);
        touched = true;
        return stored;
      },
      classify: (error) => {
        const failure = classifyFailure(error);
        if (failure !== 'fatal') touched = true;
        return failure;
      },
      mode: job.onDuplicate,
      retryForMs: IMPORT_LIMITS.retryForMs,
      signal,
    },
    limits: {
      ...IMPORT_LIMITS,
      batchDocuments: job.batch ?? IMPORT_LIMITS.batchDocuments,
      batchesInFlight: job.inFlight ?? IMPORT_LIMITS.batchesInFlight,
    },
    onProgress: ({ offset, imported, rejects: { count } }) => {
      if (job.quiet) return;
      progress.update({ done: offset, total, count: imported, noun: 'document', rejected: count });
    },
  });
  try {
    await run.run();
    checkpoint?.remove();
  } catch (error) {
    // Where nothing can have been stored there is nothing to go on with.
    if (!touched) checkpoint?.remove();
    if (!touched && !job.create && isNotFound(error)) {
      throw new CommandError(`${failureText(error)}; add --create to make what is missing`, undefined, {
        cause: error,
      });
    }
    throw stoppedError(error, run.state, touched && checkpoint !== undefined, signal);
  } finally {
    progress.clear();
    rejects.close();
  }
  process.stderr.write(summary(run.state, start, progress.elapsedSeconds, journey.rejectsPath));
  return run.state.rejects.count > 0 ? EXIT_CODES.incomplete : EXIT_CODES.success;
}

function stoppedError(error: unknown, state: CheckpointState, resumable: boolean, signal: AbortSignal): Error {
  const stored = `${formatCountOf(state.imported, 'document')} stored`;
  const advice = resumable ? '; go on with --resume' : '';
  if (signal.aborted) return new InterruptedError(`stopped with ${stored}${advice}`);
  if (error instanceof UsageError) return error;
  return new CommandError(`${failureText(error)} — ${stored}${advice}`, undefined, { cause: error });
}

function summary(state: CheckpointState, start: CheckpointState, seconds: number, rejectsPath: string): string {
  const rate = formatCount((state.imported - start.imported) / Math.max(seconds, 0.001));
  const imported = `${formatCountOf(state.imported, 'document')} imported in ${formatDuration(seconds)} (${rate}/s)`;
  const { count } = state.rejects;
  return count === 0 ? `${imported}\n` : `${imported}, ${formatCount(count)} rejected: see ${rejectsPath}\n`;
}

/** Removes the rejects of an earlier import; nothing else that may stand under that name by mistake, least of all the source. */
function makeRoomForRejects(path: string, source: string, { rejects }: CheckpointState): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.isDirectory()) throw new UsageError(`the rejects file ${path} is a folder`);
  if (source !== '-' && realpathSync(path) === realpathSync(source)) {
    throw new UsageError(`the rejects file ${path} is what is to be imported`);
  }
  if (rejects.bytes === 0 && found.isFile()) rmSync(path);
}

/** The state to begin with: that of the checkpoint when resuming, else zeros. */
function startOf(job: ImportJob, format: SourceFormat, checkpoint: CheckpointFile | undefined): CheckpointState {
  const source = job.file === '-' ? { path: '-', bytes: 0, beginning: '' } : identifyFile(job.file);
  const target = `${job.database}/${job.collection}`;
  const options = JSON.stringify([format, job.key, job.numbers, job.inferTypes, job.columns, job.delimiter]);
  const earlier = checkpoint?.read();
  if (job.resume) {
    if (checkpoint === undefined) throw new UsageError('standard input cannot be resumed');
    if (earlier === undefined) throw new UsageError(`nothing to resume: there is no ${checkpoint.path}`);
    assertSameImport(earlier, { source, target, options });
    return earlier;
  }
  if (earlier !== undefined) {
    throw new UsageError(
      `an earlier import of this file was stopped: add --resume to go on, or remove ${checkpoint!.path} to begin anew`,
    );
  }
  return {
    source,
    target,
    options,
    keySeed: KeySequence.start(Date.now()).seed,
    offset: 0,
    line: 1,
    ordinal: 0,
    claimedTo: 0,
    columns: job.columns === undefined ? undefined : checkedColumns(job.columns),
    imported: 0,
    rejects: { count: 0, bytes: 0 },
  };
}
