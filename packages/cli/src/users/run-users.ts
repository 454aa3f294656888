import type { Client } from '@cairn/client';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withClient } from '../connection/open-client.ts';
import { createRowWriter } from '../output/row-writer.ts';
import { askNewSecret } from '../terminal/prompt.ts';
import { terminalWidth } from '../terminal/terminal-width.ts';

export async function listUsers(options: ConnectionOptions): Promise<void> {
  await withClient(options, async (client) => {
    const users = await client.users.list();
    const rows = await Promise.all(
      users.map(async (user) => {
        const name = String(user.username ?? user._key);
        return { user: name, roles: (await rolesOf(client, name)).join(', ') };
      }),
    );
    const writer = createRowWriter('table', { widthMax: terminalWidth() });
    process.stdout.write(writer.write(rows) + writer.end());
  });
}

/** Roles as people read them: `editor`, or `editor in shop` when confined to a database. */
async function rolesOf(client: Client, name: string): Promise<string[]> {
  const assignments = await client.users.rolesOf(name);
  return assignments.map(({ role, database }) => (database ? `${role} in ${database}` : String(role)));
}

export interface NewUser extends ConnectionOptions {
  readonly name: string;
  readonly roles: readonly string[];
  /** Confines the roles to one database. */
  readonly database?: string;
}

export async function addUser(user: NewUser): Promise<void> {
  await withClient(user, async (client) => {
    const password = await askNewSecret(`password of ${user.name}`);
    await client.users.create(user.name, password, user.database === undefined ? user.roles : []);
    if (user.database !== undefined) {
      for (const role of user.roles) await client.users.assignRole(user.name, { role, database: user.database });
    }
    process.stderr.write(`user ${user.name} added\n`);
  });
}

export async function removeUser(user: ConnectionOptions & { name: string }): Promise<void> {
  await withClient(user, async (client) => {
    await client.users.delete(user.name);
    process.stderr.write(`user ${user.name} removed\n`);
  });
}

export interface RoleChanges extends ConnectionOptions {
  readonly name: string;
  readonly grant: readonly string[];
  readonly revoke: readonly string[];
  readonly database?: string;
}

export async function changeRoles(changes: RoleChanges): Promise<void> {
  await withClient(changes, async (client) => {
    const { database } = changes;
    for (const role of changes.grant) await client.users.assignRole(changes.name, { role, database });
    for (const role of changes.revoke) await client.users.revokeRole(changes.name, { role, database });
    process.stdout.write(`${(await rolesOf(client, changes.name)).join('\n') || '(no roles)'}\n`);
  });
}
