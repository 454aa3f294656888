import { accessSync, constants } from 'node:fs';
import { CairnConnectionError, type Client, connect, type TlsOptions } from '@cairn/client';
import { CommandError, UsageError } from '../command-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { askSecret } from '../terminal/prompt.ts';
import { type ConnectionOptions, type ConnectionSettings, connectionSettings } from './connection-settings.ts';

/** What the system says of an address where nothing listens. */
const NOBODY_THERE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'ENOENT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EAI_AGAIN',
]);

/** Connects as the options say; asks for the password on a terminal when nobody told one. */
export async function openClient(options: ConnectionOptions): Promise<Client> {
  return openClientOf(connectionSettings(options, process.env));
}

export async function openClientOf(settings: ConnectionSettings): Promise<Client> {
  const { host, port, user, path, tls } = settings;
  if (typeof tls === 'object') requireReadable(tls);
  const password = settings.password ?? (await askForPassword(user));
  try {
    return await connect({ host, port, user, password, path, tls });
  } catch (error) {
    if (!(error instanceof CairnConnectionError)) throw error;
    const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
    const where = path ?? `${host}:${port}`;
    const text =
      code !== undefined && NOBODY_THERE.has(code) ? `no server answers at ${where} (${code})` : error.message;
    throw new CommandError(text, EXIT_CODES.unreachable, { cause: error });
  }
}

/** Runs `work` with a client and closes it, whatever happens. */
export async function withClient<T>(options: ConnectionOptions, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await openClient(options);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

function requireReadable({ caFile, certFile, keyFile }: TlsOptions): void {
  for (const [option, file] of Object.entries({ '--tls-ca': caFile, '--tls-cert': certFile, '--tls-key': keyFile })) {
    if (file === undefined) continue;
    try {
      accessSync(file, constants.R_OK);
    } catch (cause) {
      throw new UsageError(`${option}: cannot read ${file} (${(cause as NodeJS.ErrnoException).code})`);
    }
  }
}

async function askForPassword(user: string): Promise<string> {
  if (process.stdin.isTTY) return askSecret(`password of ${user}: `);
  throw new UsageError('no password: add --password, or set CAIRN_PASSWORD');
}
