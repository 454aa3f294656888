import type { Value, ValueObject } from '@cairn/protocol';
import { ApiKeys } from './api-keys.ts';
import type { Channel } from './connection/channel.ts';
import type { CommandFields } from './connection/connection.ts';
import { ConnectionPool } from './connection/connection-pool.ts';
import { RetryingChannel } from './connection/retrying-channel.ts';
import { parseConnectionString } from './connection-string.ts';
import { Database } from './database/database.ts';
import { Databases } from './databases.ts';
import { type ClientOptions, type CommandOptions, resolveOptions } from './options.ts';
import { Roles } from './roles.ts';
import { Users } from './users.ts';

/**
 * Connects to a server, and fails at once when that cannot be done or the password is wrong.
 *
 * @example
 * import { connect } from '@cairn/client';
 *
 * const client = await connect('cairn://admin:secret@127.0.0.1:6745/shop?pool=4');
 * const db = client.database();
 * await db.collection('users').insert({ name: 'Ann', age: 30 });
 * const names = await db.query('FOR u IN users FILTER u.age >= @age RETURN u.name', { age: 18 });
 * await client.close();
 */
export async function connect(target: string | ClientOptions): Promise<Client> {
  const options = resolveOptions(typeof target === 'string' ? parseConnectionString(target) : target);
  const pool = new ConnectionPool(options);
  await pool.start();
  return new Client(pool, new RetryingChannel(pool, options), options.database);
}

/** A server, reached over a pool of connections. Made by `connect`; ended by `close`, without which a program goes on. */
export class Client {
  readonly databases: Databases;
  readonly users: Users;
  readonly roles: Roles;
  readonly apiKeys: ApiKeys;
  readonly #pool: ConnectionPool;
  readonly #channel: Channel;
  readonly #defaultDatabase: string;

  constructor(pool: ConnectionPool, channel: Channel, defaultDatabase: string) {
    this.#pool = pool;
    this.#channel = channel;
    this.#defaultDatabase = defaultDatabase;
    this.databases = new Databases(channel);
    this.users = new Users(channel);
    this.roles = new Roles(channel);
    this.apiKeys = new ApiKeys(channel);
  }

  /** A database; without a name that of the connection string. It need not exist yet. */
  database(name: string = this.#defaultDatabase): Database {
    return new Database(this.#channel, name);
  }

  /** Asks the server for a sign of life; answers its clock. */
  async ping(options?: CommandOptions): Promise<Date> {
    const reply = await this.#channel.send('ping', {}, options);
    return new Date(Number(reply.timestamp));
  }

  /** Version, memory and the like; for admins. */
  async status(options?: CommandOptions): Promise<Record<string, Value>> {
    return (await this.#channel.send('server_status', {}, options)).data as Record<string, Value>;
  }

  /** Sends any command and answers the whole reply: for commands that have no method here. */
  command(name: string, fields: CommandFields = {}, options?: CommandOptions): Promise<ValueObject> {
    return this.#channel.send(name, fields, options);
  }

  /** Closes the connections. Commands under way fail. */
  async close(): Promise<void> {
    this.#pool.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
