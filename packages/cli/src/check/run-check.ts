import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ValueObject } from '@cairn/protocol';
import { CommandError } from '../command-error.ts';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withClient } from '../connection/open-client.ts';
import { EXIT_CODES, type ExitCode } from '../exit-codes.ts';
import { visibleText } from '../terminal/display-width.ts';
import { Progress } from '../terminal/progress.ts';
import type { CheckMessage, CheckTask } from './check-messages.ts';

export interface CheckOptions extends ConnectionOptions {
  readonly dataDir?: string;
}

/** A check takes as long as it takes. */
const UNHURRIED = { timeoutMs: 24 * 3_600_000 };
const CHECKER = fileURLToPath(new URL('./check-process.ts', import.meta.url));

/** Prints a line for each finding; the exit code says whether there are any left. */
export async function runCheck(
  database: string | undefined,
  options: CheckOptions & { repair: boolean },
): Promise<ExitCode> {
  const { findings, repaired } =
    options.dataDir === undefined
      ? await checkOnServer(database, options)
      : await checkFolder({ dataDir: options.dataDir, database, repair: options.repair });
  for (const collection of repaired) process.stderr.write(`built anew: ${visibleText(collection)}\n`);
  process.stderr.write(
    findings === 0 ? 'nothing is wrong\n' : `${findings} ${findings === 1 ? 'finding' : 'findings'}\n`,
  );
  return findings === 0 ? EXIT_CODES.success : EXIT_CODES.incomplete;
}

interface CheckResult {
  readonly findings: number;
  readonly repaired: readonly string[];
}

async function checkOnServer(
  database: string | undefined,
  options: CheckOptions & { repair: boolean },
): Promise<CheckResult> {
  if (database === undefined)
    throw new CommandError('which database? (or --data-dir for all of a folder)', EXIT_CODES.usage);
  return withClient(options, async (client) => {
    const fields = { database };
    if (!options.repair) {
      const findings = (await client.command('check_database', fields, UNHURRIED)).data as ValueObject[];
      for (const { message, collection } of findings) printFinding(database, collection, message);
      return { findings: findings.length, repaired: [] };
    }
    const reply = (await client.command('repair_database', fields, UNHURRIED)).data as ValueObject;
    const findings = reply.findings as ValueObject[];
    for (const { message, collection } of findings) printFinding(database, collection, message);
    return { findings: findings.length, repaired: reply.collections as string[] };
  });
}

/** In a process of its own: pages of LMDB itself that are damaged may end the process that reads them. */
async function checkFolder(task: CheckTask): Promise<CheckResult> {
  const checker = fork(CHECKER, { stdio: ['ignore', 'inherit', 'ignore', 'ipc'] });
  const progress = new Progress(process.stderr);
  let findings = 0;
  let repaired: readonly string[] = [];
  let failure: CommandError | undefined;
  let place = '';
  let isDone = false;
  checker.on('message', (message: CheckMessage) => {
    if (message.kind === 'progress') {
      place = `${message.database}/${message.collection}`;
      progress.update({
        done: message.documents,
        total: message.documentsInAll,
        count: message.documents,
        noun: 'document',
      });
      return;
    }
    progress.clear();
    if (message.kind === 'finding') {
      findings++;
      printFinding(message.database, message.collection, message.message);
    } else if (message.kind === 'failed') failure = new CommandError(message.message, EXIT_CODES.failure);
    else {
      repaired = message.repaired;
      isDone = true;
    }
  });
  checker.send(task);
  const [code, signal] = (await once(checker, 'close')) as [number | null, string | null];
  progress.clear();
  if (failure !== undefined) throw failure;
  if (!isDone) {
    findings++;
    const where = place === '' ? '' : ` at ${visibleText(place)}`;
    process.stdout.write(
      `the file of LMDB is damaged: the process that read it ended${where} (${signal ?? `code ${code}`})\n`,
    );
  }
  return { findings, repaired };
}

function printFinding(database: string, collection: unknown, message: unknown): void {
  const place = typeof collection === 'string' ? `${database}/${collection}` : database;
  process.stdout.write(`${visibleText(place)}: ${visibleText(String(message))}\n`);
}
