import { Command, CommanderError } from 'commander';
import type { CommandContext } from './command-context.ts';
import { CommandError, InterruptedError } from './command-error.ts';
import { auditCommand } from './commands/audit.ts';
import { backupCommand } from './commands/backup.ts';
import { checkCommand, repairCommand } from './commands/check.ts';
import { dumpCommand } from './commands/dump.ts';
import { exportCommand } from './commands/export.ts';
import { helpCommand } from './commands/help.ts';
import { importCommand } from './commands/import.ts';
import { indexesCommand } from './commands/indexes.ts';
import { passwordCommand } from './commands/password.ts';
import { queryCommand } from './commands/query.ts';
import { replCommand } from './commands/repl.ts';
import { restoreCommand } from './commands/restore.ts';
import { explainPermissionCommand, rulesCommand } from './commands/rules.ts';
import { scriptsCommand } from './commands/scripts.ts';
import { serveCommand } from './commands/serve.ts';
import { shellCommand } from './commands/shell.ts';
import { statusCommand } from './commands/status.ts';
import { topCommand } from './commands/top.ts';
import { usersCommand } from './commands/users.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { Interrupt } from './interrupt.ts';
import { reportFailure } from './report-failure.ts';
import { VERSION } from './version.ts';

/** The whole command line. Commands load what they need when they run, so that help costs nothing. */
export function createProgram(context: CommandContext): Command {
  return new Command('cairn')
    .description('Cairn, a multi-model document database')
    .version(VERSION)
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .addCommand(serveCommand(context))
    .addCommand(shellCommand(context))
    .addCommand(queryCommand(context))
    .addCommand(replCommand(context))
    .addCommand(scriptsCommand(context))
    .addCommand(importCommand(context))
    .addCommand(exportCommand(context))
    .addCommand(dumpCommand(context))
    .addCommand(restoreCommand(context))
    .addCommand(backupCommand())
    .addCommand(checkCommand(context))
    .addCommand(repairCommand(context))
    .addCommand(indexesCommand())
    .addCommand(usersCommand())
    .addCommand(passwordCommand())
    .addCommand(rulesCommand())
    .addCommand(explainPermissionCommand())
    .addCommand(auditCommand())
    .addCommand(statusCommand())
    .addCommand(topCommand(context))
    .helpCommand(false)
    .addCommand(helpCommand());
}

/**
 * Runs the command line and sets the exit code of the process (see `EXIT_CODES`).
 *
 * @param argv as `process.argv`: the first two are the interpreter and the script.
 */
export async function runCli(argv: readonly string[]): Promise<void> {
  const context: CommandContext = { interrupt: new Interrupt(), exitCode: EXIT_CODES.success };
  stopQuietlyWithoutReader();
  try {
    const program = createProgram(context);
    for (const command of [...program.commands, ...program.commands.flatMap((group) => group.commands)]) {
      command.exitOverride();
    }
    await program.parseAsync(argv);
    process.exitCode = context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT_CODES.success : EXIT_CODES.usage; // it has said what is wrong
    } else {
      const stopped = context.interrupt.happened && !(error instanceof CommandError);
      process.exitCode = reportFailure(stopped ? new InterruptedError() : error, process.stderr);
    }
  } finally {
    context.interrupt.close();
  }
}

/** `cairn query … | head` ends with the reader: that is no failure. A full disk behind `>` is one. */
function stopQuietlyWithoutReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT_CODES.success);
    process.exit(reportFailure(new CommandError(`cannot write to standard output: ${error.message}`), process.stderr));
  });
}
