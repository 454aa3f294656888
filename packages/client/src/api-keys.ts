import type { Value } from '@cairn/protocol';
import type { Channel } from './connection/channel.ts';
import type { CommandOptions } from './options.ts';
import type { PermissionLine } from './roles.ts';

/** A key as the server describes it: never the key itself. */
export type ApiKeyDescription = Readonly<Record<string, Value>> & { readonly id: string; readonly name: string };

export interface ApiKeyRequest {
  readonly name: string;
  readonly roles?: readonly string[];
  readonly permissions?: readonly PermissionLine[];
  /** The only databases in which it may act; all when absent. */
  readonly databases?: readonly string[];
  readonly expiresAt?: Date;
}

/** Keys for programs, each with rights of its own. For administrators. */
export class ApiKeys {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  async list(options?: CommandOptions): Promise<ApiKeyDescription[]> {
    return (await this.#channel.send('list_api_keys', {}, options)).data as ApiKeyDescription[];
  }

  /** @throws CairnServerError with code `not_found` */
  async get(id: string, options?: CommandOptions): Promise<ApiKeyDescription> {
    return (await this.#channel.send('get_api_key', { key_id: id }, options)).data as ApiKeyDescription;
  }

  /** Answers the key itself under `key`: this once. */
  async create(
    request: ApiKeyRequest,
    options?: CommandOptions,
  ): Promise<ApiKeyDescription & { readonly key: string }> {
    const { name, roles, permissions, databases, expiresAt } = request;
    const fields = {
      name,
      roles: roles as Value[] | undefined,
      permissions: permissions as Value[] | undefined,
      databases: databases as Value[] | undefined,
      expires_at: expiresAt?.toISOString(),
    };
    const reply = await this.#channel.send('create_api_key', fields, options);
    return reply.data as ApiKeyDescription & { readonly key: string };
  }

  /** Gives the key a new text, answered this once; the old one ends at once. */
  async regenerate(id: string, options?: CommandOptions): Promise<ApiKeyDescription & { readonly key: string }> {
    const reply = await this.#channel.send('regenerate_api_key', { key_id: id }, options);
    return reply.data as ApiKeyDescription & { readonly key: string };
  }

  /** Who uses the key is out at the next request. */
  async delete(id: string, options?: CommandOptions): Promise<void> {
    await this.#channel.send('delete_api_key', { key_id: id }, options);
  }
}
