import { Command } from 'commander';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import type { ExplainPermissionOptions } from '../rules/explain-permission.ts';
import type { RuleOptions } from '../rules/run-rules.ts';
import { withConnection } from './connection-options.ts';

export function rulesCommand(): Command {
  const rules = new Command('rules').description('who may see and change which documents and fields of a collection');
  const run = async () => import('../rules/run-rules.ts');
  const onCollection = (name: string, summary: string) =>
    withConnection(new Command(name).description(summary))
      .argument('<database>', 'database of the collection')
      .argument('<collection>', 'collection');

  rules.addCommand(
    onCollection('show', 'print the rules as JSON').action(
      async (database: string, collection: string, options: ConnectionOptions) => {
        await (await run()).showRules({ database, collection, ...options });
      },
    ),
  );
  rules.addCommand(
    onCollection('set', 'put rules in place of those that there are')
      .option('--read <expression>', 'documents for which it is not true are not there: doc.owner == @user.username')
      .option('--write <expression>', 'must hold for what is changed, before and after')
      .option('--delete <expression>', 'must hold for what is removed')
      .option('--hidden <paths...>', 'members that are left out: card.number')
      .option('--file <file>', 'all of them as JSON, as `rules show` prints them')
      .action(async (database: string, collection: string, options: RuleOptions) => {
        await (await run()).setRules({ database, collection, ...options });
      }),
  );
  rules.addCommand(
    onCollection('drop', 'take the rules off').action(
      async (database: string, collection: string, options: ConnectionOptions) => {
        await (await run()).dropRules({ database, collection, ...options });
      },
    ),
  );
  return rules;
}

export function explainPermissionCommand(): Command {
  return withConnection(
    new Command('explain-permission')
      .description('say whether somebody may do something, and by what; exit code 1 when he may not')
      .argument('<command>', 'command as the protocol names it: get, insert, query …'),
  )
    .option('--for <user>', 'somebody else than oneself')
    .option('--database <name>', 'where')
    .option('--collection <name>', 'on which collection')
    .option('--key <key>', 'on which document, for the rules of the collection')
    .option('--json', 'as JSON')
    .action(async (command: string, options: ExplainPermissionOptions) => {
      const { explainPermission } = await import('../rules/explain-permission.ts');
      await explainPermission(command, options);
    });
}
