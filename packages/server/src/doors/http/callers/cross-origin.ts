import type { FastifyReply, FastifyRequest } from 'fastify';
import { HTTP_PREFLIGHT_S } from '../../../limits.ts';

/** Which pages of other origins may call. */
export interface CrossOriginSettings {
  /** `https://app.example`; `*` for all; none for nobody. */
  readonly origins: readonly string[];
  /** Whether a page may have the browser send what it knows of the user. */
  readonly credentials: boolean;
}

/** Headers that pages may send besides those that they always may. */
const ALLOWED_HEADERS =
  'authorization, content-type, if-match, if-none-match, x-api-key, x-transaction-id, accept, accept-encoding';
/** What answers depend on when pages of some origins may read them. */
const VARYING = 'accept, accept-encoding, origin';
/** Headers of answers that pages may read. */
const EXPOSED_HEADERS = 'etag, retry-after, content-disposition, location';

/** CORS: lets pages of the named origins call, and their browsers ask beforehand. Nobody is named unless the settings do. */
export class CrossOrigin {
  readonly #origins: ReadonlySet<string>;
  readonly #credentials: boolean;

  constructor({ origins, credentials }: CrossOriginSettings) {
    this.#origins = new Set(origins);
    this.#credentials = credentials;
  }

  /** Marks the answer to a page that may have it. */
  mark(request: FastifyRequest, reply: FastifyReply): void {
    if (this.#origins.size === 0) return;
    reply.header('vary', VARYING);
    const { origin } = request.headers;
    if (origin === undefined || !this.#allows(origin)) return;
    reply.header('access-control-allow-origin', this.#origins.has(origin) ? origin : '*');
    reply.header('access-control-expose-headers', EXPOSED_HEADERS);
    if (this.#credentials) reply.header('access-control-allow-credentials', 'true');
  }

  /** Tells a browser that asks beforehand what the page may send. */
  markPreflight(request: FastifyRequest, reply: FastifyReply, methods: readonly string[]): void {
    const { origin } = request.headers;
    if (origin === undefined || !this.#allows(origin)) return;
    if (request.headers['access-control-request-method'] === undefined) return;
    reply.header('access-control-allow-methods', methods.join(', '));
    reply.header('access-control-allow-headers', ALLOWED_HEADERS);
    reply.header('access-control-max-age', String(HTTP_PREFLIGHT_S));
  }

  #allows(origin: string): boolean {
    return this.#origins.has('*') || this.#origins.has(origin);
  }
}
