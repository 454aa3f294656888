import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withConnection } from './connection-options.ts';
import { positiveInteger } from './option-values.ts';

/** The scripts of a database as files of a folder. */
export function scriptsCommand(context: CommandContext): Command {
  const scripts = new Command('scripts').description('scripts of a database as files: push, pull, watch, test, logs');
  const run = () => import('../scripts/run-scripts.ts');
  const ofService = (name: string, summary: string) =>
    withConnection(new Command(name).description(summary))
      .argument('<database>', 'database of the scripts')
      .argument('[folder]', 'folder of the files', '.')
      .option('-s, --service <service>', 'service of the scripts', 'default');
  type Options = ConnectionOptions & { service: string };

  scripts.addCommand(
    ofService('push', 'install what is new or has changed')
      .option('--prune', 'remove scripts that have no file')
      .action(async (database: string, folder: string, options: Options & { prune?: boolean }) => {
        await (await run()).pushScripts({ database, folder, ...options });
      }),
  );
  scripts.addCommand(
    ofService('pull', 'write the scripts of the server to files')
      .option('--force', 'replace files that differ')
      .action(async (database: string, folder: string, options: Options & { force?: boolean }) => {
        await (await run()).pullScripts({ database, folder, ...options });
      }),
  );
  scripts.addCommand(
    ofService('diff', 'show what push would do').action(async (database: string, folder: string, options: Options) => {
      await (await run()).diffScripts({ database, folder, ...options });
    }),
  );
  scripts.addCommand(
    ofService('watch', 'push, and then each file as it changes').action(
      async (database: string, folder: string, options: Options) => {
        await (await run()).watchScripts({ database, folder, ...options }, context.interrupt.signal);
      },
    ),
  );
  scripts.addCommand(
    ofService('test', 'run the *.test.lua files of the folder against the server')
      .option('-f, --filter <text>', 'only tests whose names contain it')
      .action(async (database: string, folder: string, options: Options & { filter?: string }) => {
        const { testScripts } = await import('../scripts/testing/run-tests.ts');
        await testScripts({ database, folder, ...options }, context.interrupt.signal);
      }),
  );
  scripts.addCommand(
    withConnection(new Command('list').description('list the scripts of a database'))
      .argument('<database>', 'database of the scripts')
      .action(async (database: string, options: ConnectionOptions) => {
        await (await run()).listScripts({ database, ...options });
      }),
  );
  scripts.addCommand(
    withConnection(new Command('logs').description('show what scripts have logged'))
      .argument('<database>', 'database of the scripts')
      .option('--script <id>', 'of one script only')
      .option('--level <level>', 'of one level only')
      .option('-n, --limit <lines>', 'at most so many lines', positiveInteger, 100)
      .option('--follow', 'go on with what comes')
      .action(
        async (
          database: string,
          options: ConnectionOptions & { script?: string; level?: string; limit: number; follow?: boolean },
        ) => {
          await (await run()).showLogs({ database, ...options }, context.interrupt.signal);
        },
      ),
  );
  return scripts;
}
