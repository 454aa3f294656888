import type { Client } from '@cairn/client';
import type { Value } from '@cairn/protocol';
import { cellOf, columnsOf, type Row, SYSTEM_FIELDS } from '@cairn/protocol/internal';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { documentBatches } from '../connection/document-batches.ts';
import { withClient } from '../connection/open-client.ts';
import { formatOfName, type SourceFormat } from '../import/readers/source-format.ts';
import { openOutput } from '../output/output-target.ts';
import { Progress } from '../terminal/progress.ts';
import { formatCountOf, formatDuration } from '../terminal/quantities.ts';
import { createExportWriter } from './export-writer.ts';

export interface ExportCommandOptions extends ConnectionOptions {
  readonly format?: SourceFormat;
  readonly fields?: readonly string[];
  readonly system?: boolean;
  readonly quiet?: boolean;
}

export interface ExportJob extends ExportCommandOptions {
  readonly database: string;
  readonly collection: string;
  readonly file: string;
}

/** Writes the documents of one collection, as one snapshot of it shows them, in the order of their keys. */
export async function runExport(job: ExportJob, signal: AbortSignal): Promise<void> {
  const format = job.format ?? (job.file === '-' ? 'ndjson' : formatOfName(job.file));
  await withClient(job, async (client) => {
    const columns = format === 'csv' || format === 'tsv' ? await columnsFor(client, job, signal) : undefined;
    const output = await openOutput(job.file);
    const progress = new Progress(process.stderr);
    let count = 0;
    try {
      const writer = createExportWriter(format, columns);
      await output.write(writer.begin());
      for await (const rows of documentBatches(client.database(job.database), job.collection, signal)) {
        await output.write(writer.write(rows.map((row) => selected(row, job))));
        count += rows.length;
        if (!job.quiet && job.file !== '-') progress.update({ done: count, count, noun: 'document' });
      }
      await output.write(writer.end());
      await output.finish();
    } catch (error) {
      output.discard();
      throw error;
    } finally {
      progress.clear();
    }
    const seconds = formatDuration(progress.elapsedSeconds);
    if (job.file !== '-') process.stderr.write(`${formatCountOf(count, 'document')} exported in ${seconds}\n`);
  });
}

/** The columns of a CSV file must be known before its first row: unless they are told, a first pass finds them. */
async function columnsFor(client: Client, job: ExportJob, signal: AbortSignal): Promise<readonly string[]> {
  if (job.fields !== undefined) return job.fields;
  const columns = new Set<string>();
  for await (const rows of documentBatches(client.database(job.database), job.collection, signal)) {
    for (const column of columnsOf(rows)) if (job.system || !SYSTEM_FIELDS.has(column)) columns.add(column);
  }
  return [...columns];
}

function selected(row: Row, job: ExportJob): Row {
  const names = job.fields ?? columnsOf([row]).filter((name) => job.system || !SYSTEM_FIELDS.has(name));
  const chosen: { [key: string]: Value } = {};
  for (const name of names) {
    const value = cellOf(row, name);
    if (value !== undefined) {
      Object.defineProperty(chosen, name, { value, enumerable: true, configurable: true, writable: true });
    }
  }
  return chosen;
}
