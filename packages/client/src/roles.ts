import type { Value } from '@cairn/protocol';
import type { Channel } from './connection/channel.ts';
import type { CommandOptions } from './options.ts';

export type Action = 'read' | 'write' | 'execute' | 'admin';

/**
 * What a role permits: a text such as `read` (everywhere), `write:shop` (in a database), `read:shop/orders` (in a
 * collection), and `*` for any database; or the same as an object.
 */
export type PermissionLine =
  | string
  | {
      readonly action: Action;
      readonly scope?: 'global' | 'database' | 'collection';
      readonly database?: string;
      readonly collection?: string;
    };

/** A role as the server describes one. */
export type RoleDescription = Readonly<Record<string, Value>>;

/** The roles that users and keys can have. For administrators. */
export class Roles {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  async list(options?: CommandOptions): Promise<RoleDescription[]> {
    return (await this.#channel.send('list_roles', {}, options)).data as RoleDescription[];
  }

  /** @throws CairnServerError with code `not_found` */
  async get(name: string, options?: CommandOptions): Promise<RoleDescription> {
    return (await this.#channel.send('get_role', { name }, options)).data as RoleDescription;
  }

  /** @throws CairnServerError with code `already_exists`, `invalid_argument` for a line that is no permission */
  async create(
    name: string,
    permissions: readonly PermissionLine[],
    { description, ...options }: { readonly description?: string } & CommandOptions = {},
  ): Promise<RoleDescription> {
    const fields = { name, permissions: permissions as Value[], description };
    return (await this.#channel.send('create_role', fields, options)).data as RoleDescription;
  }

  /** Changes what the role permits, at once and for everybody who has it. @throws CairnServerError with code `permission_denied` for a built-in role */
  async update(
    name: string,
    change: { readonly permissions?: readonly PermissionLine[]; readonly description?: string },
    options?: CommandOptions,
  ): Promise<RoleDescription> {
    const fields = { name, permissions: change.permissions as Value[] | undefined, description: change.description };
    return (await this.#channel.send('update_role', fields, options)).data as RoleDescription;
  }

  /** Takes the role from everybody who has it, and removes it. */
  async delete(name: string, options?: CommandOptions): Promise<void> {
    await this.#channel.send('delete_role', { name }, options);
  }
}
