import { type CommandDefinition, commandByName } from '@cairn/protocol/internal';
import { z } from 'zod';
import { type AnswerFormat, CONTENT_TYPES, offeredFormats } from '../content/answer-format.ts';
import { VALUE_BODIES } from '../content/request-body.ts';
import type { RouteDescription } from '../route/route.ts';
import type { ListedRoute } from '../route/route-list.ts';
import { bodySchema, type JsonSchema, replySchema } from './json-schema.ts';

type Members = Record<string, unknown>;

/** Statuses of everything that asks who the caller is and runs a command. */
const ALWAYS = [400, 401, 408, 413, 422, 500, 503];

/** One route as an operation of an OpenAPI document. */
export function operationOf(listed: ListedRoute): Members {
  const command = listed.route && (commandByName(listed.route.command) as CommandDefinition);
  const describes = listed.describes ?? fromCommand(listed, command);
  return {
    operationId: operationId(listed),
    tags: [tagOf(listed.path)],
    summary: describes.summary ?? command?.summary ?? '',
    ...(command !== undefined && { description: rightsOf(command) }),
    ...(isPublic(command) && { security: [{}] }),
    parameters: parametersOf(listed.path, describes),
    ...requestBody(describes),
    responses: responsesOf(listed, describes, command),
  };
}

/** `/a/:b/*` in the notation of OpenAPI. */
export function pathTemplate(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');
}

function operationId({ method, path }: ListedRoute): string {
  return `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+/g, '_')}`.replace(/_$/, '');
}

/** The first word that is no name: what the interface's page groups by. */
function tagOf(path: string): string {
  const words = path.split('/').filter((word) => word !== '' && word !== '_api' && !/^[:*]/.test(word));
  return (words[0] === 'database' && words.length > 1 ? words[1] : words[0]) ?? 'server';
}

function isPublic(command: CommandDefinition | undefined): boolean {
  return command === undefined || command.access === 'public';
}

function rightsOf({ name, access }: CommandDefinition): string {
  const command = `Runs the command \`${name}\`.`;
  if (access === 'public') return `${command} For everybody.`;
  if (access === 'authenticated') return `${command} For everybody who is known.`;
  const where = {
    global: 'on the server',
    database: 'in the database',
    inside: 'something in the database',
    collection: 'on the collection',
  };
  return `${command} For those who may ${access.action} ${where[access.scope]}.`;
}

/** A route that says nothing of itself takes its command's fields, and answers what it likes. */
function fromCommand({ method, path }: ListedRoute, command: CommandDefinition | undefined): RouteDescription {
  if (command === undefined || method === 'GET' || method === 'DELETE') return { reply: z.unknown() };
  const named = [...path.matchAll(/:(\w+)/g)].map(([, name]) => (name === 'db' ? 'database' : name!));
  const shape = command.request instanceof z.ZodObject ? command.request.shape : {};
  const members = Object.entries(shape).filter(([name]) => !named.includes(name) && name !== 'tx_id');
  return { body: z.object(Object.fromEntries(members) as z.ZodRawShape).partial(), reply: z.unknown() };
}

function parametersOf(path: string, { query, headers = [] }: RouteDescription): Members[] {
  const inPath = [...pathTemplate(path).matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1 },
  }));
  const inHeaders = headers.map((name) => ({ name, in: 'header', schema: { type: 'string' } }));
  if (query === undefined) return [...inPath, ...inHeaders];
  const { properties = {}, required = [] } = bodySchema(query) as { properties?: Members; required?: string[] };
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: withoutNull(schema as JsonSchema),
  }));
  return [...inPath, ...inQuery, ...inHeaders];
}

/** A parameter is there or not. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const [first, second] = (schema.anyOf ?? []) as JsonSchema[];
  return second?.type === 'null' ? first! : schema;
}

function requestBody({ body, streams }: RouteDescription): Members {
  if (body === undefined && streams === undefined) return {};
  const schema = body === undefined ? {} : bodySchema(body);
  const content = Object.fromEntries(
    (streams ?? VALUE_BODIES).map((type) => [type, { schema: schemaOfKind(type, schema) }]),
  );
  const isNeeded = streams !== undefined || !body!.safeParse({}).success;
  return { requestBody: { required: isNeeded, content } };
}

function schemaOfKind(type: string, schema: JsonSchema): JsonSchema {
  if (type === 'multipart/form-data') {
    return { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } };
  }
  return type === 'application/x-ndjson' || type === 'text/csv' ? { type: 'string' } : schema;
}

function responsesOf(
  listed: ListedRoute,
  describes: RouteDescription,
  command: CommandDefinition | undefined,
): Members {
  const success = successOf(listed, describes);
  const errors = command === undefined ? [500] : errorStatuses(listed, describes, command);
  const further = (describes.statuses ?? []).map((status) => [status, response(status)]);
  const known = Object.fromEntries([...errors.map((status) => [status, response(status)]), ...further]);
  return { ...success, ...known };
}

function response(status: number): Members {
  return status < 400 ? { description: NO_BODY.get(status) ?? '' } : { $ref: `#/components/responses/${status}` };
}

const NO_BODY: ReadonlyMap<number, string> = new Map([
  [204, 'Done.'],
  [304, 'The caller has it already: `If-None-Match` holds.'],
]);

function successOf({ describes: told }: ListedRoute, describes: RouteDescription): Members {
  const { reply, status = reply === undefined && describes.contentType === undefined ? 204 : 200 } = describes;
  if (status === 204) return { 204: response(204) };
  const key = told === undefined ? '2XX' : status;
  return { [key]: { description: 'Done.', content: contentOf(describes) } };
}

function contentOf(describes: RouteDescription): Members {
  const { reply, contentType } = describes;
  const schema = reply === undefined ? {} : replySchema(reply);
  if (contentType !== undefined)
    return { [contentType]: { schema: reply === undefined ? { type: 'string' } : schema } };
  const formats = offeredFormats(describes);
  return Object.fromEntries(
    formats.map((format) => [CONTENT_TYPES[format], { schema: schemaOfFormat(format, schema) }]),
  );
}

function schemaOfFormat(format: AnswerFormat, schema: JsonSchema): JsonSchema {
  return format === 'ndjson' || format === 'csv' ? { type: 'string' } : schema;
}

function errorStatuses({ path }: ListedRoute, describes: RouteDescription, command: CommandDefinition): number[] {
  const { access, mode } = command;
  const hasBody = describes.body !== undefined || describes.streams !== undefined;
  return [
    ...ALWAYS,
    ...(typeof access === 'object' || mode === 'write' ? [403] : []),
    ...(path.includes(':') || hasBody ? [404] : []),
    ...(offeredFormats(describes).length > 0 ? [406] : []),
    ...(mode === 'write' || command.name.includes('transaction') ? [409, 501, 507] : []),
    ...(hasBody ? [415] : []),
  ].sort((a, b) => a - b);
}
