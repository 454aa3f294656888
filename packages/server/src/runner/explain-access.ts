import { CairnError, type CommandDefinition, type ValueObject } from '@cairn/protocol/internal';
import { SYSTEM_DATABASE } from '../engine/system-database.ts';
import { showPermission } from '../security/rights/parse-permission.ts';
import { type Grant, type Permission, Rights } from '../security/rights/permissions.ts';
import { requireAccess } from './require-access.ts';

/** A command and what it is to act on. */
export interface Asked {
  readonly command: CommandDefinition;
  readonly database: string | undefined;
  readonly collection: string | undefined;
}

/** Whether a command is allowed, what allows it, and what is missing otherwise. */
export interface AccessExplanation extends ValueObject {
  readonly allowed: boolean;
}

/**
 * What `requireAccess` would say, and why. The lines that allow it are found by asking it about each of them alone, so that the
 * explanation cannot be of other rules than those that hold.
 *
 * @throws CairnError `invalid_argument` when the command acts somewhere and nothing says where
 */
export function explainAccess(
  asked: Asked,
  { rights, grants }: { rights: Rights; grants: readonly Grant[] },
): AccessExplanation {
  const { access } = asked.command;
  if (typeof access === 'string') {
    const who = access === 'public' ? 'everybody' : 'everybody who has authenticated';
    return { allowed: true, reason: `'${asked.command.name}' is for ${who}`, granted_by: [] };
  }
  requirePlace(asked);
  const problem = refusal(asked, rights);
  const line = neededLine(asked);
  const needed = { ...showPermission(line), text: lineText(line) };
  if (problem !== undefined) return { allowed: false, reason: problem.message, granted_by: [], needed };
  const granted = grants.filter((grant) => refusal(asked, rightsOf(grant)) === undefined);
  const reason = granted.length === 0 ? 'allowed by the rights of this session' : grantText(granted[0]);
  return { allowed: true, reason, granted_by: granted.map(showGrant), needed };
}

function requirePlace({ command, database, collection }: Asked): void {
  const { access } = command;
  if (typeof access === 'string' || access.scope === 'global') return;
  if (database === undefined)
    throw new CairnError('invalid_argument', `'${command.name}' acts in a database: name one`);
  if (access.scope !== 'collection' || collection !== undefined) return;
  throw new CairnError('invalid_argument', `'${command.name}' acts on a collection: name one`);
}

function refusal({ command, database, collection }: Asked, rights: Rights): CairnError | undefined {
  try {
    requireAccess(command, { database, collection }, { rights });
  } catch (error) {
    if (error instanceof CairnError) return error;
    throw error;
  }
  const { access } = command;
  // Such a command asks for each collection that it comes to.
  if (typeof access === 'string' || access.scope !== 'inside' || database === undefined || collection === undefined) {
    return undefined;
  }
  if (rights.allowsOn(database, collection, access.action)) return undefined;
  return new CairnError('permission_denied', `Forbidden: '${command.name}' is not allowed on '${collection}'`);
}

function rightsOf({ permission, database }: Grant): Rights {
  const rights = new Rights([], () => undefined);
  rights.grant(permission, database);
  return rights;
}

/** The narrowest line that would do. */
function neededLine({ command, database, collection }: Asked): Permission {
  const { action, scope } = command.access as Exclude<CommandDefinition['access'], string>;
  if (database === SYSTEM_DATABASE) return { action: 'admin', scope: 'global' };
  if (scope === 'global' || database === undefined) return { action, scope: 'global' };
  if (collection === undefined || scope === 'database') return { action, scope: 'database', database };
  return { action, scope: 'collection', database, collection };
}

function lineText({ action, database, collection }: Permission): string {
  if (database === undefined) return action;
  return collection === undefined ? `${action}:${database}` : `${action}:${database}/${collection}`;
}

function showGrant({ role, database, permission }: Grant): ValueObject {
  return {
    ...(role === undefined ? {} : { role }),
    ...(database === undefined ? {} : { assigned_in: database }),
    permission: showPermission(permission),
  };
}

function grantText({ role, database, permission }: Grant): string {
  const from = role === undefined ? 'the key itself' : `role '${role}'`;
  const where = database === undefined ? '' : `, assigned in '${database}'`;
  return `allowed by ${from}${where}: ${lineText(permission)}`;
}
