/** The path under which scripts answer. */
export const ENDPOINTS = '/api/';

/** Where a request wants to go: `/api/{database}/{service}/{path}?{query}`. */
export interface EndpointUrl {
  readonly database: string;
  readonly service: string;
  /** Percent-encoded as it came, behind the slash that follows the service; empty for the service itself. */
  readonly path: string;
  /** Behind the question mark. */
  readonly query: string;
}

/** Undefined when the URL names no database and service, or has a slash behind the service and nothing more. */
export function parseEndpointUrl(url: string): EndpointUrl | undefined {
  const mark = url.indexOf('?');
  const pathEnd = mark === -1 ? url.length : mark;
  const databaseEnd = url.indexOf('/', ENDPOINTS.length);
  if (databaseEnd === -1 || databaseEnd >= pathEnd) return undefined;
  const slash = url.indexOf('/', databaseEnd + 1);
  const serviceEnd = slash === -1 || slash > pathEnd ? pathEnd : slash;
  const database = decoded(url.slice(ENDPOINTS.length, databaseEnd));
  const service = decoded(url.slice(databaseEnd + 1, serviceEnd));
  if (database === undefined || service === undefined || database === '' || service === '') return undefined;
  if (serviceEnd + 1 === pathEnd) return undefined;
  return { database, service, path: url.slice(serviceEnd + 1, pathEnd), query: mark === -1 ? '' : url.slice(mark + 1) };
}

/** The URL of a request without the server's own address, which proxies may put in front of it (RFC 9112, 3.2.2). */
export function withoutOrigin(url: string): string {
  if (url.startsWith('/')) return url;
  const path = /^https?:\/\/[^/?#]*(.*)$/is.exec(url)?.[1];
  if (path === undefined) return url;
  return path.startsWith('/') ? path : `/${path}`;
}

function decoded(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
