import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { ScriptLanguage, ScriptLogLine } from '@cairn/client';
import { CommandError } from '../command-error.ts';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withClient } from '../connection/open-client.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { failureText } from '../report-failure.ts';
import { visibleText } from '../terminal/display-width.ts';
import { formatCountOf } from '../terminal/quantities.ts';
import {
  fileOfPath,
  fileText,
  nameInFolder,
  pathOfFile,
  readScriptFile,
  readScriptFolder,
  requireFolder,
} from './script-file.ts';
import { ServiceScripts } from './service-scripts.ts';

export interface ScriptsOptions extends ConnectionOptions {
  readonly database: string;
  readonly folder: string;
  readonly service: string;
}

const say = (line: string) => void process.stdout.write(`${line}\n`);

function withScripts<T>(options: ScriptsOptions, work: (scripts: ServiceScripts) => Promise<T>): Promise<T> {
  return withClient(options, (client) => work(new ServiceScripts(client.database(options.database), options.service)));
}

/** Makes the server's scripts what the files are; with `prune` those without a file go. One that fails does not keep the others back. */
export async function pushScripts(options: ScriptsOptions & { readonly prune?: boolean }): Promise<void> {
  requireFolder(options.folder);
  const files = readScriptFolder(options.folder);
  await withScripts(options, async (scripts) => {
    const { added, changed, same, missing } = await scripts.difference(files);
    const failures: string[] = [];
    const attempt = async (mark: string, what: string, work: () => Promise<unknown>) => {
      try {
        const url = await work();
        say(`${mark} ${what}${typeof url === 'string' ? `  ${url}` : ''}`);
      } catch (error) {
        failures.push(what);
        say(`! ${what}: ${failureText(error)}`);
      }
    };
    for (const file of added) await attempt('+', file.file, () => scripts.add(file));
    for (const { file, installed } of changed) await attempt('M', file.file, () => scripts.change(file, installed.id));
    if (options.prune === true)
      for (const script of missing) await attempt('-', script.path, () => scripts.remove(script));
    say(`${added.length + changed.length - failures.length} pushed, ${same.length} the same`);
    if (failures.length > 0) throw new CommandError(`${failures.length} could not be pushed`, EXIT_CODES.failure);
  });
}

/** Writes the server's scripts to files; a file that differs is left alone unless `force` says otherwise. */
export async function pullScripts(options: ScriptsOptions & { readonly force?: boolean }): Promise<void> {
  await withScripts(options, async (scripts) => {
    let kept = 0;
    for (const script of await scripts.installed()) {
      const language = (script.language ?? 'lua') as ScriptLanguage;
      const name = nameInFolder(options.folder, fileOfPath(script.path, language));
      // What the server says becomes a path on this disk: only one that leads back to the same script, below the folder.
      if (pathOfFile(name) !== script.path || name.split('/').includes('..')) {
        say(`! ${script.path}: its path cannot be the name of a file`);
        continue;
      }
      const file = join(options.folder, ...name.split('/'));
      const text = fileText(script, language);
      if (existsSync(file) && readFileSync(file, 'utf8') !== text && options.force !== true) {
        kept++;
        say(`! ${name} differs, and stays (--force takes the server's)`);
        continue;
      }
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      say(`< ${name}`);
    }
    if (kept > 0)
      throw new CommandError(`${formatCountOf(kept, 'script')} kept back by a file that differs`, EXIT_CODES.failure);
  });
}

/** Lists what `push` would do. */
export async function diffScripts(options: ScriptsOptions): Promise<void> {
  requireFolder(options.folder);
  await withScripts(options, async (scripts) => {
    const { added, changed, missing } = await scripts.difference(readScriptFolder(options.folder));
    for (const { file } of added) say(`+ ${file}`);
    for (const { file } of changed) say(`M ${file.file}`);
    for (const { path } of missing) say(`- ${path}`);
  });
}

/** Milliseconds that a file must be quiet before it is pushed: editors write in several steps. */
const QUIET_MS = 100;

/** Pushes, and then each file as it changes, until it is interrupted. */
export async function watchScripts(options: ScriptsOptions, signal: AbortSignal): Promise<void> {
  requireFolder(options.folder);
  await pushScripts(options).catch((error: unknown) => say(`! ${failureText(error)}`));
  await withScripts(options, async (scripts) => {
    const waiting = new Map<string, NodeJS.Timeout>();
    let last = Promise.resolve();
    const watcher = watch(options.folder, { recursive: true, signal }, (_event, name) => {
      if (name === null) return;
      const file = name.split(sep).join('/');
      clearTimeout(waiting.get(file));
      waiting.set(
        file,
        setTimeout(() => {
          waiting.delete(file);
          last = last.then(() => pushChanged(scripts, options.folder, file));
        }, QUIET_MS),
      );
    });
    say(`watching ${options.folder}; Ctrl-C ends it`);
    await new Promise<void>((resolve) => {
      watcher.on('close', resolve);
      watcher.on('error', () => resolve());
    });
    for (const timer of waiting.values()) clearTimeout(timer);
    await last;
  });
}

async function pushChanged(scripts: ServiceScripts, folder: string, file: string): Promise<void> {
  try {
    const path = pathOfFile(file);
    if (path === undefined) return;
    if (existsSync(join(folder, file))) {
      const script = readScriptFile(folder, file);
      // A file that has just been emptied is being written.
      if (script === undefined || script.request.code.trim() === '') return;
      const done = await scripts.push(script);
      if (done !== 'same') say(`${done === 'added' ? '+' : 'M'} ${file}`);
      return;
    }
    const gone = (await scripts.installed()).find((script) => script.path === path);
    if (gone === undefined) return;
    await scripts.remove(gone);
    say(`- ${file}`);
  } catch (error) {
    say(`! ${file}: ${failureText(error)}`);
  }
}

/** Lists the scripts of a database, of every service. */
export async function listScripts(options: ConnectionOptions & { readonly database: string }): Promise<void> {
  await withClient(options, async (client) => {
    for (const { service, path, methods, name } of await client.database(options.database).scripts.list()) {
      say(
        `${methods.length === 0 ? 'module' : methods.join(',')}  /api/${options.database}/${service}/${path}  ${name}`,
      );
    }
  });
}

/** Milliseconds between two looks for new lines. */
const FOLLOW_MS = 1_000;
/** Lines that may come within that time. */
const FOLLOWED_LINES_MAX = 10_000;

/** Shows what scripts have logged, the oldest first; with `follow` also what comes. */
export async function showLogs(
  options: ConnectionOptions & {
    readonly database: string;
    readonly script?: string;
    readonly level?: string;
    readonly limit?: number;
    readonly follow?: boolean;
  },
  signal: AbortSignal,
): Promise<void> {
  const { database, script, level, limit = 100, follow } = options;
  await withClient(options, async (client) => {
    let shown: ReadonlySet<string> = new Set();
    let since: Date | undefined;
    for (;;) {
      const lines = await client.database(database).scripts.logs({
        ...{ script, level, since },
        limit: since === undefined ? limit : FOLLOWED_LINES_MAX,
      });
      for (const line of lines.toReversed()) if (!shown.has(line._key)) say(logText(line));
      // Lines of the newest moment are answered once more, and others of that moment may still come.
      shown = new Set(lines.map(({ _key }) => _key));
      since = lines.length === 0 ? since : new Date(lines[0].timestamp);
      if (follow !== true || signal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS));
    }
  });
}

/** A script may log what a stranger has sent: no control characters of it reach the terminal. */
function logText({ timestamp, level, script_name: name, line, message }: ScriptLogLine): string {
  const place = line === undefined ? name : `${name}:${line}`;
  const text = message.split('\n').map(visibleText).join('\n');
  return `${new Date(timestamp).toISOString()} ${visibleText(level).padEnd(5)} ${visibleText(place)}: ${text}`;
}
