import type { WireConnection } from '../../harness/wire-connection.ts';

export const DATABASE = 'automation';

/** Installs a script of JavaScript that jobs and triggers call by its path. */
export async function install(wire: WireConnection, path: string, code: string): Promise<void> {
  const script = { name: path, path, service: 'attack', methods: ['POST'], language: 'javascript', code };
  await wire.call('create_script', { database: DATABASE, ...script });
}

/** Makes the database with collections and a service for scripts. */
export async function prepare(wire: WireConnection, collections: readonly string[]): Promise<void> {
  await wire.call('create_database', { name: DATABASE });
  for (const name of collections) await wire.call('create_collection', { database: DATABASE, name });
  await wire.call('create_service', { database: DATABASE, key: 'attack', name: 'attack' });
}

export async function query<Row>(wire: WireConnection, sdbql: string): Promise<Row[]> {
  return (await wire.call('query', { database: DATABASE, sdbql })) as Row[];
}
