import { CairnError } from '@cairn/protocol/internal';

/** Collections whose records only their own commands write: who could forge a job could have any script run in another's name. */
const GUARDED: ReadonlySet<string> = new Set([
  '_jobs',
  '_queues',
  '_cron_jobs',
  '_triggers',
  '_trigger_state',
  '_trigger_failures',
]);

export function isGuarded(collection: string): boolean {
  return GUARDED.has(collection);
}

/** @throws CairnError `permission_denied` */
export function refuseGuarded(collection: string): void {
  if (!GUARDED.has(collection)) return;
  throw new CairnError('permission_denied', `Collection '${collection}' is written by its own commands only`, {
    details: { collection },
  });
}
