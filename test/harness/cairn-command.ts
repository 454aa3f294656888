import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const MAIN = resolve(import.meta.dirname, '../../packages/cli/src/main.ts');

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Standard input; none unless given. */
  readonly input?: string;
  /** Called with the process as soon as it runs, for tests that stop it. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs `cairn` in a process of its own, to its end. */
export async function cairn(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...options.environment },
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  options.onStart?.(child);
  child.stdin?.end(options.input);
  const exited = new Promise<number | null>((done) => child.once('close', done));
  const [exitCode, stdout, stderr] = await Promise.all([exited, text(child.stdout!), text(child.stderr!)]);
  return { exitCode, stdout, stderr };
}
