import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Client } from '@cairn/client';
import { isObject, parseJson, type Value, type ValueObject } from '@cairn/protocol/internal';
import {
  AuditChain,
  type AuditEntry,
  type AuditMark,
  type AuditVerdict,
  auditEntryOf,
  verifyFolderAudit,
} from '@cairn/server/internal';
import { CommandError, UsageError } from '../command-error.ts';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withClient } from '../connection/open-client.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { visibleText } from '../terminal/display-width.ts';

export interface ListOptions extends ConnectionOptions {
  readonly last?: string;
  readonly all?: boolean;
  readonly by?: string;
  readonly action?: string;
  readonly database?: string;
  readonly json?: boolean;
}

export interface VerifyOptions extends ConnectionOptions {
  readonly expect?: readonly string[];
  /** A data folder that no server has open, instead of a server. */
  readonly dataDir?: string;
  /** What `audit list --all --json` has written, instead of a server. */
  readonly file?: string;
  readonly json?: boolean;
}

interface Page {
  readonly entries: readonly ValueObject[];
  readonly next: number | null;
}

/** Entries of one reply: what the command allows at most. */
const PAGE = 1_000;
const LAST_DEFAULT = 50;

/** Prints entries, a line each. */
export async function runAuditList(options: ListOptions): Promise<void> {
  const filter: ValueObject = {};
  if (options.by !== undefined) filter.user = options.by;
  if (options.action !== undefined) filter.action = options.action;
  if (options.database !== undefined) filter.database = options.database;
  await withClient(options, async (client) => {
    const print = (entry: ValueObject) =>
      process.stdout.write(`${options.json ? JSON.stringify(entry) : lineOf(auditEntryOf(entry))}\n`);
    if (options.all) {
      for await (const entry of allEntries(client, filter)) print(entry);
      return;
    }
    const last = lastOf(options);
    for (const entry of (await page(client, { ...filter, last, limit: last })).entries) print(entry);
  });
}

/** Follows the chain of a server, of a folder or of a file of entries, and says where it is broken. */
export async function runAuditVerify(options: VerifyOptions): Promise<void> {
  const { entries, head, problem } = await verdictOf(options, (options.expect ?? []).map(markOf));
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ sound: problem === undefined, entries, head, problem })}\n`);
  } else {
    const mark = head === undefined ? 'there are none' : `the last one is ${head.seq}:${head.hash}`;
    process.stdout.write(`${entries} entries are sound, ${mark}\n`);
  }
  if (problem !== undefined) throw new CommandError(`the audit log is broken: ${problem}`, EXIT_CODES.failure);
}

async function verdictOf(options: VerifyOptions, expected: readonly AuditMark[]): Promise<AuditVerdict> {
  const { dataDir, file } = options;
  if (dataDir !== undefined && file !== undefined) throw new UsageError('either --data-dir or --file');
  if (dataDir !== undefined) return verifyFolderAudit(dataDir, expected);
  return file === undefined ? verdictOfServer(options, expected) : verdictOfFile(file, expected);
}

/** Entry by entry: what the server says of it is asked besides, for the mark of the last one. */
async function verdictOfServer(options: VerifyOptions, expected: readonly AuditMark[]): Promise<AuditVerdict> {
  return withClient(options, async (client) => {
    const chain = new AuditChain(expected);
    for await (const entry of allEntries(client, {})) if (!chain.follow(auditEntryOf(entry))) break;
    const expect = expected.map(({ seq, hash }) => ({ seq, hash }));
    const told = (await client.command('verify_audit', { expect })).data as unknown as { problem: string | null };
    const found = chain.verdict();
    return { ...found, problem: found.problem ?? told.problem ?? undefined };
  });
}

async function verdictOfFile(file: string, expected: readonly AuditMark[]): Promise<AuditVerdict> {
  const chain = new AuditChain(expected);
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (line.trim() !== '' && !chain.follow(entryOfLine(line, `${file}:${number}`))) break;
  }
  return chain.verdict();
}

function entryOfLine(line: string, place: string): AuditEntry {
  try {
    const entry = parseJson(line);
    if (isObject(entry)) return auditEntryOf(entry);
  } catch {
    // Told below, as what is JSON and no entry.
  }
  throw new CommandError(`${place}: not an entry as \`cairn audit list --all --json\` writes it`, EXIT_CODES.failure);
}

async function* allEntries(client: Client, filter: ValueObject): AsyncGenerator<ValueObject> {
  for (let after: number | null = 0; after !== null; ) {
    const { entries, next }: Page = await page(client, { ...filter, after, limit: PAGE });
    yield* entries;
    after = next;
  }
}

async function page(client: Client, fields: ValueObject): Promise<Page> {
  return (await client.command('list_audit', fields)).data as unknown as Page;
}

function lineOf({ seq, time, user, action, database, outcome, code, of, details, address, door }: AuditEntry): string {
  const failure = outcome === 'failed' ? ` failed ${of}: ${code}` : outcome === 'begun' ? '' : ` ${outcome}`;
  const where = database === null ? '' : ` in ${database}`;
  const text = `${seq} ${time} ${user ?? '-'} ${door}${address === '' ? '' : `/${address}`} ${action}${where}${failure} `;
  return visibleText(text + JSON.stringify(details satisfies Value));
}

function lastOf({ last = String(LAST_DEFAULT) }: ListOptions): number {
  const count = Number(last);
  if (Number.isInteger(count) && count >= 1 && count <= PAGE) return count;
  throw new UsageError(`--last wants a number from 1 to ${PAGE}; --all shows everything`);
}

/** `17:3f…` as `audit verify` and the server's log show it. */
function markOf(text: string): AuditMark {
  const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined) throw new UsageError('--expect wants SEQ:HASH, as `cairn audit verify` shows it');
  return { seq: Number(seq), hash: hash! };
}
