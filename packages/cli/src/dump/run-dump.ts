import type { Client } from '@cairn/client';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { documentBatches } from '../connection/document-batches.ts';
import { withClient } from '../connection/open-client.ts';
import { type OutputTarget, openOutput } from '../output/output-target.ts';
import { Progress } from '../terminal/progress.ts';
import { formatCountOf, formatDuration } from '../terminal/quantities.ts';
import { describeCollection, describeIndexes } from './catalogue.ts';
import { collectionEndLine, collectionLine, documentLine, endLine, headerLine, indexLine } from './dump-format.ts';

export interface DumpCommandOptions extends ConnectionOptions {
  readonly quiet?: boolean;
}

export interface DumpJob extends DumpCommandOptions {
  readonly database: string;
  /** Path, or `-` for standard output. */
  readonly file: string;
}

/** Writes a database to one file: each collection as one snapshot of it shows it. */
export async function runDump(job: DumpJob, signal: AbortSignal): Promise<void> {
  await withClient(job, async (client) => {
    const collections = await client.database(job.database).collections.list();
    const output = await openOutput(job.file);
    const progress = new Progress(process.stderr);
    const totals = { collections: 0, documents: 0, indexes: 0 };
    try {
      await output.write(headerLine(job.database, new Date()));
      for (const collection of collections) {
        totals.documents += await dumpCollection(client, { ...job, collection, signal }, output, (count) => {
          const documents = totals.documents + count;
          if (!job.quiet) progress.update({ done: documents, count: documents, noun: 'document' });
        });
        totals.collections++;
        for (const index of await describeIndexes(client, job.database, collection)) {
          await output.write(indexLine(index));
          totals.indexes++;
        }
      }
      await output.write(endLine(totals));
      await output.finish();
    } catch (error) {
      output.discard();
      throw error;
    } finally {
      progress.clear();
    }
    if (job.quiet) return;
    const { collections: count, documents } = totals;
    const what = `${formatCountOf(count, 'collection')}, ${formatCountOf(documents, 'document')}`;
    process.stderr.write(`${what} dumped in ${formatDuration(progress.elapsedSeconds)}\n`);
  });
}

async function dumpCollection(
  client: Client,
  source: { database: string; collection: string; signal: AbortSignal },
  output: OutputTarget,
  onProgress: (documents: number) => void,
): Promise<number> {
  const { type, schema } = await describeCollection(client, source.database, source.collection);
  await output.write(collectionLine(source.collection, type, schema));
  let documents = 0;
  for await (const batch of documentBatches(client, source, source.signal)) {
    await output.write(batch.map(documentLine).join(''));
    documents += batch.length;
    onProgress(documents);
  }
  await output.write(collectionEndLine(source.collection, documents));
  return documents;
}
