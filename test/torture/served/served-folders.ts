import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { WireConnection } from '../../harness/wire-connection.ts';
import type { FolderAnswer, FolderRequest } from './serve-folders.ts';

const ANSWER_TIMEOUT_MS = 60_000;

/** The folder cannot be served, and the server says why. */
export class FolderRefused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** The process that served the folder is no more. */
export class ServerEnded extends Error {}

/** A process that serves folders, one at a time; a new one takes its place when it has ended. */
export class ServedFolders {
  #child: ChildProcess | undefined;
  #output = '';

  /** Serves a folder and logs in. @throws FolderRefused, ServerEnded */
  async open(folder: string): Promise<WireConnection> {
    const answer = await this.#ask({ kind: 'open', folder });
    if (answer.kind === 'refused') throw new FolderRefused(answer.code, answer.message);
    if (answer.kind !== 'opened') throw new Error(`unexpected answer ${answer.kind}`);
    return this.orEnd(WireConnection.login(answer.port));
  }

  /** Stops serving the folder. @throws ServerEnded */
  async close(): Promise<void> {
    await this.#ask({ kind: 'close' });
  }

  /** What `work` gives; when it fails because the process has ended: ServerEnded with what the process said. */
  async orEnd<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const child = this.#child;
      if (child === undefined) throw error;
      const ended = child.exitCode !== null || child.signalCode !== null || (await endsSoon(child, error));
      if (!ended) throw error;
      throw this.#endOf(child);
    }
  }

  /** Ends the process, whatever it is doing. */
  async end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  #ask(request: FolderRequest): Promise<FolderAnswer> {
    const child = this.#start();
    return new Promise((resolve, reject) => {
      const settle = (how: () => void) => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        how();
      };
      const onMessage = (answer: unknown) => settle(() => resolve(answer as FolderAnswer));
      const onExit = () => settle(() => reject(this.#endOf(child)));
      const onTimeout = () => {
        child.kill('SIGKILL');
        settle(() => reject(new ServerEnded(`no answer to '${request.kind}' within ${ANSWER_TIMEOUT_MS} ms`)));
      };
      const timer = setTimeout(onTimeout, ANSWER_TIMEOUT_MS);
      child.on('message', onMessage);
      child.on('exit', onExit);
      child.send(request);
    });
  }

  #start(): ChildProcess {
    const running = this.#child;
    if (running !== undefined && running.exitCode === null && running.signalCode === null) return running;
    this.#output = '';
    const child = fork(join(import.meta.dirname, 'serve-folders.ts'), { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    const listen = (chunk: Buffer) => (this.#output = (this.#output + chunk.toString()).slice(-4000));
    child.stdout!.on('data', listen);
    child.stderr!.on('data', listen);
    this.#child = child;
    return child;
  }

  #endOf(child: ChildProcess): ServerEnded {
    if (this.#child === child) this.#child = undefined;
    return new ServerEnded(`ended with ${child.signalCode ?? child.exitCode}: ${this.#output.trim().slice(-600)}`);
  }
}

/** A broken connection comes a moment before the news of the end of the process. */
async function endsSoon(child: ChildProcess, error: unknown): Promise<boolean> {
  if (!/connection|ECONN|socket/i.test(String(error))) return false;
  await Promise.race([once(child, 'exit'), new Promise((done) => setTimeout(done, 1000))]);
  return child.exitCode !== null || child.signalCode !== null;
}
