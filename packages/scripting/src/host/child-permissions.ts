import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { moduleLoader } from './code/module-loader.ts';

/**
 * How V8 collects garbage here. Each run in JavaScript leaves a context of 200 KB behind: collected at once by the thread that runs it, and
 * more of them at a time, they cost 80 µs a run less than with helper threads on the cores that others need.
 */
const COLLECTION = [
  '--no-concurrent-marking',
  '--no-incremental-marking',
  '--single-threaded-gc',
  '--heap-growing-percent=800',
];

/** Each context would be given this part of the language anew, in 20 µs; nothing here is disposed of. */
const LANGUAGE = ['--no-js-explicit-resource-management', '--no-js-atomics-pause', '--no-js-source-phase-imports'];

/** Loops that this compiler has taken over while they ran may never look whether they are to end. Maglev's do. */
const COMPILERS = ['--no-turbofan'];

/**
 * The arguments under which a script process starts: it may read the code that it is made of and load the native module of
 * isolates; it may not write, start anything, or look elsewhere. Network has no permission of its own in Node 24: nothing
 * in the process hands it to a script.
 * @param preparedCode a file of `PreparedCode`; absent: each process takes the types away itself
 */
export function childArguments(main: string, preparedCode?: string): string[] {
  const places = preparedCode === undefined ? readablePlaces() : [...readablePlaces(), preparedCode];
  return [
    '--permission',
    '--allow-addons',
    ...places.map((place) => `--allow-fs-read=${place}`),
    ...(preparedCode === undefined ? [] : ['--import', moduleLoader(preparedCode)]),
    '--no-warnings',
    '--max-old-space-size=512',
    '--max-semi-space-size=8',
    ...COLLECTION,
    ...COMPILERS,
    ...LANGUAGE,
    main,
  ];
}

/** The loader of the isolates' native module looks whether this file is there, to choose between two C libraries. */
const C_LIBRARY_MARK = '/etc/alpine-release';

/** This package, the protocol's, and the folders of installed packages. */
function readablePlaces(): string[] {
  const ours = packageRoot(fileURLToPath(import.meta.url));
  const require = createRequire(import.meta.url);
  const protocol = packageRoot(realpathSync(require.resolve('@cairn/protocol')));
  const places = new Set([ours, protocol, C_LIBRARY_MARK]);
  for (const root of [ours, protocol]) {
    for (const folder of installedFolders(root)) places.add(folder);
  }
  return [...places];
}

function packageRoot(file: string): string {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** Every `node_modules` from a folder upwards. */
function installedFolders(from: string): string[] {
  const folders: string[] = [];
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = folder.endsWith(`${sep}node_modules`) ? folder : join(folder, 'node_modules');
    if (existsSync(candidate)) folders.push(candidate);
    if (dirname(folder) === folder) return folders;
  }
}
