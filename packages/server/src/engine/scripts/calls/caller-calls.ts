import type { Value } from '@cairn/protocol/internal';
import { HostCallError } from '@cairn/scripting/internal';
import { type CallContext, type HostCall, textParameter } from '../run/call-context.ts';

/** Who asks, what else runs, and texts that scripts of a service share. */
export const CALLER_CALLS = {
  'auth.user': (_parameters, context) => callerOf(context),
  // Nobody in particular is confined to no database: `require_auth` asks whether there is somebody.
  'auth.has_database_access': (parameters, { caller }) => {
    const database = textParameter(parameters, 0, 'the database');
    return caller.session?.isAuthenticated !== true || caller.session.rights.allowsSomewhereIn(database, 'read');
  },
  stats: (_parameters, { surroundings }) => surroundings.statistics.show(),
  module: (parameters, { surroundings, script }) => {
    const name = textParameter(parameters, 0, 'the name');
    const found = surroundings.scriptsOf(script.database).module(script.service, name);
    if (found === undefined) {
      throw new HostCallError(`Module '${name}' not found in service '${script.service}'`, 'DocumentNotFound');
    }
    const { language, code, fingerprint } = found.source;
    return { name: found.name, language, code, fingerprint };
  },
  'streams.list': () => [],
  'streams.stop': (parameters) => {
    textParameter(parameters, 0, 'the name');
    return false;
  },
} satisfies Record<string, HostCall>;

function callerOf({ caller, surroundings }: CallContext): Value {
  const { session } = caller;
  if (session?.isAuthenticated !== true) return { username: '', authenticated: false, roles: [] };
  const { databases, expiresAtMs } = session.rights;
  return {
    username: session.user,
    authenticated: true,
    roles: surroundings.security.rolesOf(session.user),
    ...(databases === undefined ? {} : { scoped_databases: databases }),
    ...(expiresAtMs === undefined ? {} : { exp: Math.floor(expiresAtMs / 1000) }),
  };
}
