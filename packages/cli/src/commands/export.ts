import { Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import type { ExportCommandOptions } from '../export/run-export.ts';
import { withConnection } from './connection-options.ts';
import { commaList } from './option-values.ts';

export function exportCommand(context: CommandContext): Command {
  const command = new Command('export')
    .description('write the documents of a collection to a file (NDJSON, JSON, CSV, TSV) or standard output')
    .argument('<database>', 'database to read')
    .argument('<collection>', 'collection to read')
    .argument('[file]', 'where to; without it or with -, standard output', '-')
    .addOption(
      new Option('-f, --format <format>', 'when the name does not tell it').choices(['ndjson', 'json', 'csv', 'tsv']),
    )
    .option('--fields <names>', 'only these fields, with commas between; for CSV, the columns', commaList)
    .option('--system', 'write _id, _rev, _created_at and _updated_at too')
    .option('-q, --quiet', 'no progress');
  return withConnection(command).action(
    async (database: string, collection: string, file: string, options: ExportCommandOptions) => {
      const { runExport } = await import('../export/run-export.ts');
      await runExport({ database, collection, file, ...options }, context.interrupt.signal);
    },
  );
}
