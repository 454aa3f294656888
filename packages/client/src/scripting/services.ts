import type { Value } from '@cairn/protocol';
import type { Channel } from '../connection/channel.ts';
import type { CommandFields } from '../connection/connection.ts';
import type { CommandOptions } from '../options.ts';

/** What is said of a service besides its key. */
export interface ServiceOptions {
  readonly name?: string;
  readonly description?: string;
  readonly version?: string;
  /** A service that is not enabled answers nobody. */
  readonly enabled?: boolean;
  /** Refuses callers without credentials. */
  readonly requireAuth?: boolean;
  readonly cors?: Value;
}

/** A service as the server describes it. */
export type ServiceDescription = Readonly<Record<string, Value>> & { readonly key: string; readonly name: string };

/** The services of one database: scripts answer below them, at `/api/{database}/{service}/{path}`. */
export class Services {
  readonly #channel: Channel;
  readonly #database: string;

  constructor(channel: Channel, database: string) {
    this.#channel = channel;
    this.#database = database;
  }

  async list(options?: CommandOptions): Promise<ServiceDescription[]> {
    return (await this.#send('list_services', {}, options)) as unknown as ServiceDescription[];
  }

  /** @throws CairnServerError with code `not_found` */
  async get(key: string, options?: CommandOptions): Promise<ServiceDescription> {
    return (await this.#send('get_service', { key }, options)) as unknown as ServiceDescription;
  }

  /**
   * @example
   * await db.services.create('shop', { requireAuth: true });
   *
   * @throws CairnServerError with code `already_exists`
   */
  async create(key: string, service: ServiceOptions = {}, options?: CommandOptions): Promise<ServiceDescription> {
    return (await this.#send(
      'create_service',
      { key, ...fieldsOf(service) },
      options,
    )) as unknown as ServiceDescription;
  }

  /** @throws CairnServerError with code `not_found` */
  async update(key: string, changes: ServiceOptions, options?: CommandOptions): Promise<ServiceDescription> {
    return (await this.#send(
      'update_service',
      { key, ...fieldsOf(changes) },
      options,
    )) as unknown as ServiceDescription;
  }

  /** Removes the service and its scripts; answers how many those were. */
  async delete(key: string, options?: CommandOptions): Promise<number> {
    const reply = (await this.#send('delete_service', { key }, options)) as { scripts_deleted: number };
    return reply.scripts_deleted;
  }

  /** What the service offers, as an OpenAPI document. */
  async describe(key: string, options?: CommandOptions): Promise<Record<string, Value>> {
    return (await this.#send('describe_service', { key }, options)) as Record<string, Value>;
  }

  async #send(command: string, fields: CommandFields, options?: CommandOptions): Promise<Value> {
    return (await this.#channel.send(command, { database: this.#database, ...fields }, options)).data as Value;
  }
}

function fieldsOf({ requireAuth, ...rest }: ServiceOptions): CommandFields {
  return { ...rest, require_auth: requireAuth };
}
