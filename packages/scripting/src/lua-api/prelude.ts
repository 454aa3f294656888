import { readFileSync } from 'node:fs';
import type { PreludeFile } from '../lua/engine.ts';

/** The files of the prelude in the order in which they run. Each gets the table of primitives; the last defines `serve`. */
const FILES = ['serve.lua'] as const;

/** The script API as Lua. */
export function luaPrelude(): PreludeFile[] {
  return FILES.map((name) => ({ name, text: readFileSync(new URL(name, import.meta.url), 'utf8') }));
}
