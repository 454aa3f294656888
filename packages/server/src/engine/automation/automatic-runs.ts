import { Session } from '../../runner/session.ts';
import type { Security } from '../../security/security.ts';
import type { Scripts } from '../scripts/scripts.ts';
import type { RunScript } from './run-script.ts';

/** Where automatic runs come from, as far as the server is concerned. */
const ADDRESS = 'automation';

/** Runs the scripts of jobs, cron jobs and triggers: in a session of their own, with the user who set them off as caller. */
export function automaticRuns({ scripts, security }: { scripts: Scripts; security: Security }): RunScript {
  return async (database, scriptPath, body, { user, ...call }) => {
    const caller = user === undefined ? undefined : new Session(ADDRESS, security, 'script');
    if (user !== undefined) caller?.authenticate(user);
    return scripts.runByPath(database, scriptPath, body, { ...call, caller });
  };
}
