import { CairnError } from '@cairn/protocol/internal';
import type { FastifyReply } from 'fastify';
import { CONTENT_TYPES } from '../content/answer-format.ts';
import { jsonText } from '../content/json-text.ts';
import { discardUnread } from '../content/unread-body.ts';
import type { Route } from '../route/route.ts';
import { PreconditionFailed } from '../routes/document-routes.ts';
import { type HttpErrorBody, httpError, plainError } from './http-error.ts';
import { HttpProblem } from './http-problem.ts';

/** Answers an error in the one form that all have, whatever format the answer would have had. */
export function answerError(reply: FastifyReply, error: unknown, type?: string, route?: Route): FastifyReply {
  const found = errorBody(error);
  const body = type === undefined ? found : { ...found, type };
  if (body.code === 401) reply.header('www-authenticate', 'Bearer, Basic realm="cairn"');
  if (body.code === 503) reply.header('retry-after', '1');
  // SQL answers its errors with the result that there is not.
  const json = route?.command === 'sql' ? { result: null, ...body } : body;
  const { raw } = reply.request;
  if (!raw.complete) {
    // The framework would close the connection under a client that is still sending.
    reply.removeHeader('connection');
    discardUnread(raw);
  }
  return reply.code(body.code).type(CONTENT_TYPES.json).send(jsonText(json));
}

/** Kinds of what the framework refuses. */
const FRAMEWORK_TYPES: ReadonlyMap<number, string> = new Map([
  [413, 'LimitExceeded'],
  [414, 'LimitExceeded'],
  [415, 'UnsupportedMediaType'],
]);

const LIMIT_STATUSES: ReadonlySet<number> = new Set([413, 414]);
/** The framework repeats what it was sent, whatever its length. */
const MESSAGE_LENGTH_MAX = 300;

function errorBody(error: unknown): HttpErrorBody {
  if (error instanceof PreconditionFailed) return { ...httpError(error), code: 412, type: 'PreconditionFailed' };
  if (error instanceof CairnError) return httpError(error);
  if (error instanceof HttpProblem) return plainError(error.statusCode, error.message, error.type, 'invalid_argument');
  const { statusCode = 500, message } = error as { statusCode?: number; message: string };
  if (statusCode >= 500) return plainError(500, 'Internal error', 'InternalError', 'internal');
  const code = LIMIT_STATUSES.has(statusCode) ? 'limit_exceeded' : 'invalid_argument';
  return plainError(
    statusCode,
    message.slice(0, MESSAGE_LENGTH_MAX),
    FRAMEWORK_TYPES.get(statusCode) ?? 'BadRequest',
    code,
  );
}
