import { readFileSync } from 'node:fs';
import { text as readText } from 'node:stream/consumers';
import type { Client } from '@cairn/client';
import type { Value } from '@cairn/protocol';
import { UsageError } from '../command-error.ts';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { openRows } from '../connection/document-batches.ts';
import { withClient } from '../connection/open-client.ts';
import { jsonText } from '../output/json-text.ts';
import { openOutput } from '../output/output-target.ts';
import { createRowWriter, type RowFormat } from '../output/row-writer.ts';
import { terminalWidth } from '../terminal/terminal-width.ts';
import { parseBinds } from './binds.ts';
import { withPosition } from './query-failure.ts';
import { writeRemarks } from './query-remarks.ts';

export interface QueryCommandOptions extends ConnectionOptions {
  readonly file?: string;
  readonly bind?: readonly string[];
  readonly format?: RowFormat;
  readonly explain?: boolean;
  readonly sql?: boolean;
  readonly system?: boolean;
}

export interface QueryJob extends QueryCommandOptions {
  readonly database: string;
  readonly text?: string;
}

/** Runs one query and writes its rows to standard output as they come. */
export async function runQuery(job: QueryJob, signal: AbortSignal): Promise<void> {
  const text = await queryText(job);
  const binds = parseBinds(job.bind ?? []);
  await withClient(job, async (client) => {
    try {
      if (job.explain) await writeExplanation(client, job, text, binds);
      else await writeRows(client, job, { text, binds, signal });
    } catch (error) {
      throw withPosition(error, text);
    }
  });
}

async function queryText(job: QueryJob): Promise<string> {
  if (job.file !== undefined) {
    if (job.text !== undefined) throw new UsageError('the query stands on the command line and in --file: choose one');
    try {
      return readFileSync(job.file, 'utf8');
    } catch (cause) {
      throw new UsageError(`cannot read the query: ${(cause as Error).message}`);
    }
  }
  return job.text === undefined || job.text === '-' ? readText(process.stdin) : job.text;
}

async function writeExplanation(
  client: Client,
  job: QueryJob,
  text: string,
  binds: Readonly<Record<string, Value>>,
): Promise<void> {
  const output = await openOutput('-');
  const database = client.database(job.database);
  const [plan] = job.sql ? await database.sql(`EXPLAIN ${text}`, binds) : [await database.explain(text, binds)];
  await output.write(`${jsonText(plan!, 2)}\n`);
}

async function writeRows(
  client: Client,
  job: QueryJob,
  { text, binds, signal }: { text: string; binds: Readonly<Record<string, Value>>; signal: AbortSignal },
): Promise<void> {
  const output = await openOutput('-');
  const format = job.format ?? (process.stdout.isTTY ? 'table' : 'json');
  const writer = createRowWriter(format, { system: job.system, widthMax: terminalWidth() });
  const cursor = await openRows(client.database(job.database), text, { binds, signal, sql: job.sql });
  for await (const rows of cursor.batches()) await output.write(writer.write(rows));
  await output.write(writer.end());
  writeRemarks(cursor);
}
