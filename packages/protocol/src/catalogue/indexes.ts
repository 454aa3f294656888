import { z } from 'zod';
import { type Access, defineCommand, type RequestFields } from './command-definition.ts';
import { name, names, onCollection, valueMap } from './fields.ts';

const READ: Access = { action: 'read', scope: 'collection' };
const ADMIN: Access = { action: 'write', scope: 'collection' };

/** One `field` is a list of one, and its index may be named after it. */
function fieldsFromField(fields: RequestFields): RequestFields {
  const paths = fields.fields ?? (typeof fields.field === 'string' ? [fields.field] : undefined);
  const given = typeof fields.name === 'string' || !Array.isArray(paths) ? fields.name : paths.join('_');
  return { ...fields, fields: paths, name: given };
}

const indexReply = z.object({ name: z.string(), fields: z.array(z.string()) }).loose();

/** Secondary indexes. */
export const INDEX_COMMANDS = [
  defineCommand({
    name: 'create_index',
    audited: true,
    access: ADMIN,
    mode: 'write',
    summary: 'Builds an index over one or several fields; `tags[*]` means the members of an array.',
    fieldAliases: { index_name: 'name' },
    prepare: fieldsFromField,
    request: z.object({
      ...onCollection,
      name,
      fields: names.min(1),
      type: z.string().optional(),
      unique: z.boolean().default(false),
      sparse: z.boolean().default(false),
      options: valueMap.optional(),
    }),
    reply: indexReply,
  }),
  defineCommand({
    name: 'delete_index',
    audited: true,
    aliases: ['drop_index'],
    access: ADMIN,
    mode: 'write',
    summary: 'Removes an index.',
    fieldAliases: { index_name: 'name' },
    request: z.object({ ...onCollection, name }),
    reply: z.undefined(),
  }),
  defineCommand({
    name: 'list_indexes',
    access: READ,
    mode: 'read',
    summary: 'Lists the indexes of a collection.',
    request: z.object(onCollection),
    reply: z.array(indexReply),
  }),
  defineCommand({
    name: 'analyze_index',
    access: READ,
    mode: 'read',
    summary: 'What an index is over, and how many documents and values it has.',
    fieldAliases: { index_name: 'name' },
    request: z.object({ ...onCollection, name }),
    reply: indexReply,
  }),
  defineCommand({
    name: 'index_usage_stats',
    access: READ,
    mode: 'read',
    summary: 'How often queries have read each index of a collection since the start of the server.',
    request: z.object(onCollection),
    reply: z.object({
      collection: z.string(),
      since: z.string(),
      indexes: z.array(z.object({ name: z.string() }).loose()),
    }),
  }),
  defineCommand({
    name: 'rebuild_indexes',
    aliases: ['rebuild_index', 'rebuild_all_indexes'],
    access: ADMIN,
    mode: 'write',
    idempotent: true,
    summary: 'Builds the indexes of a collection anew from its documents.',
    fieldAliases: { index_name: 'name' },
    request: z.object({ ...onCollection, name: name.optional() }),
    reply: z.number(),
  }),
] as const;
