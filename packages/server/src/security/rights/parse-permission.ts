import { CairnError, isObject, stringifyJson, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { Action, Permission, Scope } from './permissions.ts';

const ACTIONS: ReadonlySet<string> = new Set(['read', 'write', 'execute', 'admin'] satisfies Action[]);
const SCOPES: ReadonlySet<string> = new Set(['global', 'database', 'collection'] satisfies Scope[]);

/**
 * A line of a role as clients write it: an object `{action, scope?, database?, collection?}`, or a text: `read` (everywhere),
 * `write:shop` (in a database), `read:shop/orders` (in a collection), with `*` for any database.
 * @throws CairnError `invalid_argument` that names the line
 */
export function parsePermission(line: Value): Permission {
  if (typeof line === 'string') return fromText(line);
  if (isObject(line)) return fromObject(line);
  throw unknownPermission(line);
}

function fromText(text: string): Permission {
  const [, action, place] = /^(\w+)(?::(.+))?$/.exec(text) ?? [];
  if (action === undefined || !ACTIONS.has(action)) throw unknownPermission(text);
  if (place === undefined) return { action: action as Action, scope: 'global' };
  const slash = place.indexOf('/');
  const database = slash < 0 ? place : place.slice(0, slash);
  const collection = slash < 0 ? undefined : place.slice(slash + 1);
  if (database === '' || collection === '') throw unknownPermission(text);
  return permission(action as Action, collection === undefined ? 'database' : 'collection', database, collection);
}

function fromObject(line: ValueObject): Permission {
  const { action, scope, database, collection } = line;
  const place = [database, collection].every((name) => name === undefined || name === null || typeof name === 'string');
  if (typeof action !== 'string' || !ACTIONS.has(action) || !place) throw unknownPermission(line);
  const [inDatabase, inCollection] = [textOf(database), textOf(collection)];
  const implied = inCollection !== undefined ? 'collection' : inDatabase !== undefined ? 'database' : 'global';
  const wanted = scope === undefined || scope === null ? implied : scope;
  if (typeof wanted !== 'string' || !SCOPES.has(wanted)) throw unknownPermission(line);
  if ((wanted === 'collection') !== (inCollection !== undefined)) throw unknownPermission(line);
  return permission(action as Action, wanted as Scope, inDatabase, inCollection);
}

function permission(action: Action, scope: Scope, database?: string, collection?: string): Permission {
  return {
    action,
    scope,
    ...(database === undefined || database === '*' ? {} : { database }),
    ...(collection === undefined ? {} : { collection }),
  };
}

function textOf(name: Value | undefined): string | undefined {
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function unknownPermission(line: Value): CairnError {
  const shown = stringifyJson(line).slice(0, 200);
  return new CairnError(
    'invalid_argument',
    `${shown} is no permission: expected {action: read|write|execute|admin, scope: global|database|collection, database?, collection?} or a text such as "read:shop/orders"`,
  );
}

/** A line as records and replies have it. */
export function showPermission({ action, scope, database, collection }: Permission): ValueObject {
  return {
    action,
    scope,
    ...(database === undefined ? {} : { database }),
    ...(collection === undefined ? {} : { collection }),
  };
}
