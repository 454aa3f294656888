import { SERVER_VERSION } from '../../../version.ts';
import type { ListedRoute } from '../route/route-list.ts';
import { ERROR_SCHEMA, errorResponses } from './error-responses.ts';
import { operationOf, pathTemplate } from './operation.ts';

/** The interface as a document of OpenAPI 3.1: made of the routes that there are and of the catalogue of commands. */
export function openApiDocument(routes: readonly ListedRoute[]): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cairn',
      version: SERVER_VERSION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Documents, queries and what belongs to them, over HTTP. Every route stands for a command.',
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { basic: [] }, { apiKey: [] }],
    paths: pathsOf(routes),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The token of `/auth/login`.' },
        basic: { type: 'http', scheme: 'basic' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
      schemas: { Error: ERROR_SCHEMA },
      responses: errorResponses(),
    },
  };
}

function pathsOf(routes: readonly ListedRoute[]): Record<string, Record<string, unknown>> {
  const paths = new Map<string, Record<string, unknown>>();
  for (const listed of routes) {
    // What answers GET answers HEAD, and nobody needs to be told twice.
    if (listed.method === 'HEAD') continue;
    const template = pathTemplate(listed.path);
    const operations = paths.get(template) ?? {};
    operations[listed.method.toLowerCase()] = operationOf(listed);
    paths.set(template, operations);
  }
  return Object.fromEntries([...paths].sort(([a], [b]) => (a < b ? -1 : 1)));
}
