import { CairnConnectionError, type Client, connect } from '@cairn/client';
import { CommandError, UsageError } from '../command-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { askSecret } from '../terminal/prompt.ts';
import { type ConnectionOptions, type ConnectionSettings, connectionSettings } from './connection-settings.ts';

/** Connects as the options say; asks for the password on a terminal when nobody told one. */
export async function openClient(options: ConnectionOptions): Promise<Client> {
  return openClientOf(connectionSettings(options, process.env));
}

export async function openClientOf(settings: ConnectionSettings): Promise<Client> {
  const { host, port, user, path, tls } = settings;
  const password = settings.password ?? (await askForPassword(user));
  try {
    return await connect({ host, port, user, password, path, tls });
  } catch (error) {
    if (!(error instanceof CairnConnectionError)) throw error;
    const text = `no server answers at ${path ?? `${host}:${port}`}: ${error.message}`;
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

async function askForPassword(user: string): Promise<string> {
  if (process.stdin.isTTY) return askSecret(`password of ${user}: `);
  throw new UsageError('no password: add --password, or set CAIRN_PASSWORD');
}
