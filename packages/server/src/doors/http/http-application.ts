import type { RequestListener, Server } from 'node:http';
import { CairnError } from '@cairn/protocol/internal';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { HTTP_PARAMETER_MAX } from '../../limits.ts';
import { HttpAuthentication } from './callers/authentication.ts';
import { CrossOrigin } from './callers/cross-origin.ts';
import { addBodyParsers, addStreamParser } from './content/request-body.ts';
import { refuseMalformed } from './errors/client-error.ts';
import { answerError } from './errors/error-answer.ts';
import { HttpProblem } from './errors/http-problem.ts';
import type { HttpDoorParts } from './http-door-parts.ts';
import { addOpenApiRoutes } from './openapi/openapi-routes.ts';
import { RouteList } from './route/route-list.ts';
import { RouteServing } from './route-serving.ts';
import { ROUTES } from './routes/route-table.ts';
import { addStatusRoutes } from './status-routes.ts';

/** Sent with every answer: none of them is a page that others may frame, guess the type of, or keep. */
const PROTECTING_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  vary: 'accept, accept-encoding',
  'x-content-type-options': 'nosniff',
};

/** All routes of the HTTP interface, each going through the one runner as the caller that its request names. */
export function openHttpApplication(
  parts: HttpDoorParts,
  makeServer: (handler: RequestListener) => Server,
): FastifyInstance {
  const { settings } = parts.runner.engine;
  const authentication = new HttpAuthentication(parts.runner.engine);
  const crossOrigin = new CrossOrigin({ origins: settings.corsOrigins, credentials: settings.corsCredentials });
  const list = new RouteList();
  const app = fastify({
    serverFactory: makeServer,
    bodyLimit: settings.httpBodyBytesMax,
    routerOptions: { maxParamLength: HTTP_PARAMETER_MAX, ignoreTrailingSlash: true },
    frameworkErrors: (error, _request, reply) => answerError(reply, error),
    clientErrorHandler: refuseMalformed,
  }) as unknown as FastifyInstance;
  list.watch(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(PROTECTING_HEADERS);
    crossOrigin.mark(request, reply);
    // Before the body is read: nobody makes us parse what nothing waits for.
    if (request.is404) return answerUnknown(request, reply, { list, crossOrigin });
    refuseEncodedBody(request);
    return undefined;
  });
  addBodyParsers(app);
  addStatusRoutes(app, parts, authentication);
  addOpenApiRoutes(app, list);
  addTableRoutes(app, new RouteServing(parts, authentication));
  app.setErrorHandler((error: Error, _request, reply) => answerError(reply, error));
  return app;
}

function addTableRoutes(app: FastifyInstance, serving: RouteServing): void {
  const streaming = ROUTES.filter(({ describes }) => describes?.streams !== undefined);
  for (const route of ROUTES) if (!streaming.includes(route)) serving.add(app, route);
  // The framework knows parsers of bodies by such scopes.
  app.register(async (scope) => {
    addStreamParser(scope);
    for (const route of streaming) serving.add(scope, route);
  });
}

function refuseEncodedBody(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return;
  throw new HttpProblem(415, 'UnsupportedMediaType', `Bodies in the encoding '${encoding}' are not taken`);
}

interface Places {
  readonly list: RouteList;
  readonly crossOrigin: CrossOrigin;
}

/** No route: there is nothing of that name, or not by that method; OPTIONS asks which there are. */
function answerUnknown(request: FastifyRequest, reply: FastifyReply, { list, crossOrigin }: Places): FastifyReply {
  const path = request.url.split('?', 1)[0]!.slice(0, HTTP_PARAMETER_MAX);
  const methods = list.methodsOf(path);
  if (methods.length === 0) {
    return answerError(reply, new CairnError('not_found', `no route ${request.method} ${path}`), 'NotFound');
  }
  reply.header('allow', [...methods, 'OPTIONS'].join(', '));
  if (request.method === 'OPTIONS') {
    crossOrigin.markPreflight(request, reply, methods);
    return reply.code(204).send();
  }
  return answerError(reply, new HttpProblem(405, 'MethodNotAllowed', `${path} takes ${methods.join(', ')}`));
}
