import { type Access, CairnError, type CommandDefinition } from '@cairn/protocol/internal';
import { SYSTEM_DATABASE } from '../engine/system-database.ts';
import { actionOn } from '../security/rights/administered-collections.ts';
import type { Rights } from '../security/rights/permissions.ts';
import { PROTECTED_COLLECTIONS } from '../security/system-records.ts';

/** The members of a request that say where it acts. */
interface Place {
  readonly database?: string;
  readonly collection?: string;
  readonly name?: string;
}

/** A session, as far as it matters here. */
interface HasRights {
  readonly rights: Rights;
}

/**
 * Refuses what the session's user may not do, by the access rule of the command.
 *
 * @throws CairnError `unauthenticated`, `permission_denied`
 */
export function requireAccess(command: CommandDefinition, fields: unknown, session: HasRights): void {
  const { access } = command;
  if (access === 'public') return;
  const { rights } = session;
  if (access === 'authenticated') return;
  const place = fields as Place;
  if (access.scope === 'global') {
    if (!rights.allowsGlobally(access.action)) throw denied(command.name, 'on the server');
    return;
  }
  const database = place.database!;
  if (!allows(rights, access, place)) throw denied(command.name, `in database '${database}'`);
  if (database === SYSTEM_DATABASE) requireSystemAccess(command, place, session);
}

function allows(rights: Rights, { action, scope }: Exclude<Access, string>, place: Place): boolean {
  const database = place.database!;
  if (scope === 'inside') return rights.allowsSomewhereIn(database, action);
  const collection = place.collection ?? place.name;
  if (scope === 'collection' && collection !== undefined) return rights.allowsOn(database, collection, action);
  return rights.allowsIn(database, collection === undefined ? action : actionOn(collection, action));
}

/** The system database is for administrators, and its secrets are for nobody's document commands. */
function requireSystemAccess(command: CommandDefinition, place: Place, session: HasRights): void {
  if (!session.rights.allowsGlobally('admin')) throw denied(command.name, `in database '${SYSTEM_DATABASE}'`);
  const collection = place.collection ?? place.name;
  if (collection === undefined || !PROTECTED_COLLECTIONS.has(collection)) return;
  throw new CairnError('permission_denied', `Forbidden: collection '${collection}' has commands of its own`, {
    details: { collection },
  });
}

function denied(command: string, where: string): CairnError {
  return new CairnError('permission_denied', `Forbidden: '${command}' is not allowed ${where}`, {
    details: { command },
  });
}
