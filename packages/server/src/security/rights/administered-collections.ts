import type { Action } from './permissions.ts';

/**
 * What somebody must be allowed to do to do this with a collection. In collections whose names begin with an underscore the server
 * keeps scripts, jobs, secrets and the like: whoever writes there installs code, so their documents are for the database's
 * administrators. It is the name that counts and no list, which somebody would forget to add to.
 */
export function actionOn(collection: string, action: Action): Action {
  return collection.startsWith('_') ? 'admin' : action;
}
