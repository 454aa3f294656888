import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { type Access, defineCommand, type RequestFields } from './command-definition.ts';
import { anyValue, count, database, documentList, documentReply, everyCommand, name, nothing, text } from './fields.ts';

/** A script answers for everybody who can reach the server, in the name of who has installed it. */
const INSTALL: Access = { action: 'admin', scope: 'database' };
const LOOK: Access = { action: 'execute', scope: 'database' };

const scriptId = z.string().max(LIMITS.documentKeyMaxBytes);
const path = z.string().max(LIMITS.nameMaxLength);
const methods = z.array(z.string()).max(32);

/** What is said of a script besides its place. */
const options = {
  description: text.nullable().optional(),
  /** `lua` or `javascript`; whatever else it is, it is a wrong argument. */
  language: anyValue.optional(),
  run_as: name.optional(),
  limits: anyValue.optional(),
  allow_hosts: z.array(name).max(LIMITS.requestMaxMembers).nullable().optional(),
};

/** Some clients send what they change in a member of its own. */
function withUpdates(fields: RequestFields): RequestFields {
  const { updates, ...rest } = fields;
  const isMap = typeof updates === 'object' && updates !== null && Object.getPrototypeOf(updates) === Object.prototype;
  return isMap ? { ...(updates as RequestFields), ...rest } : fields;
}

/** Scripts, the services that they belong to stand in `services.ts`. */
export const SCRIPT_COMMANDS = [
  defineCommand({
    name: 'create_script',
    access: INSTALL,
    mode: 'write',
    summary: 'Installs a script; the answer says where it answers.',
    request: z.object({
      ...everyCommand,
      database,
      name,
      path,
      methods: methods.default([]),
      code: text,
      service: name.optional(),
      collection: name.optional(),
      ...options,
    }),
    reply: documentReply,
  }),
  defineCommand({
    name: 'list_scripts',
    access: LOOK,
    mode: 'read',
    summary: 'Lists the scripts of a database, without their texts.',
    request: z.object({ ...everyCommand, database }),
    reply: documentList,
  }),
  defineCommand({
    name: 'get_script',
    access: LOOK,
    mode: 'read',
    summary: 'Shows a script with its text.',
    fieldAliases: { id: 'script_id', key: 'script_id' },
    request: z.object({ ...everyCommand, database, script_id: scriptId }),
    reply: documentReply,
  }),
  defineCommand({
    name: 'update_script',
    access: INSTALL,
    mode: 'write',
    idempotent: true,
    summary: 'Changes a script; it counts from the next request on.',
    fieldAliases: { id: 'script_id', key: 'script_id' },
    prepare: withUpdates,
    request: z.object({
      ...everyCommand,
      database,
      script_id: scriptId,
      name: name.optional(),
      path: path.optional(),
      methods: methods.optional(),
      code: text.optional(),
      ...options,
    }),
    reply: documentReply,
  }),
  defineCommand({
    name: 'delete_script',
    access: INSTALL,
    mode: 'write',
    summary: 'Removes a script.',
    fieldAliases: { id: 'script_id', key: 'script_id' },
    request: z.object({ ...everyCommand, database, script_id: scriptId }),
    reply: nothing,
  }),
  defineCommand({
    name: 'get_script_stats',
    access: 'authenticated',
    mode: 'read',
    summary:
      'Counts scripts and WebSocket connections since the start of the server; of one database also script by script.',
    request: z.object({ ...everyCommand, database: database.optional(), script_id: scriptId.optional() }),
    reply: z.object({
      active_scripts: z.number(),
      active_ws: z.number(),
      total_scripts_executed: z.number(),
      total_ws_connections: z.number(),
      scripts: documentList.optional(),
    }),
  }),
  defineCommand({
    name: 'list_script_logs',
    aliases: ['script_logs'],
    access: INSTALL,
    mode: 'read',
    summary: 'Lists what scripts have logged, the newest line first.',
    request: z.object({
      ...everyCommand,
      database,
      script_id: scriptId.optional(),
      level: text.optional(),
      since_ms: count.optional(),
      limit: count.max(10_000).default(100),
      offset: count.default(0),
    }),
    reply: documentList,
  }),
  defineCommand({
    name: 'run_repl',
    aliases: ['repl'],
    access: INSTALL,
    mode: 'write',
    summary: 'Runs a piece of script in the sandbox; a session keeps its global variables.',
    request: z.object({
      ...everyCommand,
      database,
      code: text,
      language: text.optional(),
      session_id: name.optional(),
    }),
    reply: z.object({ result: z.unknown(), output: z.array(z.string()), session_id: z.string() }).loose(),
  }),
] as const;
