/**
 * Checks the shape of the house, from the import statements of the sources:
 *   1. no file takes part in an import cycle (type-only imports do not count: they vanish before anything runs);
 *   2. a package reaches another only through its two doors, and only packages that it names as dependencies;
 *   3. packages depend on each other in one direction, as the list below says.
 * Prints each breach with its path and ends with status 1 if there was one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Whom a package may import. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  storage: ['protocol'],
  query: ['protocol', 'storage'],
  scripting: ['protocol'],
  server: ['protocol', 'storage', 'query', 'scripting'],
  client: ['protocol'],
  cli: ['protocol', 'query', 'scripting', 'client', 'server'],
};

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const IMPORT =
  /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

function importsOf(text: string): Import[] {
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\//g, '');
  return [...withoutComments.matchAll(IMPORT)].map((match) => ({
    target: (match[2] ?? match[3])!,
    typeOnly: match[1] !== undefined,
  }));
}

function packageOf(path: string): string | undefined {
  return /^packages\/([^/]+)\//.exec(path)?.[1];
}

/** Every breach in these files, as sentences. Paths are relative to the root of the workspace, with `/`. */
export function breaches(files: readonly SourceFile[]): string[] {
  const found: string[] = [];
  const graph = new Map<string, string[]>();
  for (const file of files) {
    const home = packageOf(file.path);
    const edges: string[] = [];
    for (const { target, typeOnly } of importsOf(file.text)) {
      if (target.startsWith('.')) {
        const to = join(dirname(file.path), target);
        if (home !== undefined && packageOf(to) !== home) found.push(`${file.path} reaches ${to} past the doors`);
        if (!typeOnly) edges.push(to);
        continue;
      }
      const [, name, door] = /^@cairn\/([^/]+)(\/.*)?$/.exec(target) ?? [];
      if (name === undefined) continue;
      if (door !== undefined && door !== '/internal') found.push(`${file.path} imports ${target}: not a door`);
      if (home === undefined || home === name || file.path.endsWith('.test.ts')) continue;
      if (!(ALLOWED[home] ?? []).includes(name)) found.push(`${file.path}: ${home} may not depend on ${name}`);
    }
    graph.set(file.path, edges);
  }
  for (const cycle of cycles(graph)) found.push(`import cycle: ${cycle.join(' → ')}`);
  return found;
}

/** One cycle for each file that closes one, by depth-first search. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): void => {
    if (state.get(node) === 'done') return;
    if (state.get(node) === 'open') {
      found.push([...path.slice(path.indexOf(node)), node]);
      return;
    }
    state.set(node, 'open');
    path.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    path.pop();
    state.set(node, 'done');
  };
  for (const node of graph.keys()) visit(node);
  return found;
}

function sourcesUnder(root: string): SourceFile[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..');
  const files = ['packages', 'test', 'bench', 'tools']
    .flatMap((folder) => sourcesUnder(join(root, folder)))
    .map((file) => ({ ...file, path: relative(root, file.path).replaceAll('\\', '/') }));
  const found = breaches(files);
  for (const breach of found) console.error(breach);
  console.log(`architecture: ${files.length} files, ${found.length} breaches`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
