import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { ScriptDescription, ScriptLanguage, ScriptRequest } from '@cairn/client';
import { UsageError } from '../command-error.ts';

/** What a script's file says of it in comments at its head: `-- @methods GET, POST`, or `// @…` in JavaScript. */
const TAGS = ['name', 'methods', 'description', 'ws', 'run_as', 'timeout_ms', 'memory_mb', 'cron', 'timezone'] as const;
type Tag = (typeof TAGS)[number];

const LANGUAGE_OF: Readonly<Record<string, ScriptLanguage>> = {
  '.lua': 'lua',
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.ts': 'javascript',
};
const EXTENSION_OF: Readonly<Record<ScriptLanguage, string>> = { lua: '.lua', javascript: '.js' };

/** Folders and files that hold no scripts. */
const IGNORED = new Set(['node_modules', 'tests', '.git']);
const TEST_FILE = /\.test\.[a-z]+$/;

/** Bytes of a script's text that are read: the server refuses longer ones too. */
const FILE_MAX_BYTES = 1024 * 1024;

/** A file below the folder of a service's scripts. */
export interface ScriptFile {
  /** Below the folder, with `/`. */
  readonly file: string;
  readonly request: Omit<ScriptRequest, 'service'> & { readonly language: ScriptLanguage };
  /** When it runs by itself. */
  readonly schedule?: { readonly cron: string; readonly timezone?: string };
}

/** The endpoint's path of a file: `users/_id.lua` answers `users/:id`, `index.lua` its folder. Undefined for what is no script. */
export function pathOfFile(file: string): string | undefined {
  const extension = /\.[a-z]+$/.exec(file)?.[0] ?? '';
  if (!Object.hasOwn(LANGUAGE_OF, extension) || TEST_FILE.test(file) || file.endsWith('.d.ts')) return undefined;
  const segments = file.slice(0, -extension.length).split('/');
  if (segments.some((segment) => segment === '' || IGNORED.has(segment) || segment.startsWith('.'))) return undefined;
  if (segments.at(-1) === 'index') segments.pop();
  return segments.map((segment) => (segment.startsWith('_') ? `:${segment.slice(1)}` : segment)).join('/');
}

/** The file of an endpoint: the other way round. */
export function fileOfPath(path: string, language: ScriptLanguage): string {
  const segments = path.split('/').map((segment) => (segment.startsWith(':') ? `_${segment.slice(1)}` : segment));
  return `${path === '' ? 'index' : segments.join('/')}${EXTENSION_OF[language]}`;
}

/** The name under which a folder has the script of such a file already: `price.ts` for `price.js`. */
export function nameInFolder(folder: string, file: string): string {
  const extension = /\.[a-z]+$/.exec(file)![0];
  const others = Object.keys(LANGUAGE_OF).filter((one) => LANGUAGE_OF[one] === LANGUAGE_OF[extension]);
  const names = [extension, ...others].map((one) => file.slice(0, -extension.length) + one);
  return names.find((name) => existsSync(join(folder, name))) ?? file;
}

/** @throws UsageError for what is no folder */
export function requireFolder(folder: string): void {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`${folder} is no folder`);
}

/** Reads one file. @throws UsageError naming the file and what is wrong with its head */
export function readScriptFile(folder: string, file: string): ScriptFile | undefined {
  const path = pathOfFile(file);
  if (path === undefined) return undefined;
  const text = readFileSync(join(folder, file));
  if (text.length > FILE_MAX_BYTES) throw new UsageError(`${file}: larger than ${FILE_MAX_BYTES} bytes`);
  const code = text.toString('utf8');
  const language = LANGUAGE_OF[/\.[a-z]+$/.exec(file)![0]]!;
  const tags = tagsOf(file, code);
  const limits = {
    ...(tags.has('timeout_ms') && { timeoutMs: numberOf(file, tags, 'timeout_ms') }),
    ...(tags.has('memory_mb') && { memoryMb: numberOf(file, tags, 'memory_mb') }),
  };
  const cron = tags.get('cron');
  const timezone = tags.get('timezone');
  return {
    file,
    ...(cron !== undefined && { schedule: { cron, ...(timezone !== undefined && { timezone }) } }),
    request: {
      name: tags.get('name') ?? defaultName(path),
      path,
      methods: methodsOf(tags),
      code,
      language,
      ...(tags.has('description') && { description: tags.get('description') }),
      ...(tags.has('run_as') && { runAs: tags.get('run_as') }),
      ...(Object.keys(limits).length > 0 && { limits }),
    },
  };
}

/** Every script below a folder, by path. @throws UsageError when two files would answer in one place */
export function readScriptFolder(folder: string): ScriptFile[] {
  const found = new Map<string, ScriptFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    const script = readScriptFile(folder, file);
    if (script === undefined) continue;
    const other = found.get(script.request.path);
    if (other !== undefined) throw new UsageError(`${other.file} and ${file} stand for the same path`);
    found.set(script.request.path, script);
  }
  return [...found.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** The text of a pulled script: what its record says and its head does not is put in front. */
export function fileText(script: ScriptDescription & { readonly code: string }, language: ScriptLanguage): string {
  const known = tagsOf('', script.code);
  const mark = language === 'lua' ? '--' : '//';
  const lines: string[] = [];
  const add = (tag: Tag, value: unknown) => {
    if (value !== undefined && value !== null && value !== '' && !known.has(tag))
      lines.push(`${mark} @${tag} ${value}`);
  };
  add('name', script.name === defaultName(script.path) ? undefined : script.name);
  const methods = script.methods.join(', ');
  add('methods', methods === '' ? 'none' : methods === 'GET' ? undefined : methods);
  add('description', script.description);
  add('run_as', script.run_as === 'definer' ? undefined : script.run_as);
  return lines.length === 0 ? script.code : `${lines.join('\n')}\n${script.code}`;
}

function tagsOf(file: string, code: string): Map<Tag, string> {
  const tags = new Map<Tag, string>();
  for (const line of code.split('\n')) {
    const comment = /^\s*(?:--|\/\/)\s*(.*)$/.exec(line);
    if (comment === null) {
      if (line.trim() === '') continue;
      break;
    }
    const [, tag, value] = /^@(\w+)\s*(.*)$/.exec(comment[1]!.trim()) ?? [];
    if (tag === undefined) continue;
    if (!TAGS.includes(tag as Tag)) {
      if (file === '') continue;
      throw new UsageError(`${file}: @${tag} is not known; there are ${TAGS.map((name) => `@${name}`).join(', ')}`);
    }
    tags.set(tag as Tag, value!.trim());
  }
  return tags;
}

/** `GET` unless the head says otherwise; `none` makes a module that others of the service load. */
function methodsOf(tags: ReadonlyMap<Tag, string>): string[] {
  const methods = (tags.get('methods') ?? (tags.has('ws') ? '' : 'GET'))
    .split(/[\s,]+/)
    .filter((method) => method !== '' && method !== 'none')
    .map((method) => method.toUpperCase());
  return tags.has('ws') ? [...new Set([...methods, 'WS'])] : methods;
}

function numberOf(file: string, tags: ReadonlyMap<Tag, string>, tag: Tag): number {
  const number = Number(tags.get(tag));
  if (!Number.isFinite(number) || number <= 0) throw new UsageError(`${file}: @${tag} must be a positive number`);
  return number;
}

/** The name of a script whose file says none. */
function defaultName(path: string): string {
  return path === '' ? 'index' : path;
}
