import type { ValueObject } from '@cairn/protocol/internal';
import { textOf } from '../records/record-members.ts';
import type { StoredRecord } from '../records/record-store.ts';
import { type Script, WEBSOCKET_METHOD } from '../records/script-record.ts';

interface DescribedScript {
  readonly script: Script;
  readonly description: string | undefined;
}

/** Methods that OpenAPI knows. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']);
const BODYLESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'TRACE', 'OPTIONS']);

const ANY_CREDENTIALS: ValueObject[] = [{ bearer: [] }, { basic: [] }, { apiKey: [] }];

const ERROR_ANSWER = {
  description: 'An error',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
};

/** A service as an OpenAPI 3.0 document: its paths, their parameters and methods. What bodies hold only the scripts know. */
export function serviceDescription(
  database: string,
  service: StoredRecord,
  scripts: readonly DescribedScript[],
): ValueObject {
  const key = String(service._key);
  const needsAuthentication = service.require_auth === true;
  const paths: Record<string, ValueObject> = {};
  for (const described of [...scripts].sort((a, b) => (a.script.path < b.script.path ? -1 : 1))) {
    const path = templateOf(described.script.path);
    const operations = operationsOf(described, needsAuthentication);
    if (Object.keys(operations).length > 0) paths[path] = { ...operations, ...paths[path] };
  }
  return {
    openapi: '3.0.3',
    info: {
      title: textOf(service.name) ?? key,
      version: textOf(service.version) ?? '1.0.0',
      ...(textOf(service.description) !== undefined && { description: service.description! }),
    },
    servers: [{ url: `/api/${encodeURIComponent(database)}/${encodeURIComponent(key)}` }],
    paths,
    components: {
      schemas: {
        Error: { type: 'object', required: ['error'], properties: { error: { type: 'string' } } },
      },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        basic: { type: 'http', scheme: 'basic' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  };
}

function operationsOf({ script, description }: DescribedScript, needsAuthentication: boolean): ValueObject {
  const methods = script.methods.filter((method) => method !== WEBSOCKET_METHOD && METHODS.has(method));
  const parameters = parametersOf(script.path);
  return Object.fromEntries(
    methods.map((method) => [
      method.toLowerCase(),
      {
        operationId: `${script.key}_${method.toLowerCase()}`,
        summary: script.name,
        ...(description !== undefined && { description }),
        ...(parameters.length > 0 && { parameters }),
        ...(!BODYLESS.has(method) && { requestBody: { content: { 'application/json': { schema: {} } } } }),
        responses: {
          '200': { description: 'What the script answers', content: { 'application/json': { schema: {} } } },
          default: ERROR_ANSWER,
        },
        ...(needsAuthentication && { security: ANY_CREDENTIALS }),
      },
    ]),
  );
}

/** `users/:id` → `/users/{id}` */
function templateOf(path: string): string {
  return `/${path
    .split('/')
    .map((segment) => (isParameter(segment) ? `{${segment.slice(1)}}` : segment))
    .join('/')}`;
}

function parametersOf(path: string): ValueObject[] {
  const names = new Set(path.split('/').filter(isParameter));
  return [...names].map((segment) => ({
    name: segment.slice(1),
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function isParameter(segment: string): boolean {
  return segment.length > 1 && segment.startsWith(':');
}
