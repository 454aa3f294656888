import { Command } from 'commander';
import type { ListOptions, VerifyOptions } from '../audit/run-audit.ts';
import { withConnection } from './connection-options.ts';

export function auditCommand(): Command {
  const audit = new Command('audit').description('the log of changes of rights and of the catalogue');
  const list = new Command('list')
    .description('show entries, the newest last')
    .option('--last <count>', 'so many of the newest (default 50)')
    .option('--all', 'from the first entry on')
    .option('--by <user>', 'of one user')
    .option('--action <command>', 'of one command')
    .option('--database <name>', 'about one database')
    .option('--json', 'a line of JSON for each entry');
  const verify = new Command('verify')
    .description('check that no entry was changed, left out or cut off; exit code 1 when one was')
    .option('--expect <seq:hash...>', 'entries noted elsewhere, which the chain must pass through')
    .option('--data-dir <folder>', 'a data folder that no server has open, instead of a server')
    .option('--file <file>', 'what `audit list --all --json` has written, instead of a server')
    .option('--json', 'as JSON');
  return audit
    .addCommand(
      withConnection(list).action(async (options: ListOptions) => {
        const { runAuditList } = await import('../audit/run-audit.ts');
        await runAuditList(options);
      }),
    )
    .addCommand(
      withConnection(verify).action(async (options: VerifyOptions) => {
        const { runAuditVerify } = await import('../audit/run-audit.ts');
        await runAuditVerify(options);
      }),
    );
}
