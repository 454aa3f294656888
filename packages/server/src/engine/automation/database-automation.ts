import type { Database } from '@cairn/storage/internal';
import { CRON_JOBS } from '../cron/cron-collections.ts';
import { CronTicker } from '../cron/cron-ticker.ts';
import { JOB_PLANS, JOBS, jobCollection, QUEUES } from '../jobs/job-collections.ts';
import { JobWorker } from '../jobs/job-worker.ts';
import { type QueueRecord, type QueueSettings, queueSettings } from '../jobs/queue-settings.ts';
import { DatabaseTriggers } from '../triggers/database-triggers.ts';
import { TRIGGERS } from '../triggers/trigger-collections.ts';
import type { AutomationShared } from './automation-shared.ts';
import { SystemCollection } from './system-collection.ts';

/** What happens by itself in one database. It is woken by the database's commits and by the clock. */
export class DatabaseAutomation {
  readonly database: Database;
  readonly worker: JobWorker;
  readonly cron: CronTicker;
  readonly triggers: DatabaseTriggers;
  readonly #queues: SystemCollection<QueueRecord>;
  #queueSettings = new Map<string, QueueSettings>();
  readonly #unwatch: () => void;

  constructor(database: Database, shared: AutomationShared) {
    this.database = database;
    const problem = (error: unknown) => shared.problem(database.name, error);
    const { host, jobCounts: counts, jobLeaseMs: leaseMs, runScript } = shared;
    this.#queues = new SystemCollection<QueueRecord>(JOB_PLANS[1]!, host);
    const queue = (name: string) => this.#queueSettings.get(name) ?? queueSettings(undefined);
    const jobs = jobCollection(host);
    this.worker = new JobWorker({ database, host, jobs, leaseMs, counts, queue, runScript, problem });
    this.cron = new CronTicker({ database, host, jobs, queue, abort: (key) => this.worker.abort(key), problem });
    this.triggers = new DatabaseTriggers(database, { ...shared, problem });
    this.#readQueues();
    this.#unwatch = database.watch((collections) => this.#committed(collections));
  }

  /** Has the database any of the collections that something happens by itself in? */
  static concerns(database: Database): boolean {
    return database.read((view) => [JOBS, CRON_JOBS, TRIGGERS].some((name) => view.collection(name) !== undefined));
  }

  wake(): void {
    this.worker.wake();
    this.cron.wake();
    this.triggers.wake();
  }

  checkClock(): void {
    this.worker.checkClock();
    this.cron.checkClock();
    this.triggers.checkClock();
  }

  async stop(): Promise<void> {
    this.#unwatch();
    await Promise.all([this.worker.stop(), this.cron.stop(), this.triggers.stop()]);
  }

  #committed(collections: ReadonlySet<string>): void {
    if (collections.has(QUEUES)) {
      this.#readQueues();
      this.worker.wake();
    }
    if (collections.has(JOBS)) this.worker.wake();
    if (collections.has(CRON_JOBS)) this.cron.wake();
    this.triggers.committed(collections);
  }

  #readQueues(): void {
    const records = this.database.read((view) => this.#queues.all(view));
    this.#queueSettings = new Map(records.map((record) => [record._key, queueSettings(record)]));
  }
}
