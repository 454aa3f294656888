import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseConfigFile, resolveSettings, type SettingSources, type Settings, startServer } from '@cairn/server';
import { CommandError, UsageError } from '../command-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { serveBanner } from './banner.ts';

/** Runs the server until it is told to stop. Flags, then variables, then the config file decide the settings. */
export async function runServe(options: Record<string, unknown>, signal: AbortSignal): Promise<void> {
  const { config, ...flags } = options;
  const file = typeof config === 'string' ? readConfig(config) : undefined;
  const settings = settingsOf({ flags, environment: process.env, file });
  const server = await startServer(settings).catch((cause: Error) => {
    // Whatever it is, it is no server that does not answer.
    throw new CommandError(cause.message, EXIT_CODES.failure, { cause });
  });
  process.stdout.write(
    serveBanner({
      host: settings.host,
      port: server.port,
      dataDir: resolve(settings.dataDir),
      firstPassword: server.firstAdminPassword,
    }),
  );
  const reload = () => server.reload();
  process.on('SIGHUP', reload);
  if (!signal.aborted) await new Promise((stop) => signal.addEventListener('abort', stop, { once: true }));
  process.off('SIGHUP', reload);
  await server.close();
}

function settingsOf(sources: SettingSources): Settings {
  try {
    return resolveSettings(sources);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readConfig(path: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`cannot read the config file: ${(cause as Error).message}`);
  }
  try {
    return parseConfigFile(text);
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`);
  }
}
