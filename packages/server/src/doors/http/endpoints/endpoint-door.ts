import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { CairnError } from '@cairn/protocol/internal';
import type { Engine } from '../../../engine/engine.ts';
import type { PathMatch } from '../../../engine/scripts/index/path-tree.ts';
import { WEBSOCKET_METHOD } from '../../../engine/scripts/records/script-record.ts';
import type { Service } from '../../../engine/scripts/records/service-record.ts';
import type { Admission } from '../../../runner/admission/admission.ts';
import type { Runner } from '../../../runner/runner.ts';
import type { Session } from '../../../runner/session.ts';
import { peerAddress } from '../../peer-address.ts';
import { HttpAuthentication } from '../callers/authentication.ts';
import { countParts } from '../content/counted-body.ts';
import { discardUnread } from '../content/unread-body.ts';
import { type HttpErrorBody, httpError, plainError } from '../errors/http-error.ts';
import { HttpProblem } from '../errors/http-problem.ts';
import { holdBytes } from '../overload.ts';
import type { Given } from '../route/route.ts';
import { type AnswerFrame, sendBytes, sendOutcome } from './endpoint-answer.ts';
import { corsHeaders, type Header, preflightHeaders } from './endpoint-cors.ts';
import { headersOf, queryOf, readBody } from './endpoint-input.ts';
import { EndpointSockets, refuseUpgrade } from './endpoint-upgrade.ts';
import { ENDPOINTS, type EndpointUrl, parseEndpointUrl } from './endpoint-url.ts';

const EMPTY = new Uint8Array(0);
const JSON_TYPE: Header = ['Content-Type', 'application/json; charset=utf-8'];
const SCHEMES: ReadonlySet<string> = new Set(['bearer', 'basic', 'apikey']);

/**
 * Where scripts answer: `/api/{database}/{service}/{path}`. It stands in front of the framework of the other routes, because its
 * paths are data and come and go, and because an endpoint has no time to lose.
 */
export class EndpointDoor {
  readonly #engine: Engine;
  readonly #admission: Admission;
  readonly #authentication: HttpAuthentication;
  readonly #sockets: EndpointSockets;

  constructor(runner: Runner) {
    const { engine, admission } = runner;
    this.#engine = engine;
    this.#admission = admission;
    this.#authentication = new HttpAuthentication(engine);
    this.#sockets = new EndpointSockets(engine);
  }

  /** Whether a request is for a script. */
  takes(request: IncomingMessage): boolean {
    return request.url!.startsWith(ENDPOINTS);
  }

  takesUpgrade(request: IncomingMessage): boolean {
    return this.takes(request) && request.headers.upgrade?.toLowerCase() === 'websocket';
  }

  /** Answers; never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const frame = { response, isHead: request.method === 'HEAD', cors: [] as readonly Header[] };
    try {
      const url = parseEndpointUrl(request.url!);
      if (url === undefined) throw noScript(request, undefined);
      const service = this.#service(url);
      frame.cors = corsHeaders(service.cors, request);
      const match = this.#engine.scripts.scriptsOf(url.database).match(url.service, request.method!, url.path);
      if (request.method === 'OPTIONS' && match === undefined) return this.#answerOptions(request, frame, url, service);
      const caller = await this.#caller(request);
      requireCaller(service, caller);
      if (match === undefined) throw noScript(request, url);
      await this.#run({ request, frame, url, match, caller });
    } catch (error) {
      if (!isExpected(error)) this.#engine.scripts.log?.error({ err: error }, 'endpoint failed unexpectedly');
      answerFailure(request, frame, error);
    }
  }

  /** Lets a client speak WebSocket with a script whose methods hold `WS`; never rejects. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    try {
      const url = parseEndpointUrl(request.url!);
      if (url === undefined) throw noScript(request, undefined);
      const service = this.#service(url);
      const query = queryOf(url.query);
      const caller = (await this.#caller(request)) ?? (await this.#tokenHolder(request, query.get('token')));
      requireCaller(service, caller);
      const match = this.#engine.scripts.scriptsOf(url.database).match(url.service, WEBSOCKET_METHOD, url.path);
      if (match === undefined) throw noScript(request, url);
      const headers = headersOf(request, caller !== undefined);
      const input = { method: request.method!, path: url.path, query, params: match.params, headers };
      await this.#sockets.upgrade({ request, socket, head, script: match.script, input, caller });
    } catch (error) {
      if (error instanceof WrongCredentials) return refuseUpgrade(socket, 401, undefined);
      const { code, error: message, type } = bodyOf(error);
      refuseUpgrade(socket, code, { error: message, code, type });
    }
  }

  /** Ends the connections of WebSocket scripts. */
  close(): void {
    this.#sockets.close();
  }

  /** Pages cannot set headers of a WebSocket, so a token may stand in the query. One that is nobody's is the script's own affair. */
  async #tokenHolder(request: IncomingMessage, token: string | undefined): Promise<Session | undefined> {
    if (token === undefined || token === '') return undefined;
    const address = peerAddress(request.socket);
    return this.#authentication.session(address, {}, { token }).catch(() => undefined);
  }

  /** @throws CairnError for a database or service that there is not, or that does not answer */
  #service({ database, service: name }: EndpointUrl): Service {
    const service = this.#engine.scripts.scriptsOf(database).service(name);
    if (service === undefined) {
      throw new CairnError('not_found', `Service '${name}' not found in database '${database}'`, {
        details: { key: name },
      });
    }
    if (!service.isEnabled) throw new CairnError('invalid_argument', `Service '${name}' is disabled`);
    return service;
  }

  /** Who asks; undefined for a stranger. @throws WrongCredentials */
  async #caller(request: IncomingMessage): Promise<Session | undefined> {
    const { authorization, 'x-api-key': apiKey } = request.headers;
    if (apiKey === undefined && !isKnownScheme(authorization)) return undefined;
    try {
      return await this.#authentication.session(peerAddress(request.socket), request.headers as Given, {});
    } catch (error) {
      if (error instanceof CairnError && error.code === 'unauthenticated') throw new WrongCredentials();
      throw error;
    }
  }

  async #run(parts: {
    request: IncomingMessage;
    frame: AnswerFrame;
    url: EndpointUrl;
    match: PathMatch;
    caller: Session | undefined;
  }): Promise<void> {
    const { request, frame, url, match, caller } = parts;
    const sender = caller?.user ?? `stranger ${peerAddress(request.socket)}`;
    this.#holdBody(request, frame.response, sender);
    const bytesMax = this.#engine.settings.httpBodyBytesMax;
    const body = await readBody(request, bytesMax, countParts(this.#admission, sender, frame.response));
    const input = {
      method: request.method!,
      path: url.path,
      query: queryOf(url.query),
      params: match.params,
      headers: headersOf(request, caller !== undefined),
      ...(body !== undefined && { body }),
    };
    const gone = new AbortController();
    const abandon = () => gone.abort();
    frame.response.once('close', abandon);
    try {
      const outcome = await this.#engine.scripts.runs.run(match.script, input, { caller, signal: gone.signal });
      await sendOutcome(frame, outcome);
    } finally {
      frame.response.off('close', abandon);
    }
  }

  /** The bytes of a body count from before they are read, for a stranger by his address. @throws CairnError `overloaded` */
  #holdBody(request: IncomingMessage, response: ServerResponse, sender: string): void {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (!(announced > 0) || announced > this.#engine.settings.httpBodyBytesMax) return;
    const usage = this.#admission.usageOf(sender);
    this.#admission.requireBytes(usage, announced);
    holdBytes(usage, response, announced);
  }

  #answerOptions(request: IncomingMessage, frame: AnswerFrame, url: EndpointUrl, service: Service): void {
    const methods = this.#engine.scripts.scriptsOf(url.database).methodsOf(url.service, url.path);
    if (methods.length === 0) throw noScript(request, url);
    const allow: Header = ['Allow', [...methods, 'OPTIONS'].join(', ')];
    const headers = [allow, ...preflightHeaders(service.cors, request)];
    sendBytes(frame, { status: 200, headers, body: EMPTY });
  }
}

/** Credentials were presented, and they are nobody's. */
class WrongCredentials extends Error {}

/** Other schemes are the script's own affair. */
function isKnownScheme(authorization: string | undefined): boolean {
  if (authorization === undefined) return false;
  const blank = authorization.indexOf(' ');
  return SCHEMES.has((blank === -1 ? authorization : authorization.slice(0, blank)).toLowerCase());
}

function requireCaller(service: Service, caller: Session | undefined): void {
  if (!service.requiresAuthentication || caller !== undefined) return;
  throw new CairnError('unauthenticated', 'Authentication required for this service');
}

function noScript(request: IncomingMessage, url: EndpointUrl | undefined): CairnError {
  if (url === undefined)
    return new CairnError('not_found', `no route ${request.method} ${request.url!.split('?', 1)[0]}`);
  const { database, service, path } = url;
  const place = `${database}/${service}/${path}`;
  return new CairnError('not_found', `No script found for ${request.method} ${place} in ${database}`, {
    details: { key: path },
  });
}

function isExpected(error: unknown): boolean {
  return error instanceof CairnError || error instanceof HttpProblem || error instanceof WrongCredentials;
}

/** What went wrong before or beside the script. */
function answerFailure(request: IncomingMessage, frame: AnswerFrame, error: unknown): void {
  const { response } = frame;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  discardUnread(request);
  if (error instanceof WrongCredentials) {
    sendBytes(frame, { status: 401, headers: adviceFor(401), body: EMPTY });
    return;
  }
  const { code, error: message, type } = bodyOf(error);
  const body = Buffer.from(JSON.stringify({ error: message, code, type }));
  sendBytes(frame, { status: code, headers: [JSON_TYPE, ...adviceFor(code)], body });
}

/** What HTTP wants to be said with a status. */
function adviceFor(status: number): readonly Header[] {
  if (status === 401) return [['WWW-Authenticate', 'Bearer, Basic realm="cairn"']];
  return status === 503 ? [['Retry-After', '1']] : [];
}

function bodyOf(error: unknown): HttpErrorBody {
  if (error instanceof CairnError) return httpError(error);
  if (error instanceof HttpProblem) return plainError(error.statusCode, error.message, error.type, 'invalid_argument');
  return plainError(500, 'Internal error', 'InternalError', 'internal');
}
