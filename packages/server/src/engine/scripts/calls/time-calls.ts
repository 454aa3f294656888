import { setTimeout as wait } from 'node:timers/promises';
import type { Host } from '../../../host.ts';
import { PasswordHasher } from '../../../security/login/password-hash.ts';
import { badRequest, type HostCall, numberParameter, textParameter } from '../run/call-context.ts';

/** The PHC string format of argon2id. */
const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/;
/** What a hash of a script may ask for at most: a text of its own must not eat the machine. */
const MEMORY_KIB_MAX = 64 * 1024;
const PASSES_MAX = 16;
const LANES_MAX = 16;

const hashers = new WeakMap<Host, PasswordHasher>();

/** Calls that take their time. */
export const TIME_CALLS = {
  sleep: async (parameters, { signal }) => {
    await wait(Math.max(0, numberParameter(parameters, 0, 'the time')), undefined, { signal });
    return null;
  },
  'password.hash': (parameters, { surroundings }) =>
    hasherOf(surroundings.host).hash(textParameter(parameters, 0, 'the password')),
  'password.verify': (parameters, { surroundings }) => {
    const hash = textParameter(parameters, 0, 'the hash');
    const cost = PHC.exec(hash);
    if (cost === null) throw badRequest('the hash is no argon2id hash in the PHC format');
    const [memory, passes, lanes] = [Number(cost[1]), Number(cost[2]), Number(cost[3])];
    if (memory > MEMORY_KIB_MAX || passes > PASSES_MAX || lanes > LANES_MAX)
      throw badRequest('the hash costs too much');
    return hasherOf(surroundings.host).verify(textParameter(parameters, 1, 'the password'), hash);
  },
} satisfies Record<string, HostCall>;

/** One for all scripts: few hashes are computed at a time. */
function hasherOf(host: Host): PasswordHasher {
  const known = hashers.get(host) ?? new PasswordHasher(host);
  hashers.set(host, known);
  return known;
}
