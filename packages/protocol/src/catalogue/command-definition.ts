import type { z } from 'zod';
import type { RequestField } from '../message/request.ts';

/** What somebody must be allowed to do. Admin implies write implies read; execute is apart. */
export type Action = 'read' | 'write' | 'execute' | 'admin';

/**
 * Over what: one collection (fields `database` and `collection`), one database (`database`), or the whole server. `inside`:
 * something in the database, where the command itself asks for each collection that it comes to.
 */
export type AccessScope = 'collection' | 'inside' | 'database' | 'global';

/**
 * Who may use a command: everybody (`public`), everybody who has authenticated, or whoever may do `action` over what
 * the request names.
 */
export type Access = 'public' | 'authenticated' | { readonly action: Action; readonly scope: AccessScope };

/** The members of a request as they came, without those that are nil. */
export type RequestFields = Record<string, RequestField>;

/**
 * A command as data: everything that help, permissions, retries, metrics and the clients have to know about it. What it
 * does stands in the server.
 */
export interface CommandDefinition<Name extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly name: Name;
  /** Other names under which clients send it. */
  readonly aliases: readonly string[];
  readonly access: Access;
  /** `read` changes nothing, `write` may change data, `session` concerns the connection or the server itself. */
  readonly mode: 'read' | 'write' | 'session';
  /** Whether doing it twice leaves what doing it once leaves, so that it may be sent again when no answer came. */
  readonly idempotent: boolean;
  /** Written into the audit log before it is done: changes of rights, of the catalogue and of settings. */
  readonly audited: boolean;
  /** One sentence for help. */
  readonly summary: string;
  /** Other names of its fields, each with the name that counts. The field itself wins over its alias. */
  readonly fieldAliases: Readonly<Record<string, string>>;
  /** Brings requests of old clients into the present shape, after the aliases and before the schema. */
  readonly prepare: ((fields: RequestFields) => RequestFields) | undefined;
  /** The fields, as the command's code gets them. Unknown ones are dropped. */
  readonly request: Schema;
  /** What stands under `data` of a success; `z.undefined()` when nothing does. */
  readonly reply: z.ZodType;
}

/** A definition as it is written: what is left out has the usual value. */
export type CommandDraft<Name extends string, Schema extends z.ZodType> = Pick<
  CommandDefinition<Name, Schema>,
  'name' | 'access' | 'mode' | 'summary' | 'request' | 'reply'
> &
  Partial<Pick<CommandDefinition, 'aliases' | 'idempotent' | 'audited' | 'fieldAliases' | 'prepare'>>;

/**
 * Completes a definition: no aliases, idempotent exactly when it only reads, and audited when it changes what only an
 * administrator or the writer of a whole database may change, unless it says otherwise.
 *
 * @example
 * export const getDocument = defineCommand({
 *   name: 'get', access: { action: 'read', scope: 'collection' }, mode: 'read', summary: 'Reads one document.',
 *   request: z.object({ database, collection, key: documentKey }), reply: document,
 * });
 */
export function defineCommand<const Name extends string, Schema extends z.ZodType>(
  draft: CommandDraft<Name, Schema>,
): CommandDefinition<Name, Schema> {
  return Object.freeze({
    aliases: [],
    idempotent: draft.mode === 'read',
    audited: draft.mode !== 'read' && isAdministration(draft.access),
    fieldAliases: {},
    prepare: undefined,
    ...draft,
  });
}

function isAdministration(access: Access): boolean {
  if (typeof access === 'string') return false;
  return access.action === 'admin' || (access.action === 'write' && access.scope === 'database');
}
