import type { Action } from './permissions.ts';

/**
 * Collections in which a database keeps its scripts and what belongs to them. Whoever writes there installs code, and there are
 * secrets among them: their documents are for the database's administrators.
 */
const ADMINISTERED: ReadonlySet<string> = new Set([
  '_scripts',
  '_services',
  '_env',
  '_sessions',
  '_logs',
  '_triggers',
  '_jobs',
  '_cron_jobs',
]);

/** What somebody must be allowed to do to do this with a collection. */
export function actionOn(collection: string, action: Action): Action {
  return ADMINISTERED.has(collection) ? 'admin' : action;
}
