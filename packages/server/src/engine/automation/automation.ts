import { CairnError } from '@cairn/protocol/internal';
import type { Database } from '@cairn/storage/internal';
import type { AutomationOptions, AutomationShared } from './automation-shared.ts';
import { DatabaseAutomation } from './database-automation.ts';
import type { RunScript } from './run-script.ts';
import { ensureCollections, SystemCollection, type SystemCollectionPlan } from './system-collection.ts';

/** In the system database: names of databases that have jobs, cron jobs or triggers, so that a start need not open all of them. */
const REGISTRY: SystemCollectionPlan = { name: '_automation', what: 'Database', indexes: [] };

/**
 * Everything that happens by itself: jobs, cron jobs and triggers of all databases. A database takes part from the first
 * of them on, and again at each start of the server.
 */
export class Automation {
  readonly shared: AutomationShared;
  readonly #system: Database;
  readonly #registry: SystemCollection<{ readonly _key: string }>;
  readonly #byDatabase = new Map<Database, DatabaseAutomation>();
  readonly #prepared = new WeakMap<Database, Set<SystemCollectionPlan>>();
  #runScript: RunScript | undefined;
  #tell: (fields: object, message: string) => void = () => {};

  constructor(system: Database, options: AutomationOptions) {
    this.#system = system;
    this.#registry = new SystemCollection(REGISTRY, options.host);
    this.shared = {
      ...options,
      newKey: () => options.newKey(),
      jobCounts: { started: 0, completed: 0, failed: 0, retried: 0, recovered: 0 },
      triggerCounts: { runs: 0, failures: 0, retries: 0, aborts: 0, depthRefusals: 0, lostChanges: 0 },
      runScript: () => this.#runScript,
      problem: (database, error) => this.#tell({ database, err: error }, 'automation met a problem'),
    };
  }

  /** Databases that took part when the server stopped. */
  registered(): string[] {
    return this.#system.read((view) => this.#registry.all(view)).map(({ _key }) => _key);
  }

  /** From now on scripts can be run, and what is due begins. */
  start(runScript: RunScript, tell: (fields: object, message: string) => void = () => {}): void {
    this.#runScript = runScript;
    this.#tell = tell;
    for (const automation of this.#byDatabase.values()) automation.wake();
  }

  of(database: Database): DatabaseAutomation | undefined {
    return this.#byDatabase.get(database);
  }

  /** Has a collection before-triggers? False also for a database that there is not. */
  isAsked(database: string, collection: string): boolean {
    for (const one of this.#byDatabase.values()) {
      if (one.triggers.hasBefore && one.database.name === database) return one.triggers.before(collection).length > 0;
    }
    return false;
  }

  /** A database was opened: takes it in if it has anything that happens by itself. */
  adopt(database: Database): void {
    if (this.#byDatabase.has(database) || !DatabaseAutomation.concerns(database)) return;
    this.#attach(database);
    // One that was restored from a backup is not known yet.
    this.#register(database.name).catch((error) => this.shared.problem(database.name, error));
  }

  /** Makes the collections that a first job, cron job or trigger needs. */
  async prepare(database: Database, plans: readonly SystemCollectionPlan[]): Promise<DatabaseAutomation> {
    const prepared = this.#prepared.get(database) ?? new Set();
    if (!plans.every((plan) => prepared.has(plan))) {
      await this.#register(database.name);
      await ensureCollections(database, plans);
      for (const plan of plans) prepared.add(plan);
      this.#prepared.set(database, prepared);
    }
    return this.#byDatabase.get(database) ?? this.#attach(database);
  }

  newKey(): string {
    return this.shared.newKey();
  }

  /** A database goes away. */
  async leave(database: Database): Promise<void> {
    const automation = this.#byDatabase.get(database);
    this.#byDatabase.delete(database);
    await automation?.stop();
    if (automation === undefined) return;
    await this.#system.write((transaction) => {
      if (transaction.collection(REGISTRY.name) !== undefined) transaction.delete(REGISTRY.name, database.name);
    });
  }

  /** The host's clock may have jumped. */
  sweep(): void {
    for (const automation of this.#byDatabase.values()) automation.checkClock();
  }

  get databases(): readonly DatabaseAutomation[] {
    return [...this.#byDatabase.values()];
  }

  async stop(): Promise<void> {
    const all = [...this.#byDatabase.values()];
    this.#byDatabase.clear();
    await Promise.all(all.map((automation) => automation.stop()));
  }

  #attach(database: Database): DatabaseAutomation {
    const automation = new DatabaseAutomation(database, this.shared);
    this.#byDatabase.set(database, automation);
    automation.wake();
    return automation;
  }

  async #register(name: string): Promise<void> {
    if (this.registered().includes(name)) return;
    await ensureCollections(this.#system, [REGISTRY]);
    await this.#system.write((transaction) => this.#registry.put(transaction, { _key: name }));
  }
}

/** A transaction that began before the database had its first job cannot see where jobs go. */
export function withoutCollections(database: Database): CairnError {
  const message = `database '${database.name}' has got its first queue after the transaction began; begin it again`;
  return new CairnError('conflict', message, { retryable: true });
}
