import { join } from 'node:path';
import { type RunningServer, resolveSettings, startServer } from '@cairn/server';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { type Reply, WireConnection } from '../harness/wire-connection.ts';
import type { Caller, Place } from './statement.ts';

/** Everybody's. */
export const PASSWORD = 'correct horse battery';

/** Everybody who asks, with his rights as the statement has them. */
export const CALLERS: readonly Caller[] = [
  { name: 'nobody', lines: undefined },
  { name: 'viewer', lines: [{ action: 'read' }] },
  { name: 'editor', lines: [{ action: 'write' }, { action: 'execute' }] },
  { name: 'admin', lines: [{ action: 'admin' }] },
  { name: 'without-roles', lines: [] },
  { name: 'reader-of-one', lines: [{ action: 'read', database: 'own', collection: 'things' }] },
  { name: 'writer-of-one', lines: [{ action: 'write', database: 'own', collection: 'things' }] },
  { name: 'writer-of-own', lines: [{ action: 'write', database: 'own' }] },
  { name: 'executor', lines: [{ action: 'execute' }] },
  { name: 'viewer-of-own', lines: [{ action: 'read', database: 'own' }] },
  { name: 'admin-of-own', lines: [{ action: 'admin', database: 'own' }] },
  { name: 'key-of-own', lines: [{ action: 'read', database: 'own' }] },
];

/** Where commands are sent: the database of those who have one, another one, and what is the server's own. */
export const PLACES: readonly Place[] = [
  { database: 'own', collection: 'things' },
  { database: 'own', collection: 'rest' },
  { database: 'own', collection: '_scripts' },
  { database: 'other', collection: 'things' },
  { database: '_system', collection: '_config' },
  { database: '_system', collection: 'things' },
];

/** Custom roles and to whom they are given, in which database. */
const ROLES: readonly { role: string; permissions?: string[]; user: string; database?: string }[] = [
  { role: 'viewer', user: 'viewer' },
  { role: 'editor', user: 'editor' },
  { role: 'reads-one', permissions: ['read:own/things'], user: 'reader-of-one' },
  { role: 'writes-one', permissions: ['write:own/things'], user: 'writer-of-one' },
  { role: 'writes-own', permissions: ['write:own'], user: 'writer-of-own' },
  { role: 'executes', permissions: ['execute'], user: 'executor' },
  { role: 'viewer', user: 'viewer-of-own', database: 'own' },
  { role: 'admin', user: 'admin-of-own', database: 'own' },
];

/** A server in this process with a connection for each caller. */
export class SecuredServer {
  readonly #server: RunningServer;
  readonly #connections = new Map<string, WireConnection>();
  readonly #folder: ReturnType<typeof temporaryFolder>;

  private constructor(server: RunningServer, folder: ReturnType<typeof temporaryFolder>) {
    this.#server = server;
    this.#folder = folder;
  }

  static async start(): Promise<SecuredServer> {
    const folder = temporaryFolder('security');
    const flags = { port: 0, dataDir: join(folder.path, 'data'), adminPassword: PASSWORD, logLevel: 'silent' };
    const secured = new SecuredServer(await startServer(resolveSettings({ flags })), folder);
    await secured.#logIn('admin', { username: 'admin', password: PASSWORD });
    await secured.restore();
    await secured.#makeCallers();
    return secured;
  }

  /** What all rights have in common, to plant faults in. */
  get rights(): Record<string, (...given: string[]) => boolean> {
    return Object.getPrototypeOf(this.#server.engine.security.rightsOf('viewer'));
  }

  /** The reply to a caller's request. */
  send(caller: string, cmd: string, fields: Record<string, unknown> = {}): Promise<Reply> {
    return this.#connections.get(caller)!.send({ cmd, ...fields });
  }

  /** @throws Error for an error reply */
  async admin(cmd: string, fields: Record<string, unknown>, forgiven?: string): Promise<Reply> {
    const reply = await this.send('admin', cmd, fields);
    if (reply.status === 'error' && reply.code !== forgiven) throw new Error(`${cmd}: ${JSON.stringify(reply)}`);
    return reply;
  }

  /** Makes what administrators have removed. */
  async restore(): Promise<void> {
    for (const name of ['own', 'other']) {
      await this.admin('create_database', { name }, 'already_exists');
      for (const collection of ['things', 'rest', '_scripts']) {
        await this.admin('create_collection', { database: name, name: collection }, 'already_exists');
      }
    }
  }

  async close(): Promise<void> {
    for (const connection of this.#connections.values()) connection.close();
    await this.#server.close();
    this.#folder.remove();
  }

  async #makeCallers(): Promise<void> {
    const users = CALLERS.map(({ name }) => name).filter((name) => !['nobody', 'admin', 'key-of-own'].includes(name));
    for (const username of users) await this.admin('create_user', { username, password: PASSWORD });
    for (const { role, permissions, user: username, database } of ROLES) {
      if (permissions !== undefined) await this.admin('create_role', { name: role, permissions });
      await this.admin('assign_role', { username, role, ...(database === undefined ? {} : { database }) });
    }
    const key = await this.admin('create_api_key', { name: 'key', roles: ['viewer'], scoped_databases: ['own'] });
    this.#connections.set('nobody', await WireConnection.open(this.#server.port));
    for (const username of users) await this.#logIn(username, { username, password: PASSWORD });
    await this.#logIn('key-of-own', { api_key: (key.data as { key: string }).key, username: '', password: '' });
  }

  async #logIn(caller: string, credentials: Record<string, unknown>): Promise<void> {
    const connection = await WireConnection.open(this.#server.port);
    await connection.call('auth', { database: '_system', ...credentials });
    this.#connections.set(caller, connection);
  }
}
