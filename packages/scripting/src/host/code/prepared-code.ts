import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The code of script processes without its types, and the files that it was made of. */
export interface PreparedModules {
  /** By URL. */
  readonly [url: string]: {
    readonly text: string;
    /** Of the file when it was read. */
    readonly size: number;
    readonly modifiedMs: number;
  };
}

const RECORDER = fileURLToPath(new URL('./record-modules.ts', import.meta.url));

/**
 * The code that script processes are made of, with its types taken away once and not in each process: that takes 24 MiB
 * and 150 ms of a processor, most of what a process costs to start. It lies in a file beside Node's compiled code, and is made anew
 * when one of its sources has changed. Where it cannot be kept, processes start without it.
 */
export class PreparedCode {
  readonly #file: string;
  readonly #main: string;
  #isThere: boolean | undefined;
  #preparing: Promise<void> | undefined;

  /**
   * @param folder where it is kept
   * @param main URL of the module with which a script process begins
   */
  constructor(folder: string, main: string) {
    const digest = createHash('sha256').update(`${process.version} ${main}`).digest('hex');
    this.#file = join(folder, `script-process-${digest.slice(0, 16)}.json`);
    this.#main = main;
  }

  /** The file that a process may begin with. Undefined while there is none; one is made then for the next. */
  get file(): string | undefined {
    this.#isThere ??= isCurrent(this.#file);
    if (!this.#isThere) void this.prepare();
    return this.#isThere ? this.#file : undefined;
  }

  /** Makes the file when it is not there. Never rejects; what has failed once is not tried again. */
  prepare(): Promise<void> {
    this.#isThere ??= isCurrent(this.#file);
    if (this.#isThere) return Promise.resolve();
    this.#preparing ??= this.#record();
    return this.#preparing;
  }

  #record(): Promise<void> {
    return new Promise((resolve) => {
      const recorder = spawn(process.execPath, ['--no-warnings', RECORDER, this.#main, this.#file], {
        stdio: 'ignore',
        env: {},
      });
      recorder.unref();
      recorder.on('error', () => resolve());
      recorder.on('exit', (code) => {
        this.#isThere = code === 0;
        resolve();
      });
    });
  }
}

function isCurrent(file: string): boolean {
  try {
    const modules = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as PreparedModules);
    return modules.length > 0 && modules.every(([url, { size, modifiedMs }]) => isUnchanged(url, size, modifiedMs));
  } catch {
    return false;
  }
}

function isUnchanged(url: string, size: number, modifiedMs: number): boolean {
  const now = statSync(fileURLToPath(url));
  return now.size === size && now.mtimeMs === modifiedMs;
}
