import type { RequestListener, Server } from 'node:http';
import { Readable } from 'node:stream';
import { CairnError, type OkReply, type Value } from '@cairn/protocol/internal';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { HTTP_BODY_BYTES_MAX, HTTP_LOGIN_BYTES_MAX, HTTP_PARAMETER_MAX } from '../../limits.ts';
import type { Session } from '../../runner/session.ts';
import { HttpAuthentication } from './authentication.ts';
import type { HttpDoorParts } from './http-door-parts.ts';
import { type HttpErrorBody, httpError, plainError } from './http-error.ts';
import { parseJsonBody } from './json-body.ts';
import { jsonText } from './json-text.ts';
import type { CommandFields, Given, HttpAnswer, HttpCall, Route } from './route.ts';
import { methodsOf, ROUTES } from './route-table.ts';
import { PreconditionFailed } from './routes/document-routes.ts';
import { addStatusRoutes } from './status-routes.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const sessions = new WeakMap<FastifyRequest, Session>();

/** All routes of the HTTP interface, each going through the one runner as the caller that its request names. */
export function openHttpApplication(
  parts: HttpDoorParts,
  makeServer: (handler: RequestListener) => Server,
): FastifyInstance {
  const authentication = new HttpAuthentication(parts.runner.engine);
  const app = fastify({
    serverFactory: makeServer,
    bodyLimit: HTTP_BODY_BYTES_MAX,
    routerOptions: { maxParamLength: HTTP_PARAMETER_MAX, ignoreTrailingSlash: true },
    frameworkErrors: (error, _request, reply) => answerError(reply, error),
  }) as unknown as FastifyInstance;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) =>
    body.length === 0 ? undefined : parseJsonBody(body),
  );
  addStatusRoutes(app, parts, authentication);
  for (const route of ROUTES) addRoute(app, route, { parts, authentication });
  app.setNotFoundHandler((request, reply) => answerUnknown(request, reply));
  app.setErrorHandler((error: Error, _request, reply) => answerError(reply, error));
  return app;
}

interface RouteParts {
  readonly parts: HttpDoorParts;
  readonly authentication: HttpAuthentication;
}

function addRoute(app: FastifyInstance, route: Route, { parts, authentication }: RouteParts): void {
  const isLogin = route.command === 'auth';
  app.route({
    method: route.method,
    url: route.path,
    ...(isLogin && { bodyLimit: HTTP_LOGIN_BYTES_MAX }),
    // Before the body is read: a stranger makes nobody parse ten megabytes.
    onRequest: async (request) => {
      const address = request.socket.remoteAddress ?? '';
      const session = isLogin
        ? authentication.stranger(address)
        : await authentication.session(address, request.headers as Given, request.query as Given);
      sessions.set(request, session);
    },
    handler: async (request, reply) => {
      const session = sessions.get(request)!;
      // Nobody waits any more when the connection is gone.
      const abandon = () => session.close();
      reply.raw.once('close', abandon);
      try {
        return await send(reply, await route.handle(callOf(request, session, parts)));
      } catch (error) {
        return answerError(reply, error, route);
      } finally {
        reply.raw.off('close', abandon);
      }
    },
  });
}

function callOf(request: FastifyRequest, session: Session, parts: HttpDoorParts): HttpCall {
  const content = (request.body ?? null) as Value;
  const isObject = typeof content === 'object' && content !== null && !Array.isArray(content);
  return {
    params: request.params as Record<string, string>,
    query: firstValues(request.query as Record<string, string | string[] | undefined>),
    headers: firstValues(request.headers),
    content,
    body: isObject ? (content as Record<string, Value>) : {},
    async run(cmd, fields): Promise<OkReply> {
      const reply = await parts.runner.run(session, { cmd, fields: given(fields), rid: undefined });
      if (reply.status === 'error') throw reply.error;
      return reply as OkReply;
    },
  };
}

/** Members that a route leaves `undefined` are not there. */
function given(fields: CommandFields): CommandFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function firstValues(values: Record<string, string | string[] | undefined>): Given {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}

function send(reply: FastifyReply, answer: HttpAnswer): FastifyReply {
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value);
  if (answer.stream !== undefined) {
    return reply.type(answer.stream.contentType).send(Readable.from(answer.stream.lines, { objectMode: false }));
  }
  if (answer.json === undefined) return reply.code(answer.status ?? 204).send();
  return reply
    .code(answer.status ?? 200)
    .type(JSON_TYPE)
    .send(jsonText(answer.json));
}

/** SQL answers its errors with the result that there is not. */
function answerError(reply: FastifyReply, error: unknown, route?: Route): FastifyReply {
  const body = errorBody(error);
  if (body.code === 401) reply.header('www-authenticate', 'Bearer, Basic realm="cairn"');
  if (body.code === 503) reply.header('retry-after', '1');
  const json = route?.command === 'sql' ? { result: null, ...body } : body;
  return reply.code(body.code).type(JSON_TYPE).send(jsonText(json));
}

function errorBody(error: unknown): HttpErrorBody {
  if (error instanceof PreconditionFailed) return { ...httpError(error), code: 412, type: 'PreconditionFailed' };
  if (error instanceof CairnError) return httpError(error);
  const { statusCode = 500, message } = error as { statusCode?: number; message: string };
  if (statusCode >= 500) return plainError(500, 'Internal error', 'InternalError', 'internal');
  const code = statusCode === 413 ? 'limit_exceeded' : 'invalid_argument';
  return plainError(statusCode, message, statusCode === 413 ? 'LimitExceeded' : 'BadRequest', code);
}

function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path = ''] = request.url.split('?', 1);
  const methods = methodsOf(path);
  if (methods.length === 0) {
    const body = plainError(404, `no route ${request.method} ${path}`, 'NotFound', 'not_found');
    return reply.code(404).type(JSON_TYPE).send(jsonText(body));
  }
  const body = plainError(405, `${path} takes ${methods.join(', ')}`, 'MethodNotAllowed', 'invalid_argument');
  return reply.code(405).header('allow', methods.join(', ')).type(JSON_TYPE).send(jsonText(body));
}
