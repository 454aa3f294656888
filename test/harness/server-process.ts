import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = resolve(import.meta.dirname, '../../packages/cli/src/main.ts');
/**
 * As the start script sets them: blocks of over a mebibyte, such as the 19 that hashing a password takes, go back to the
 * system when they are freed, where glibc would otherwise keep them for each thread.
 */
const ALLOCATOR = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '1048576', MALLOC_TRIM_THRESHOLD_: '1048576' };
/** As the start script sets them: a young generation that does not keep what a burst of requests has made it grow to. */
const NODE_FLAGS = ['--max-semi-space-size=4'];
const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 15_000;

export interface ServerProcessOptions {
  readonly dataDir: string;
  readonly port?: number;
  /** Password of the first `admin`. */
  readonly password?: string;
  readonly flags?: readonly string[];
  readonly nodeFlags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** A command that runs the server in the same process, such as `strace -D …`. */
  readonly under?: readonly string[];
}

/** A real `cairn serve` in a process of its own, for tests that kill it, measure it or feed it nonsense. */
export class ServerProcess {
  readonly port: number;
  readonly password: string;
  readonly #child: ChildProcess;
  readonly #output: string[] = [];

  private constructor(child: ChildProcess, port: number, password: string) {
    this.#child = child;
    this.port = port;
    this.password = password;
    child.stdout!.on('data', (chunk: Buffer) => this.#output.push(chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => this.#output.push(chunk.toString()));
  }

  /** Starts a server and resolves once it accepts connections. */
  static async start(options: ServerProcessOptions): Promise<ServerProcess> {
    const port = options.port ?? (await freePort());
    const password = options.password ?? 'admin';
    const flags = ['serve', '--port', String(port), '--data-dir', options.dataDir, ...(options.flags ?? [])];
    const node = [process.execPath, ...NODE_FLAGS, ...(options.nodeFlags ?? []), MAIN, ...flags];
    const [command, ...args] = [...(options.under ?? []), ...node];
    const child = spawn(command!, args, {
      env: { ...process.env, ...ALLOCATOR, CAIRN_ADMIN_PASSWORD: password, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new ServerProcess(child, port, password);
    await server.#untilListening();
    return server;
  }

  get url(): string {
    return `cairn://admin:${this.password}@127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Everything that the server has printed. */
  get output(): string {
    return this.#output.join('');
  }

  /** Anonymous resident memory in bytes: what the process holds of its own, without mapped files. Linux only. */
  anonymousMemoryBytes(): number {
    const status = readFileSync(join('/proc', String(this.pid), 'status'), 'utf8');
    return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)![1]) * 1024;
  }

  /** Ends the process at once, as a power failure would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks the server to drain and stop; fails when it does not within the time limit. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (!this.running) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const [, endedBy] = await exited;
    clearTimeout(timer);
    if (signal === 'SIGTERM' && endedBy === 'SIGKILL') throw new Error(`the server did not stop:\n${this.output}`);
  }

  async #untilListening(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (!this.running) throw new Error(`the server ended at its start:\n${this.output}`);
      if (await accepts(this.port)) return;
      await sleep(20);
    }
    await this.kill();
    throw new Error(`the server did not listen within ${START_TIMEOUT_MS} ms:\n${this.output}`);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      settle(true);
    });
    socket.once('error', () => settle(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
