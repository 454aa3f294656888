import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ByteWriter,
  decodeMessage,
  decodeRequest,
  encodeValue,
  isObject,
  type Reply,
  type Value,
  type ValueObject,
  writeReply,
} from '@cairn/protocol/internal';
import { Engine } from '../engine/engine.ts';
import { type Host, systemHost } from '../host.ts';
import { type LogDestination, type Logger, openLog } from '../observability/log.ts';
import { Runner } from '../runner/runner.ts';
import { Session } from '../runner/session.ts';
import { resolveSettings, type Settings } from '../settings.ts';

/** A host whose monotonic clock tests can move. */
export class TestHost implements Host {
  readonly #real = systemHost();
  aheadMs = 0;
  nowMs = (): number => this.#real.nowMs() + this.aheadMs;
  monotonicMs = (): number => this.#real.monotonicMs() + this.aheadMs;
  randomBytes = (count: number): Uint8Array => this.#real.randomBytes(count);
  readTextFile = (path: string): Promise<string> => this.#real.readTextFile(path);
}

/** A request's reply as a client would see it. */
export interface SeenReply {
  readonly status: string;
  readonly data?: Value;
  readonly count?: number;
  readonly code?: string;
  readonly error?: Value;
  readonly [name: string]: Value | undefined;
}

export const ADMIN_PASSWORD = 'correct horse battery';

/** An engine in a folder of its own with a runner in front: commands without sockets. */
export class TestEngine {
  engine: Engine;
  runner: Runner;
  readonly host: TestHost;
  readonly #folder: string;
  readonly #settings: Settings;
  readonly #log: Logger;

  private constructor(engine: Engine, host: TestHost, folder: string, settings: Settings, log: Logger) {
    this.engine = engine;
    this.#settings = settings;
    this.host = host;
    this.#folder = folder;
    this.#log = log;
    this.runner = new Runner(engine, log);
  }

  /** @param logTo takes the lines of the log; with a `logLevel` among the flags, since tests are silent without one */
  static async open(flags: Record<string, unknown> = {}, logTo?: LogDestination): Promise<TestEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'cairn-server-'));
    const host = new TestHost();
    const settings = resolveSettings({ flags: { logLevel: 'silent', ...flags } });
    const log = openLog(settings.logLevel, logTo);
    const engine = await Engine.open({ dataDir: join(folder, 'data'), settings, log }, host);
    await engine.security.ensureAdmin(ADMIN_PASSWORD);
    return new TestEngine(engine, host, folder, settings, log);
  }

  /** Stops the engine and starts it again on the same folder; sessions end. */
  async reopen(): Promise<void> {
    await this.engine.close();
    this.engine = await Engine.open(
      { dataDir: join(this.#folder, 'data'), settings: this.#settings, log: this.#log },
      this.host,
    );
    this.runner = new Runner(this.engine, this.#log);
  }

  /** Somebody who has authenticated as this user. */
  session(user = 'admin'): Session {
    const session = this.stranger();
    session.authenticate(user);
    return session;
  }

  /** Somebody who has not authenticated. */
  stranger(address = '127.0.0.1'): Session {
    return new Session(address, this.engine.security);
  }

  /** Sends a request through the bytes of the wire and back. */
  async send(session: Session, cmd: string, fields: ValueObject = {}): Promise<SeenReply> {
    return seen(await this.runner.run(session, decodeRequest(encodeValue({ cmd, ...fields }))));
  }

  /** The data of a success. @throws Error with the code of a failure */
  async data(session: Session, cmd: string, fields: ValueObject = {}): Promise<Value | undefined> {
    const reply = await this.send(session, cmd, fields);
    if (reply.status === 'error') throw new Error(`${cmd}: ${reply.code}: ${JSON.stringify(reply.error)}`);
    return reply.data;
  }

  async close(): Promise<void> {
    await this.engine.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A reply after its way over the wire. */
export function seen(reply: Reply): SeenReply {
  const writer = new ByteWriter();
  writeReply(writer, reply);
  const decoded = decodeMessage(Buffer.from(writer.finish()));
  if (!isObject(decoded)) throw new Error('a reply must be a map');
  return decoded as unknown as SeenReply;
}
