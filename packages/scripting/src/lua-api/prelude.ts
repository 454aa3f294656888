import { readFileSync } from 'node:fs';
import { scriptFunctionNames } from '../api/script-reference.ts';
import type { PreludeFile } from '../lua/engine.ts';

/** The files of the prelude in the order in which they run. Each gets the table of primitives; the last defines `serve`. */
const FILES = [
  'core',
  'libraries',
  'string',
  'table',
  'json',
  'crypto',
  'time',
  'errors',
  'validation',
  'response',
  'db',
  'auth',
  'server',
  'developer',
  'module',
  'register',
  'serve',
] as const;

/** Every chunk is called so: positions in them are left out of messages for scripts. */
const CHUNK_PREFIX = 'api/';

/** The names of the reference, for register.lua. */
function documentedNames(): string {
  const names = scriptFunctionNames().map((name) => `'${name}'`);
  return `local primitives = ... primitives.documented = { ${names.join(', ')} }`;
}

/** The script API as Lua. */
export function luaPrelude(): PreludeFile[] {
  const files = FILES.map((file) => ({
    name: `${CHUNK_PREFIX}${file}`,
    text: readFileSync(new URL(`${file}.lua`, import.meta.url), 'utf8'),
  }));
  return [{ name: `${CHUNK_PREFIX}documented`, text: documentedNames() }, ...files];
}
