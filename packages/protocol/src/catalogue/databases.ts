import { z } from 'zod';
import { defineCommand } from './command-definition.ts';
import { database, everyCommand, name, nameList, nothing } from './fields.ts';

const durability = z.enum(['full', 'relaxed']);

/** Databases as a whole. */
export const DATABASE_COMMANDS = [
  defineCommand({
    name: 'list_databases',
    access: 'authenticated',
    mode: 'read',
    summary: 'Lists the databases that this user may see.',
    request: z.object(everyCommand),
    reply: nameList,
  }),
  defineCommand({
    name: 'create_database',
    access: { action: 'admin', scope: 'global' },
    mode: 'write',
    summary: 'Creates a database.',
    // Whether it is a name is the engine's to say, of an empty one as of others.
    request: z.object({ ...everyCommand, name: name.or(z.literal('')), durability: durability.optional() }),
    reply: nothing,
  }),
  defineCommand({
    name: 'set_durability',
    access: { action: 'admin', scope: 'database' },
    mode: 'write',
    summary: 'Says what an acknowledged write is worth: `full`, on disk; `relaxed`, on disk within milliseconds.',
    request: z.object({ ...everyCommand, database, durability }),
    reply: nothing,
  }),
  defineCommand({
    name: 'delete_database',
    aliases: ['drop_database'],
    access: { action: 'admin', scope: 'global' },
    mode: 'write',
    summary: 'Removes a database with all it holds.',
    request: z.object({ ...everyCommand, name }),
    reply: nothing,
  }),
] as const;
