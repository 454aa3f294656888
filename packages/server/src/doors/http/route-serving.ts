import type { OkReply, Value } from '@cairn/protocol/internal';
import type { FastifyInstance, FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { HTTP_LOGIN_BYTES_MAX } from '../../limits.ts';
import type { Session } from '../../runner/session.ts';
import { peerAddress } from '../peer-address.ts';
import type { HttpAuthentication } from './callers/authentication.ts';
import { type AnswerFormat, acceptedFormat, offeredFormats } from './content/answer-format.ts';
import { checkCall } from './content/check-call.ts';
import { countedBody, countParts } from './content/counted-body.ts';
import { bodyStream } from './content/request-body.ts';
import { sendAnswer } from './content/send-answer.ts';
import { answerError } from './errors/error-answer.ts';
import { HttpProblem } from './errors/http-problem.ts';
import type { HttpDoorParts } from './http-door-parts.ts';
import { holdBytes } from './overload.ts';
import type { CommandFields, Given, HttpCall, Route } from './route/route.ts';
import type { RouteConfig } from './route/route-list.ts';

/** What is known of a request before its body is read. */
interface Admission {
  readonly session: Session;
  readonly format: AnswerFormat;
}

/** A request whose body is about to be read. */
interface Incoming {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly body: RequestPayload;
}

const admissions = new WeakMap<FastifyRequest, Admission>();

/** Serves routes of the table: who asks, in which format, what the route makes of it, and how that is sent. */
export class RouteServing {
  readonly #parts: HttpDoorParts;
  readonly #authentication: HttpAuthentication;

  constructor(parts: HttpDoorParts, authentication: HttpAuthentication) {
    this.#parts = parts;
    this.#authentication = authentication;
  }

  add(app: FastifyInstance, route: Route): void {
    const isLogin = route.command === 'auth';
    const config: RouteConfig = { route };
    app.route({
      method: route.method,
      url: route.path,
      config: config as object,
      ...(isLogin && { bodyLimit: HTTP_LOGIN_BYTES_MAX }),
      // Before the body is read: a stranger makes nobody parse ten megabytes.
      onRequest: async (request, reply) => {
        const address = peerAddress(request.socket);
        const session = isLogin
          ? this.#authentication.stranger(address)
          : await this.#authentication.session(address, request.headers as Given, request.query as Given);
        if (!isLogin) this.#holdBody(session, request, reply);
        admissions.set(request, { session, format: formatOf(request, route) });
      },
      preParsing: async (request, reply, body) => this.#counted(route, { request, reply, body }),
      handler: (request, reply) => this.#serve(request, reply, route),
    });
  }

  /** The bytes of a body count from before they are read. @throws CairnError `overloaded` */
  #holdBody(session: Session, request: FastifyRequest, reply: FastifyReply): void {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced === 0) return;
    const { admission } = this.#parts.runner;
    const usage = admission.usageOf(session.user);
    admission.requireBytes(usage, announced);
    holdBytes(usage, reply.raw, announced);
  }

  /** A body that does not say how long it is counts as it comes; one that is read while it comes is not kept. */
  #counted(route: Route, { request, reply, body }: Incoming): RequestPayload {
    const { session } = admissions.get(request)!;
    const isKept = route.describes?.streams === undefined;
    if (request.headers['transfer-encoding'] === undefined || !isKept || !session.isAuthenticated) return body;
    return countedBody(body, countParts(this.#parts.runner.admission, session.user, reply.raw));
  }

  /** What the client has not taken at once it may take its time for, at its user's expense. */
  #holdReply(session: Session, reply: FastifyReply): void {
    const waiting = reply.raw.writableLength;
    if (waiting > 0 && session.isAuthenticated) {
      holdBytes(this.#parts.runner.admission.usageOf(session.user), reply.raw, waiting);
    }
  }

  async #serve(request: FastifyRequest, reply: FastifyReply, route: Route): Promise<FastifyReply> {
    const admission = admissions.get(request)!;
    // Nobody waits any more when the connection is gone.
    const abandon = () => admission.session.close();
    reply.raw.once('close', abandon);
    try {
      const call = this.#call(request, admission);
      const { describes } = route;
      if (describes !== undefined && describes.streams === undefined) {
        checkCall(describes, call, request.query as object);
      }
      const sent = await sendAnswer(await route.handle(call), { reply, format: admission.format });
      this.#holdReply(admission.session, reply);
      return sent;
    } catch (error) {
      return answerError(reply, error, undefined, route);
    } finally {
      reply.raw.off('close', abandon);
    }
  }

  #call(request: FastifyRequest, { session, format }: Admission): HttpCall {
    const { runner } = this.#parts;
    const content = (request.body ?? null) as Value;
    const isObject = typeof content === 'object' && content !== null && !Array.isArray(content);
    return {
      params: request.params as Record<string, string>,
      query: firstValues(request.query as Record<string, string | string[] | undefined>),
      // Node has joined those that came several times, save for one that requests have no use for.
      headers: request.headers as Given,
      content,
      hasBody: request.body !== undefined,
      body: isObject ? (content as Record<string, Value>) : {},
      stream: bodyStream(request),
      streamBytesMax: runner.engine.settings.httpImportBytesMax,
      format,
      async run(cmd, fields): Promise<OkReply> {
        const reply = await runner.run(session, { cmd, fields: given(fields), rid: undefined });
        if (reply.status === 'error') throw reply.error;
        return reply as OkReply;
      },
    };
  }
}

/** Before anything is done, so that nothing is done for an answer that nobody can read. */
function formatOf(request: FastifyRequest, { describes }: Route): AnswerFormat {
  const offered = offeredFormats(describes);
  const format = offered.length === 0 ? 'json' : acceptedFormat(request.headers.accept, offered);
  if (format !== undefined) return format;
  throw new HttpProblem(406, 'NotAcceptable', `this route answers ${offered.join(', ')}`);
}

/** Members that a route leaves `undefined` are not there. */
function given(fields: CommandFields): CommandFields {
  for (const name in fields) {
    if (fields[name] !== undefined) continue;
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  }
  return fields;
}

function firstValues(values: Record<string, string | string[] | undefined>): Given {
  const names = Object.keys(values);
  if (names.every((name) => !Array.isArray(values[name]))) return values as Given;
  return Object.fromEntries(names.map((name) => [name, [values[name]].flat()[0]]));
}
