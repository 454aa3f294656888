import { Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import type { ImportCommandOptions } from '../import/run-import.ts';
import { withConnection } from './connection-options.ts';
import { commaList, positiveInteger } from './option-values.ts';

export function importCommand(context: CommandContext): Command {
  const command = new Command('import')
    .description('load documents from a file (NDJSON, JSON, CSV, TSV) or standard input')
    .argument('<file>', 'source, or - for standard input')
    .argument('<database>', 'database to load into')
    .argument('<collection>', 'collection to load into')
    .addOption(
      new Option('-f, --format <format>', 'when the name does not tell it').choices(['ndjson', 'json', 'csv', 'tsv']),
    )
    .option('--create', 'make the database and the collection when they are missing')
    .addOption(
      new Option('--type <type>', 'type of a collection made by --create')
        .choices(['document', 'edge'])
        .default('document'),
    )
    .option('--key <field>', 'field whose value becomes the key; without it, _key or a generated one')
    .option('--numbers <fields>', 'fields whose text becomes a number, with commas between', commaList)
    .option('--infer-types', 'CSV: unquoted numbers, true, false, null and nothing become what they look like')
    .option('--columns <names>', 'CSV: names of the columns, for a file without a header', commaList)
    .option('--delimiter <character>', 'CSV: what stands between fields')
    .addOption(
      new Option('--on-duplicate <mode>', 'what to do with a document whose key is there already')
        .choices(['error', 'ignore', 'replace', 'update'])
        .default('error'),
    )
    .option('--rejects <file>', 'where refused documents go (default: <file>.rejects.ndjson)')
    .option('--checkpoint <file>', 'where progress is kept (default: <file>.checkpoint)')
    .option('--resume', 'go on where an earlier import of the same file stopped')
    .option('--batch <documents>', 'documents a batch', positiveInteger)
    .option('--in-flight <batches>', 'batches sent and not yet answered', positiveInteger)
    .option('-q, --quiet', 'no progress');
  return withConnection(command).action(
    async (file: string, database: string, collection: string, options: ImportCommandOptions) => {
      const { runImport } = await import('../import/run-import.ts');
      context.exitCode = await runImport({ file, database, collection, ...options }, context.interrupt.signal);
    },
  );
}
