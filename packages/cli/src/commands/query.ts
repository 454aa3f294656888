import { Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import type { QueryCommandOptions } from '../query/run-query.ts';
import { withConnection } from './connection-options.ts';
import { repeated } from './option-values.ts';

export function queryCommand(context: CommandContext): Command {
  const command = new Command('query')
    .description('run an SDBQL query, or a statement of SQL')
    .argument('<database>', 'database to ask')
    .argument('[text]', 'the query; without it or with -, standard input')
    .option('--file <file>', 'read the query from a file')
    .option('-b, --bind <name=json>', 'bind variable; may stand several times', repeated)
    .addOption(
      new Option('-f, --format <format>', 'of the answer (default: table on a terminal, else json)').choices([
        'table',
        'json',
        'ndjson',
        'csv',
      ]),
    )
    .option('--sql', 'the text is SQL')
    .option('--explain', 'show the plan instead of running the query')
    .option('--system', 'table: show _id, _rev, _created_at and _updated_at too');
  return withConnection(command).action(
    async (database: string, text: string | undefined, options: QueryCommandOptions) => {
      const { runQuery } = await import('../query/run-query.ts');
      await runQuery({ database, text, ...options }, context.interrupt.signal);
    },
  );
}
