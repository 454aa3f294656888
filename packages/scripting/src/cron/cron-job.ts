import type { Value } from '@cairn/protocol/internal';

/** What happens when a run is due and the one before has not ended: both run, the new one is left out, or the old one is cancelled. */
export type OverlapPolicy = 'allow' | 'skip' | 'cancel';
/** What happens to runs that were due while nobody could start them: one for all of them, none, or each. */
export type MissedPolicy = 'once' | 'skip' | 'all';

export const OVERLAP_POLICIES: readonly OverlapPolicy[] = ['allow', 'skip', 'cancel'];
export const MISSED_POLICIES: readonly MissedPolicy[] = ['once', 'skip', 'all'];

/** A cron job as it is stored in `_cron_jobs`. */
export interface CronJob {
  readonly _key: string;
  readonly name: string;
  readonly cron_expression: string;
  /** IANA name. */
  readonly timezone: string;
  readonly script_path: string;
  readonly params: Value;
  readonly queue: string;
  readonly priority: number;
  readonly max_retries: number;
  readonly enabled: boolean;
  readonly overlap: OverlapPolicy;
  readonly missed: MissedPolicy;
  readonly description?: string;
  readonly run_timeout_ms?: number;
  /** Seconds since 1970, as clients know them; null while there is none. */
  readonly last_run: number | null;
  readonly next_run: number | null;
  readonly next_run_ms: number | null;
  readonly last_job_id: string | null;
  /** Runs that were left out by the policies. */
  readonly skipped_count: number;
  readonly created_at: number;
  readonly updated_at: number;
  /** Who made it: the rights of scripts that run as their caller. */
  readonly user?: string;
}

/** The key of the job that a run is: the same run makes the same job. */
export function cronRunKey(cronId: string, dueMs: number): string {
  return `${cronRunPrefix(cronId)}${String(dueMs).padStart(14, '0')}`;
}

/** What the keys of all runs of a cron job begin with. */
export function cronRunPrefix(cronId: string): string {
  return `cron:${cronId}:`;
}
