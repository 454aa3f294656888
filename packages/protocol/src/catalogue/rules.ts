import { z } from 'zod';
import { type Access, defineCommand } from './command-definition.ts';
import {
  anyValue,
  collection,
  database,
  documentKey,
  everyCommand,
  name,
  nothing,
  onCollection,
  text,
} from './fields.ts';

/** Whoever may set the rules of a collection is not bound by them. */
const ADMIN: Access = { action: 'admin', scope: 'collection' };

const rulesReply = z.object({ hidden: z.array(anyValue) }).loose();

/** Rules on single documents and fields, and what somebody may do by all that is said of him. */
export const RULE_COMMANDS = [
  defineCommand({
    name: 'set_collection_rules',
    access: ADMIN,
    mode: 'write',
    idempotent: true,
    summary: 'Sets who may read, write and delete which documents of a collection, and which fields are hidden.',
    request: z.object({
      ...onCollection,
      read: text.optional(),
      write: text.optional(),
      delete: text.optional(),
      hidden: z.array(anyValue).optional(),
    }),
    reply: rulesReply,
  }),
  defineCommand({
    name: 'get_collection_rules',
    access: ADMIN,
    mode: 'read',
    summary: 'The rules of a collection, null when it has none.',
    request: z.object(onCollection),
    reply: rulesReply.nullable(),
  }),
  defineCommand({
    name: 'delete_collection_rules',
    access: ADMIN,
    mode: 'write',
    idempotent: true,
    summary: 'Takes the rules off a collection.',
    request: z.object(onCollection),
    reply: nothing,
  }),
  defineCommand({
    name: 'explain_permission',
    access: 'authenticated',
    mode: 'read',
    summary:
      'Says whether a user may use a command somewhere, by which role or rule, and what he would need otherwise.',
    request: z.object({
      ...everyCommand,
      username: name.optional(),
      command: name,
      database: database.optional(),
      collection: collection.optional(),
      key: documentKey.optional(),
    }),
    reply: z.object({ allowed: z.boolean() }).loose(),
  }),
] as const;
