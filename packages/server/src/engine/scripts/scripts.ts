import type { Reply, Request, Value } from '@cairn/protocol/internal';
import { EncodedValue, encodeValue } from '@cairn/protocol/internal';
import { ScriptHost, type ScriptOutcome, type ScriptRunner } from '@cairn/scripting/internal';
import type { Database } from '@cairn/storage/internal';
import type { Host } from '../../host.ts';
import type { Logger } from '../../observability/log.ts';
import type { Session } from '../../runner/session.ts';
import type { Security } from '../../security/security.ts';
import type { Settings } from '../../settings.ts';
import type { Documents } from '../documents/documents.ts';
import { documentNotFound } from '../documents/record-writer.ts';
import { ImageProcess } from './images/image-process.ts';
import { DatabaseScripts } from './index/database-scripts.ts';
import { ScriptLogs } from './logs/script-logs.ts';
import { Environment } from './management/environment.ts';
import { ScriptManagement } from './management/script-management.ts';
import { ServiceManagement } from './management/service-management.ts';
import { DatabaseMemory } from './memory/database-memory.ts';
import { RecordStore } from './records/record-store.ts';
import { SCRIPTS } from './records/script-collections.ts';
import { Repl } from './repl/repl.ts';
import { RunHistory } from './run/run-history.ts';
import { type RunOptions, ScriptRuns } from './run/script-runs.ts';
import type { ScriptSocket } from './run/script-socket.ts';
import { ScriptStatistics } from './run/script-statistics.ts';
import type { ScriptSurroundings } from './run/script-surroundings.ts';

/** Whoever runs commands as doors do. */
export interface RequestRunner {
  run(session: Session, request: Request): Reply | Promise<Reply>;
}

/** A script host: it runs scripts, and its processes end with it. */
export interface ClosableScriptRunner extends ScriptRunner {
  /** Makes ready for the first run. Never rejects. */
  warm?(): Promise<void>;
  close(): Promise<void> | void;
}

export interface ScriptsOptions {
  readonly host: Host;
  readonly settings: Settings;
  readonly security: Security;
  readonly documents: Documents;
  /** For what should not happen; absent: nowhere. */
  readonly log?: Logger;
  /** @throws CairnError `not_found` */
  database(name: string): Database;
}

const NOTHING: ReadonlyMap<string, string> = new Map();

/** Scripts of all databases: their records, who finds them, and what runs them. */
export class Scripts implements ScriptSurroundings {
  readonly host: Host;
  readonly settings: Settings;
  readonly security: Security;
  readonly log: Logger | undefined;
  readonly records: RecordStore;
  readonly logs: ScriptLogs;
  readonly images = new ImageProcess();
  readonly statistics = new ScriptStatistics();
  readonly history = new RunHistory();
  readonly sockets = new Map<ScriptSocket, string>();
  readonly management: ScriptManagement;
  readonly services: ServiceManagement;
  readonly environment: Environment;
  readonly runs: ScriptRuns;
  readonly repl: Repl;
  readonly #database: (name: string) => Database;
  readonly #scripts = new WeakMap<Database, DatabaseScripts>();
  readonly #memories = new WeakMap<Database, DatabaseMemory>();
  #requests: RequestRunner | undefined;
  #runner: ClosableScriptRunner | undefined;
  #isClosed = false;

  constructor({ host, settings, security, documents, log, database }: ScriptsOptions) {
    this.log = log;
    this.host = host;
    this.settings = settings;
    this.security = security;
    this.#database = database;
    this.records = new RecordStore(documents);
    this.logs = new ScriptLogs(this.records, host);
    const parts = { records: this.records, security, host };
    this.management = new ScriptManagement(parts);
    this.services = new ServiceManagement(parts);
    this.environment = new Environment(parts);
    this.runs = new ScriptRuns(this, () => this.#runner ?? this.#start());
    this.repl = new Repl(this.runs, host);
  }

  /** Takes the runner that scripts' commands go through. */
  attach(requests: RequestRunner): void {
    this.#requests = requests;
  }

  /** Has scripts run by this host instead of one that is started with the first of them. */
  useRunner(runner: ClosableScriptRunner): void {
    this.#runner = runner;
  }

  /** Somebody has a script: its first run is not to wait for a process. */
  warm(): void {
    const runner = this.#runner ?? this.#start();
    void runner.warm?.();
  }

  database(name: string): Database {
    return this.#database(name);
  }

  findDatabase(name: string): Database | undefined {
    try {
      return this.#database(name);
    } catch {
      return undefined;
    }
  }

  scriptsOf(name: string): DatabaseScripts {
    return ofDatabase(this.#scripts, this.#database(name), (database) => new DatabaseScripts(database));
  }

  memoryOf(name: string): DatabaseMemory {
    return ofDatabase(this.#memories, this.#database(name), () => new DatabaseMemory(this.host));
  }

  run(session: Session, request: Request): Reply | Promise<Reply> {
    return this.#requests!.run(session, request);
  }

  /**
   * Runs the first script with this path, as jobs, cron and triggers name scripts, in the name of its definer.
   * @param body what the script sees as `request.body`
   * @throws CairnError `not_found` when there is no such script
   */
  runByPath(
    database: string,
    path: string,
    body: Value,
    options: RunOptions & { readonly requestPath?: string } = {},
  ): Promise<ScriptOutcome> {
    const script = this.scriptsOf(database).byPath(path);
    if (script === undefined) throw documentNotFound(SCRIPTS, `Script not found: ${path}`);
    const { requestPath = path, ...rest } = options;
    const input = { method: 'POST', path: requestPath, query: NOTHING, params: NOTHING, headers: NOTHING };
    return this.runs.runToEnd(script, { ...input, body: new EncodedValue(encodeValue(body)) }, rest);
  }

  /** Ends what lives on in a database that is to be dropped. */
  leave(database: string): void {
    for (const [socket, name] of this.sockets) if (name === database) socket.close(1011, 'the database is gone');
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#runner?.close();
    this.images.close();
    await this.logs.flush();
  }

  /** The host's processes cost memory: a server without scripts has none. */
  #start(): ClosableScriptRunner {
    const runner = new ScriptHost();
    this.#runner = runner;
    if (this.#isClosed) void runner.close();
    return runner;
  }
}

function ofDatabase<T>(known: WeakMap<Database, T>, database: Database, make: (database: Database) => T): T {
  let found = known.get(database);
  if (found === undefined) {
    found = make(database);
    known.set(database, found);
  }
  return found;
}
