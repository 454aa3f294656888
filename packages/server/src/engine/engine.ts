import { join } from 'node:path';
import { CairnError } from '@cairn/protocol/internal';
import { emptyTemporaryFolder, QueryEngine } from '@cairn/query/internal';
import { type Database, type RestoreTarget, type StorageMeter, Store } from '@cairn/storage/internal';
import { ChangeableSettings } from '../changeable-settings.ts';
import { type Host, systemHost } from '../host.ts';
import { COLUMN_SHARE_OF_MAIN, IDLE_SWEEP_MS, READ_THREAD_BLOCK_BYTES } from '../limits.ts';
import { Activity } from '../observability/activity/activity.ts';
import { AuditLog } from '../observability/audit/audit-log.ts';
import type { Logger } from '../observability/log.ts';
import { engineGauges } from '../observability/metrics/engine-gauges.ts';
import { Gauges } from '../observability/metrics/gauges.ts';
import { SlowQueryLog } from '../observability/slow-queries/slow-query-log.ts';
import type { Tracer } from '../observability/tracing/tracer.ts';
import { Security } from '../security/security.ts';
import type { Settings } from '../settings.ts';
import { WorkerPool } from '../workers/worker-pool.ts';
import { Automation } from './automation/automation.ts';
import { automationGauges } from './automation/automation-gauges.ts';
import { adoptEdgeCollections } from './collections/adjacency-indexes.ts';
import { Collections } from './collections/collections.ts';
import { CronJobs } from './cron/cron-jobs.ts';
import { KeyGenerator } from './documents/document-key.ts';
import { Documents } from './documents/documents.ts';
import { SchemaGuard } from './documents/schema-guard.ts';
import { Jobs } from './jobs/jobs.ts';
import { Backups } from './maintenance/backups.ts';
import { Cursors } from './queries/cursors.ts';
import { IndexUses } from './queries/index-uses.ts';
import { LongReads } from './queries/long-reads.ts';
import { Queries, type QueryResources } from './queries/queries.ts';
import { scriptGauges } from './scripts/run/script-gauges.ts';
import { Scripts } from './scripts/scripts.ts';
import { openSystemRecords, refuseSystemDatabase, SYSTEM_DATABASE } from './system-database.ts';
import { OpenTransactions } from './transactions/open-transactions.ts';
import { TransactionBudget } from './transactions/transaction-budget.ts';
import { BeforeTriggers } from './triggers/before-triggers.ts';
import { Triggers } from './triggers/triggers.ts';

/** Folder of the data folder for what does not outlive the process. */
const TEMPORARY_FOLDER = 'temporary';
const BACKUPS_FOLDER = 'backups';

export interface EngineOptions {
  readonly dataDir: string;
  readonly settings: Settings;
  /** Where the server's log goes; absent: nowhere. */
  readonly log?: Logger;
}

interface EngineParts extends EngineOptions {
  readonly tracer: Tracer | undefined;
}

/**
 * The database without a door: databases, collections, documents, queries, transactions and users, for whoever runs in
 * this process. Sockets and commands stand in front of it.
 *
 * @example
 * const engine = await Engine.open({ dataDir: './data', settings: resolveSettings({}) });
 * await engine.createDatabase('shop');
 * await engine.close();
 */
export class Engine {
  readonly host: Host;
  readonly settings: Settings;
  readonly dataDir: string;
  /** What of the settings may be changed while it runs. */
  readonly changeable: ChangeableSettings;
  readonly security: Security;
  readonly documents: Documents;
  readonly collections: Collections;
  readonly queries: Queries;
  readonly transactions: OpenTransactions;
  readonly cursors: Cursors;
  /** Which indexes queries read. */
  readonly indexUses: IndexUses;
  readonly backups: Backups;
  readonly scripts: Scripts;
  /** What happens by itself: jobs, cron jobs and triggers of all databases. */
  readonly automation: Automation;
  readonly jobs: Jobs;
  readonly cron: CronJobs;
  readonly triggers: Triggers;
  /** What requests do and have done. */
  readonly activity = new Activity();
  /** Changes of rights and of the catalogue. */
  readonly audit: AuditLog;
  readonly slowQueries: SlowQueryLog;
  /** Absent when nobody wants traces. */
  readonly tracer: Tracer | undefined;
  /** Numbers that parts of the server tell about themselves. */
  readonly gauges = new Gauges();
  readonly #store: Store;
  readonly #workers: WorkerPool | undefined;
  readonly #sweeper: NodeJS.Timeout;
  /** Databases whose collections of edges have been looked at since they were opened. */
  readonly #adopted = new WeakSet<Database>();

  private constructor(store: Store, security: Security, { settings, dataDir, log, tracer }: EngineParts, host: Host) {
    this.#store = store;
    this.security = security;
    this.settings = settings;
    this.dataDir = dataDir;
    this.changeable = new ChangeableSettings(settings);
    this.host = host;
    this.tracer = tracer;
    this.audit = new AuditLog(store.database(SYSTEM_DATABASE), host, log);
    const isKnown = (database: string, collection?: string) => this.#isKnown(database, collection);
    const slowQueries = { host, log, keptMax: settings.slowQueriesKept, isKnown };
    this.slowQueries = new SlowQueryLog(store.database(SYSTEM_DATABASE), slowQueries);
    const keys = new KeyGenerator(host);
    const { jobLeaseMs } = settings;
    this.automation = new Automation(store.database(SYSTEM_DATABASE), { host, jobLeaseMs, newKey: () => keys.next() });
    this.transactions = new OpenTransactions({
      host,
      idleMs: settings.transactionIdleMs,
      openMax: settings.transactionsMax,
      budget: new TransactionBudget({
        oneMaxBytes: settings.transactionMemoryBytes,
        allMaxBytes: settings.transactionsMemoryBytes,
      }),
    });
    this.jobs = new Jobs(this.automation, host);
    this.cron = new CronJobs(this.automation, host);
    this.triggers = new Triggers(this.automation, new BeforeTriggers(this.automation, this.transactions), host);
    const parts = { host, keys, schemas: new SchemaGuard(), before: this.triggers.before };
    this.documents = new Documents(parts);
    this.collections = new Collections(parts.schemas);
    this.#workers = openWorkers(settings, host);
    const longReads = this.#workers === undefined ? undefined : new LongReads(this.#workers, settings);
    const columns = { budgetBytes: columnBytesOfMain(settings), eager: settings.eagerColumns };
    this.queries = new Queries(new QueryEngine({ columns }), parts, queryResources(settings, dataDir), longReads);
    this.backups = new Backups(store, settings.backupDir ?? join(dataDir, BACKUPS_FOLDER), host);
    const { documents } = this;
    this.scripts = new Scripts({ host, settings, security, documents, log, database: (name) => this.database(name) });
    this.indexUses = new IndexUses(host);
    this.cursors = new Cursors({ host, idleMs: settings.cursorIdleMs });
    this.gauges.add(...scriptGauges(this.scripts.statistics));
    this.gauges.add(...engineGauges(this, store, this.#workers), ...automationGauges(this.automation));
    if (tracer !== undefined) this.gauges.add(...tracer.gauges);
    this.#sweeper = setInterval(() => this.sweep(), IDLE_SWEEP_MS).unref();
    const names = new Set(store.databaseNames());
    // At once, so that the change log is kept for triggers that have not read it.
    for (const name of this.automation.registered()) if (names.has(name)) this.#wake(name);
  }

  /** Opens the folder, making it at the first start. @throws CairnError when another process has it open. */
  static async open({ dataDir, settings, log }: EngineOptions, host: Host = systemHost()): Promise<Engine> {
    const store = await Store.open({ path: dataDir, nowMs: () => host.nowMs() });
    try {
      const records = await openSystemRecords(store, host);
      const security = await Security.open(records, { ...settings, host });
      emptyTemporaryFolder(temporaryFolder(dataDir));
      const tracer = await openTracer(settings, host);
      return new Engine(store, security, { settings, dataDir, log, tracer }, host);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Names of the databases, in order. */
  databaseNames(): string[] {
    return [...this.#store.databaseNames()].sort();
  }

  /** What the storage has done since the start. */
  get storageMeter(): StorageMeter {
    return this.#store.meter;
  }

  /** Databases that take no more writes until the server is started anew. */
  get failedDatabases(): readonly string[] {
    return this.#store.state.failedDatabases;
  }

  /** @throws CairnError `not_found` */
  database(name: string): Database {
    const database = this.#store.database(name);
    if (!this.#adopted.has(database)) this.#adopt(database);
    return database;
  }

  #isKnown(database: string, collection: string | undefined): boolean {
    if (!this.#store.has(database)) return false;
    if (collection === undefined) return true;
    return this.#store.database(database).read((view) => view.collection(collection) !== undefined);
  }

  /** Opens a database for what happens in it by itself. One that cannot be opened says so to whoever asks for it. */
  #wake(name: string): void {
    try {
      this.database(name);
    } catch (error) {
      this.automation.shared.problem(name, error);
    }
  }

  /** What an older server left out is made up for while requests are answered already; a failure costs speed alone. */
  #adopt(database: Database): void {
    this.#adopted.add(database);
    this.automation.adopt(database);
    adoptEdgeCollections(database).catch(() => {});
  }

  /** @throws CairnError `already_exists`, `invalid_argument` */
  async createDatabase(name: string): Promise<void> {
    requireDatabaseName(name);
    await this.#store.createDatabase(name);
  }

  /**
   * Makes a database of backups; answers the LSN that it came to.
   * @param backups names in the folder of backups, the full one first
   * @throws CairnError `already_exists`, `invalid_argument`, `corruption`
   */
  async restoreBackup(name: string, backups: readonly string[], target: RestoreTarget): Promise<number> {
    requireDatabaseName(name);
    const lsn = await this.backups.restore(name, backups, target);
    this.#wake(name); // its jobs wait, its triggers follow
    return lsn;
  }

  /** Removes the database with all its collections; its transactions and cursors end. @throws CairnError `not_found` */
  async dropDatabase(name: string): Promise<void> {
    refuseSystemDatabase(name);
    const database = this.#store.database(name);
    await this.automation.leave(database);
    this.scripts.leave(name);
    this.transactions.rollbackAll(name);
    this.cursors.closeAll(name);
    await this.#workers?.closeDatabase(database);
    await this.#store.dropDatabase(name);
  }

  /** Ends what somebody has open who is no more. */
  forgetUser(name: string): void {
    this.transactions.rollbackOf(name);
    this.cursors.closeOf(name);
  }

  /** Makes ready what the first long read would have to wait for. */
  prepareLongReads(): void {
    this.#workers?.prepare();
  }

  /** Ends what nobody has used for its idle time. Runs by itself every second. */
  sweep(): void {
    this.transactions.sweep();
    this.cursors.sweep();
    this.automation.sweep();
    this.#workers?.sweep();
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.automation.stop();
    await this.scripts.close();
    this.cursors.closeAll();
    this.transactions.rollbackAll();
    await this.#workers?.close();
    await this.slowQueries.flush();
    await this.tracer?.close();
    await this.#store.close();
  }
}

/** Loaded only where somebody wants traces. */
async function openTracer(
  { traceEndpoint: endpoint, traceSample: sample }: Settings,
  host: Host,
): Promise<Tracer | undefined> {
  if (endpoint === undefined) return undefined;
  const { Tracer } = await import('../observability/tracing/tracer.ts');
  return new Tracer({ host, endpoint, sample });
}

function openWorkers(settings: Settings, host: Host): WorkerPool | undefined {
  const { readThreads: threads } = settings;
  if (threads === 0) return undefined;
  const budgetBytes = Math.floor((settings.columnBytes - columnBytesOfMain(settings)) / threads);
  const columns = { budgetBytes, eager: settings.eagerColumns };
  return new WorkerPool({ threads, blockBytes: READ_THREAD_BLOCK_BYTES, columns, host });
}

/** Beside threads for long reads the main one scans small collections only. */
function columnBytesOfMain({ columnBytes, readThreads }: Settings): number {
  return readThreads === 0 ? columnBytes : Math.floor(columnBytes / COLUMN_SHARE_OF_MAIN);
}

function temporaryFolder(dataDir: string): string {
  return join(dataDir, TEMPORARY_FOLDER);
}

function queryResources(settings: Settings, dataDir: string): QueryResources {
  const { queryMemoryBytes: spillAfterBytes, queryTemporaryBytes: spillMaxBytes } = settings;
  return { limits: { spillAfterBytes, spillMaxBytes }, temporaryFolder: temporaryFolder(dataDir) };
}

function requireDatabaseName(name: string): void {
  if (name !== '' && !name.includes(':') && !name.includes('/') && !name.includes('\0')) return;
  throw new CairnError('invalid_argument', 'Invalid document: Invalid database name', { details: { name } });
}
