import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withClient } from '../connection/open-client.ts';
import { indexType } from '../dump/catalogue.ts';
import { createRowWriter } from '../output/row-writer.ts';
import { formatDuration } from '../terminal/quantities.ts';
import { terminalWidth } from '../terminal/terminal-width.ts';

interface OnCollection extends ConnectionOptions {
  readonly database: string;
  readonly collection: string;
}

export async function listIndexes(job: OnCollection): Promise<void> {
  await withClient(job, async (client) => {
    const indexes = await client.database(job.database).collection(job.collection).indexes.list();
    const rows = indexes.map(({ name, fields, unique, sparse, index_type }) => ({
      name,
      fields: fields.join(', '),
      type: indexType(index_type),
      unique: unique === true,
      sparse: sparse === true,
    }));
    const writer = createRowWriter('table', { widthMax: terminalWidth() });
    process.stdout.write(writer.write(rows) + writer.end());
  });
}

export async function createIndex(
  job: OnCollection & { name: string; fields: readonly string[]; unique?: boolean; sparse?: boolean },
): Promise<void> {
  await withClient(job, async (client) => {
    const startedMs = performance.now();
    const { name, fields, unique, sparse } = job;
    await client.database(job.database).collection(job.collection).indexes.create({ name, fields, unique, sparse });
    process.stderr.write(`index ${name} built in ${formatDuration((performance.now() - startedMs) / 1000)}\n`);
  });
}

export async function dropIndex(job: OnCollection & { name: string }): Promise<void> {
  await withClient(job, async (client) => {
    await client.database(job.database).collection(job.collection).indexes.drop(job.name);
    process.stderr.write(`index ${job.name} dropped\n`);
  });
}
