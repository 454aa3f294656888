import type { Value } from '@cairn/protocol';
import type { Channel } from './connection/channel.ts';
import type { CommandOptions } from './options.ts';

/** A user as the server describes one. */
export type UserDescription = Readonly<Record<string, Value>>;

/** A role, everywhere or in one database. */
export interface RoleGrant {
  readonly role: string;
  readonly database?: string;
}

/** The users of a server and their roles. */
export class Users {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  async list(options?: CommandOptions): Promise<UserDescription[]> {
    return (await this.#channel.send('list_users', {}, options)).data as UserDescription[];
  }

  /** @throws CairnServerError with code `not_found` */
  async get(username: string, options?: CommandOptions): Promise<UserDescription> {
    return (await this.#channel.send('get_user', { username }, options)).data as UserDescription;
  }

  /** @throws CairnServerError with code `already_exists` */
  async create(
    username: string,
    password: string,
    roles: readonly string[] = [],
    options?: CommandOptions,
  ): Promise<UserDescription> {
    return (await this.#channel.send('create_user', { username, password, roles }, options)).data as UserDescription;
  }

  async delete(username: string, options?: CommandOptions): Promise<void> {
    await this.#channel.send('delete_user', { username }, options);
  }

  /** Changes one's own password, or as an admin that of `username`. */
  async changePassword(
    change: { newPassword: string; oldPassword?: string; username?: string },
    options?: CommandOptions,
  ): Promise<void> {
    const fields = { username: change.username, old_password: change.oldPassword, new_password: change.newPassword };
    await this.#channel.send('change_password', fields, options);
  }

  /** The roles that there are. */
  async roles(options?: CommandOptions): Promise<UserDescription[]> {
    return (await this.#channel.send('list_roles', {}, options)).data as UserDescription[];
  }

  /** The roles that a user has. */
  async rolesOf(username: string, options?: CommandOptions): Promise<UserDescription[]> {
    return (await this.#channel.send('get_user_roles', { username }, options)).data as UserDescription[];
  }

  async assignRole(username: string, grant: RoleGrant, options?: CommandOptions): Promise<void> {
    await this.#channel.send('assign_role', { username, ...grant }, options);
  }

  async revokeRole(username: string, grant: RoleGrant, options?: CommandOptions): Promise<void> {
    await this.#channel.send('revoke_role', { username, ...grant }, options);
  }
}
