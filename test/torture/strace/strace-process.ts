import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Skipped } from '../kit/attack.ts';

const ATTACH_TIMEOUT_MS = 10_000;
/** A write of the server is at most a frame and the pages that it changes. */
const STRING_BYTES_MAX = 32 * 1024 * 1024;

export interface StraceOptions {
  /** System calls that are traced, as `-e trace=` takes them. */
  readonly calls: readonly string[];
  /** As `-e inject=` takes them: `fdatasync:error=EIO:when=3`. */
  readonly injections?: readonly string[];
  /** Only calls on these files count. */
  readonly paths?: readonly string[];
  /** The file of the trace. */
  readonly output: string;
  /** Whether the trace holds all bytes of each write. */
  readonly withData?: boolean;
}

/** @throws Skipped where nobody may trace a process */
export function requireStrace(): void {
  try {
    execFileSync('strace', ['-f', '-o', '/dev/null', 'true'], { stdio: 'ignore' });
  } catch {
    throw new Skipped('strace is missing, or may not trace processes here');
  }
}

export function straceArguments({ calls, injections = [], paths = [], output, withData }: StraceOptions): string[] {
  return [
    '-f',
    '-yy',
    '-o',
    output,
    '-e',
    `trace=${calls.join(',')}`,
    '-e',
    'signal=kill', // the last line of a trace says how the process ended
    ...(withData === true ? ['-s', String(STRING_BYTES_MAX)] : []),
    ...injections.flatMap((injection) => ['-e', `inject=${injection}`]),
    ...paths.flatMap((path) => ['-P', path]),
  ];
}

/** A strace that watches a running process, and hurts it as its injections say. */
export class StraceProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, 'exit');
  }

  /** Attaches to all threads of a process; the process is under its eyes when this resolves. */
  static async attach(pid: number, options: StraceOptions): Promise<StraceProcess> {
    const child = spawn('strace', ['-p', String(pid), ...straceArguments(options)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const strace = new StraceProcess(child);
    const deadline = Date.now() + ATTACH_TIMEOUT_MS;
    while (!said.includes('attached')) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`strace did not attach: ${said}`);
      await sleep(5);
    }
    return strace;
  }

  /** Lets the process go; resolves when the trace is written. */
  async detach(): Promise<void> {
    this.#child.kill('SIGINT');
    await this.#exited;
  }

  /** Resolves when the process has ended and the trace is written. */
  async ended(): Promise<void> {
    await this.#exited;
  }
}
