import { createHash } from 'node:crypto';
import type { Database, Transaction } from '@cairn/client';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { documentsOf } from '../connection/document-batches.ts';
import { withClient } from '../connection/open-client.ts';
import { type OutputTarget, openOutput } from '../output/output-target.ts';
import { Progress } from '../terminal/progress.ts';
import { formatCountOf, formatDuration } from '../terminal/quantities.ts';
import { inDumpOrder } from './automation-records.ts';
import { describeCollection, describeIndexes } from './catalogue.ts';
import {
  collectionEndLine,
  collectionLine,
  type DumpTotals,
  documentLine,
  endLine,
  headerLine,
  indexLine,
  rulesLine,
} from './dump-format.ts';

export interface DumpCommandOptions extends ConnectionOptions {
  readonly quiet?: boolean;
}

export interface DumpJob extends DumpCommandOptions {
  readonly database: string;
  /** Path, or `-` for standard output. */
  readonly file: string;
}

/** Writes a database to one file, as one snapshot shows it. */
export async function runDump(job: DumpJob, signal: AbortSignal): Promise<void> {
  await withClient(job, async (client) => {
    const output = await openOutput(job.file);
    const progress = new Progress(process.stderr);
    try {
      const dump = new Dump(client.database(job.database), output, (documents) => {
        if (!job.quiet) progress.update({ done: documents, count: documents, noun: 'document' });
      });
      // What has been written cannot be taken back, so that there is no second attempt.
      const once = { attempts: 1 };
      await client.database(job.database).transaction(async (snapshot) => dump.write(snapshot, signal), once);
      await output.finish();
      progress.clear();
      if (!job.quiet) process.stderr.write(`${summary(dump.totals)} in ${formatDuration(progress.elapsedSeconds)}\n`);
    } catch (error) {
      output.discard();
      throw error;
    } finally {
      progress.clear();
    }
  });
}

function summary({ collections, documents }: DumpTotals): string {
  return `${formatCountOf(collections, 'collection')}, ${formatCountOf(documents, 'document')} dumped`;
}

class Dump {
  readonly totals = { collections: 0, documents: 0, indexes: 0 };
  readonly #database: Database;
  readonly #hash = createHash('sha256');
  readonly #output: OutputTarget;
  readonly #onProgress: (documents: number) => void;

  constructor(database: Database, output: OutputTarget, onProgress: (documents: number) => void) {
    this.#database = database;
    this.#output = output;
    this.#onProgress = onProgress;
  }

  /** @param snapshot a transaction: what it reads is one state of the database */
  async write(snapshot: Transaction, signal: AbortSignal): Promise<void> {
    await this.#write(headerLine(this.#database.name, new Date()));
    for (const collection of inDumpOrder(await this.#database.collections.list())) {
      await this.#writeCollection(collection, snapshot, signal);
      for (const index of await describeIndexes(this.#database, collection)) {
        await this.#write(indexLine(index));
        this.totals.indexes++;
      }
    }
    await this.#output.write(endLine(this.totals, this.#hash.digest('hex')));
  }

  async #write(text: string): Promise<void> {
    this.#hash.update(text);
    await this.#output.write(text);
  }

  async #writeCollection(name: string, snapshot: Transaction, signal: AbortSignal): Promise<void> {
    const { type, schema, rules } = await describeCollection(this.#database, name);
    await this.#write(collectionLine(name, type, schema));
    if (rules !== undefined) await this.#write(rulesLine(rules));
    const before = this.totals.documents;
    for await (const documents of documentsOf(snapshot, name, signal)) {
      await this.#write(documents.map(documentLine).join(''));
      this.totals.documents += documents.length;
      this.#onProgress(this.totals.documents);
    }
    await this.#write(collectionEndLine(name, this.totals.documents - before));
    this.totals.collections++;
  }
}
