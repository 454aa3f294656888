import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Client, connect } from '@cairn/client';
import { type CommandResult, cairn } from './cairn-command.ts';
import { ServerProcess } from './server-process.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * A server in a process of its own with an empty database `shop`, a client of it, and the command line that finds it. Made inside a
 * `describe`, it is there before its tests and gone after them.
 */
export class ServedShop {
  readonly folder: ReturnType<typeof temporaryFolder>;
  server!: ServerProcess;
  client!: Client;

  constructor(purpose: string) {
    this.folder = temporaryFolder(`cli-${purpose}`);
    before(() => this.#open());
    after(() => this.#close());
  }

  get dataDir(): string {
    return join(this.folder.path, 'data');
  }

  /** What tells the command line where the server is, and as whom to ask. */
  get environment(): Readonly<Record<string, string>> {
    return { CAIRN_URL: `127.0.0.1:${this.server.port}`, CAIRN_PASSWORD: this.server.password };
  }

  run(args: readonly string[], input?: string): Promise<CommandResult> {
    return cairn(args, { environment: this.environment, ...(input === undefined ? {} : { input }) });
  }

  /** What a command prints that must go well. */
  async ok(args: readonly string[], input?: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(args, input);
    assert.equal(exitCode, 0, `${args.join(' ')}: ${stderr}${stdout}`);
    return stdout;
  }

  async #open(): Promise<void> {
    this.server = await ServerProcess.start({ dataDir: this.dataDir });
    this.client = await connect({ port: this.server.port, user: 'admin', password: this.server.password });
    await this.client.databases.create('shop');
  }

  async #close(): Promise<void> {
    await this.client?.close();
    await this.server?.stop();
    this.folder.remove();
  }
}
