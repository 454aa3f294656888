import type { Host } from '../../host.ts';
import type { JobCounts } from '../jobs/job-worker.ts';
import type { TriggerCounts } from '../triggers/trigger-counts.ts';
import type { RunScript } from './run-script.ts';

export interface AutomationOptions {
  readonly host: Host;
  readonly jobLeaseMs: number;
  /** Keys of new records. */
  newKey(): string;
}

/** What the automation of all databases shares. */
export interface AutomationShared extends AutomationOptions {
  readonly jobCounts: JobCounts;
  readonly triggerCounts: TriggerCounts;
  runScript(): RunScript | undefined;
  problem(database: string, error: unknown): void;
}

/** The same for one database. */
export type DatabaseShared = Omit<AutomationShared, 'problem'> & { problem(error: unknown): void };
