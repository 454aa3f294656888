/**
 * Run once by itself: `node record-modules.ts MAIN FILE` loads all that a script process beginning with the module MAIN may load, and
 * writes it into FILE without its types.
 */
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

const [main, file] = process.argv.slice(2) as [string, string];
const modules: Record<string, { text: string; size: number; modifiedMs: number }> = {};

function record(url: string): string {
  const path = fileURLToPath(url);
  const { size, mtimeMs: modifiedMs } = statSync(path);
  const text = stripTypeScriptTypes(readFileSync(path, 'utf8'));
  modules[url] = { text, size, modifiedMs };
  return text;
}

registerHooks({
  load: (url, context, next) =>
    url.endsWith('.ts') ? { format: 'module', source: record(url), shortCircuit: true } : next(url, context),
});
// The first of them would begin to work: it is only read. The engines are loaded by name when their first script comes.
record(main);
for (const part of ['../child/script-process.ts', '../child/engines.ts']) await import(part);
for (const engine of ['../../lua/lua-scripts.ts', '../../javascript/javascript-engine.ts']) await import(engine);

// Whole or not at all: others may read it at the same time.
const draft = `${file}.${process.pid}`;
writeFileSync(draft, JSON.stringify(modules), { mode: 0o600 });
renameSync(draft, file);
process.exit(0);
