import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const MAP = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');

/** Paths of all files and folders, with `/`, that the map may name. */
function pathsBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules') return [];
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? [path, ...pathsBelow(path)] : [path];
  });
}

describe('the map of the code', () => {
  it('names files and folders that are there', () => {
    const paths = ['packages', 'docs', 'test', 'tools'].flatMap(pathsBelow).map((path) => path.replaceAll(sep, '/'));
    const named = [...MAP.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/?)`/g)].map(([, name]) => name!.replace(/\/$/, ''));
    const files = named.filter((name) => /\.(ts|lua|md)$|\//.test(name) && name !== 'x.test.ts');
    assert(files.length > 200, 'the map names many files');
    for (const name of files)
      assert(
        paths.some((path) => path === name || path.endsWith(`/${name}`)),
        name,
      );
  });
});
