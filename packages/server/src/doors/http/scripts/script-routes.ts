import type { ValueObject } from '@cairn/protocol/internal';
import { z } from 'zod';
import { dataOf } from '../route/reply-value.ts';
import { type CommandFields, type HttpCall, type Route, route } from '../route/route.ts';
import { anyObject, fieldsOf, replyOf, wholeNumber } from '../route/route-fields.ts';

const SCRIPTS = '/_api/database/:db/scripts';
const ONE = `${SCRIPTS}/:script_id`;

const created = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  methods: z.array(z.string()),
  service: z.string(),
  created_at: z.string(),
  url: z.string().nullable(),
});
const lines = z.object({
  script_id: z.string().optional(),
  level: z.string().optional(),
  since_ms: wholeNumber.optional(),
  limit: wholeNumber.optional(),
  offset: wholeNumber.optional(),
});

const which = z.object({ database: z.string().optional(), script_id: z.string().optional() });

/** Scripts of a database, what they have logged, and the sandbox to try things in. */
export const SCRIPT_ROUTES: readonly Route[] = [
  route(
    'POST',
    SCRIPTS,
    'create_script',
    async (call) => {
      const script = dataOf(await call.run('create_script', { ...place(call), ...scriptFields(call) })) as ValueObject;
      const { id, name, path, methods, service, created_at, url } = script;
      return { json: { id, name, path, methods, service, created_at, url } as ValueObject };
    },
    { body: fieldsOf('create_script').required({ methods: true }), reply: created },
  ),
  route(
    'GET',
    SCRIPTS,
    'list_scripts',
    async (call) => ({ json: { scripts: dataOf(await call.run('list_scripts', place(call))) } }),
    { reply: z.object({ scripts: replyOf('list_scripts') }) },
  ),
  route('GET', ONE, 'get_script', async (call) => ({ json: dataOf(await call.run('get_script', one(call))) }), {
    reply: anyObject,
  }),
  route(
    'PUT',
    ONE,
    'update_script',
    async (call) => ({ json: dataOf(await call.run('update_script', { ...one(call), ...scriptFields(call) })) }),
    { body: fieldsOf('update_script', ['script_id']), reply: anyObject },
  ),
  route(
    'DELETE',
    ONE,
    'delete_script',
    async (call) => {
      await call.run('delete_script', one(call));
      return { json: { deleted: true } };
    },
    { reply: z.object({ deleted: z.boolean() }) },
  ),
  route(
    'GET',
    '/_api/scripts/stats',
    'get_script_stats',
    async ({ run, query: { database, script_id } }) => ({
      json: dataOf(await run('get_script_stats', { database, script_id })),
    }),
    { query: which, reply: replyOf('get_script_stats') },
  ),
  route(
    'GET',
    '/_api/database/:db/script-logs',
    'list_script_logs',
    async (call) => {
      const { script_id, level, since_ms, limit, offset } = call.query;
      const numbers = { since_ms: numberOf(since_ms), limit: numberOf(limit), offset: numberOf(offset) };
      const logs = dataOf(await call.run('list_script_logs', { ...place(call), script_id, level, ...numbers }));
      return { json: { logs } };
    },
    { query: lines, reply: z.object({ logs: replyOf('list_script_logs') }) },
  ),
  route(
    'POST',
    '/_api/database/:db/repl',
    'run_repl',
    async (call) => {
      const { code, language, session_id, timeout_ms } = call.body;
      return { json: dataOf(await call.run('run_repl', { ...place(call), code, language, session_id, timeout_ms })) };
    },
    { body: fieldsOf('run_repl').extend({ timeout_ms: z.number().int().optional() }), reply: anyObject },
  ),
];

function place({ params }: HttpCall): { readonly database: string } {
  return { database: params.db! };
}

function one(call: HttpCall): CommandFields {
  return { ...place(call), script_id: call.params.script_id };
}

function scriptFields({ body }: HttpCall): CommandFields {
  const { name, path, methods, code, description, collection, service, language, run_as, limits, allow_hosts } = body;
  return { name, path, methods, code, description, collection, service, language, run_as, limits, allow_hosts };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
