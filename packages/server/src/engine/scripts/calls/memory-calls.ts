import { SCRIPT_CACHE_TTL_S } from '../../../limits.ts';
import { type HostCall, numberParameter, optionalNumber, textParameter } from '../run/call-context.ts';

/** What a database's scripts keep between requests: cached values and counted calls. */
export const MEMORY_CALLS = {
  'cache.set': (parameters, { surroundings, database }) => {
    const key = textParameter(parameters, 0, 'the key');
    const ttlS = optionalNumber(parameters, 2, 'the time to live', SCRIPT_CACHE_TTL_S);
    surroundings.memoryOf(database).cache.set(key, parameters[1] ?? null, ttlS);
    return true;
  },
  'cache.get': (parameters, { surroundings, database }) =>
    surroundings.memoryOf(database).cache.get(textParameter(parameters, 0, 'the key')),
  'cache.delete': (parameters, { surroundings, database }) =>
    surroundings.memoryOf(database).cache.delete(textParameter(parameters, 0, 'the key')),
  rate_limit: (parameters, { surroundings, database }) => {
    const name = textParameter(parameters, 0, 'the id');
    const most = numberParameter(parameters, 1, 'the maximum');
    const windowS = numberParameter(parameters, 2, 'the window');
    return surroundings.memoryOf(database).rateLimits.allows(name, most, windowS);
  },
} satisfies Record<string, HostCall>;
