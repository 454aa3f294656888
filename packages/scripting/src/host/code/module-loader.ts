import type { readFileSync } from 'node:fs';
import type { registerHooks } from 'node:module';
import type { PreparedModules } from './prepared-code.ts';

/**
 * A module, as a URL for Node's `--import`, that has a process take its modules from a file of `PreparedCode`. Plain JavaScript that
 * loads nothing: the first module with types in it would bring in what takes them away.
 */
export function moduleLoader(file: string): string {
  const text = `import { registerHooks } from 'node:module';
import { readFileSync } from 'node:fs';
(${loadFrom.toString()})(${JSON.stringify(file)}, registerHooks, readFileSync);`;
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

function loadFrom(file: string, register: typeof registerHooks, read: typeof readFileSync): void {
  let modules: PreparedModules;
  try {
    modules = JSON.parse(read(file, 'utf8')) as PreparedModules;
  } catch {
    return; // It has been removed: Node reads the modules themselves.
  }
  register({
    load: (url, context, next) =>
      Object.hasOwn(modules, url)
        ? { format: 'module', source: modules[url].text, shortCircuit: true }
        : next(url, context),
  });
}
