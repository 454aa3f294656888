import { type LookupAddress, lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { FETCH_BODY_BYTES_MAX, FETCH_REDIRECTS_MAX, FETCH_TIMEOUT_MS } from '../../../limits.ts';
import { isPublicAddress } from './public-address.ts';

/** Looks a name up: every address that it has. */
export type Resolver = (host: string) => Promise<readonly LookupAddress[]>;

/** Whom a script may ask. */
export interface FetchRules {
  /** Hosts of the script's own list; undefined: any. `*.example.com` means all below it. */
  readonly allowHosts: readonly string[] | undefined;
  /** Hosts, with or without a port, that the server's configuration allows whatever their addresses. */
  readonly trustedHosts: readonly string[];
  readonly resolve: Resolver;
}

export interface FetchRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array | undefined;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal;
}

export interface FetchAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /** Where the last redirect led. */
  readonly url: string;
}

/** Why a fetch failed: fit for the script. */
export class FetchError extends Error {
  constructor(reason: string) {
    super(`Fetch error: ${reason}`);
    this.name = 'FetchError';
  }
}

interface Step {
  readonly url: URL;
  readonly method: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array | undefined;
}

const lookupAll = promisify(lookup);
export const systemResolver: Resolver = (host) => lookupAll(host, { all: true, verbatim: true });

/** Headers that say how the bytes travel: they are ours to set. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Headers that are for the host that they were meant for. */
const SECRET_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);
const BODYLESS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Asks a web server, following redirects. Each address is looked up, judged and then used as it was judged: a name that has
 * another address a moment later leads nowhere.
 * @throws FetchError
 */
export async function guardedFetch(request: FetchRequest, rules: FetchRules): Promise<FetchAnswer> {
  const time = AbortSignal.timeout(Math.min(request.timeoutMs ?? FETCH_TIMEOUT_MS, FETCH_TIMEOUT_MS));
  const signal = AbortSignal.any([request.signal, time]);
  let step: Step = { ...request, url: parseUrl(request.url), headers: sendable(request.headers) };
  try {
    for (let redirects = 0; redirects <= FETCH_REDIRECTS_MAX; redirects++) {
      const answer = await send(step, await permittedAddress(step.url, rules), signal);
      const next = redirectOf(answer, step);
      if (next === undefined) return await whole(answer, step.url);
      answer.destroy();
      step = next;
    }
  } catch (error) {
    if (error instanceof FetchError) throw error;
    throw new FetchError(time.aborted ? 'timed out' : reasonOf(error));
  }
  throw new FetchError(`more than ${FETCH_REDIRECTS_MAX} redirects`);
}

function parseUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new FetchError('the URL is not valid');
  const url = new URL(text, base?.href);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new FetchError(`scheme not allowed: ${url.protocol.slice(0, -1)}`);
  }
  return url;
}

function sendable(headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const kept = [...headers].map(([name, value]) => [name.toLowerCase(), value] as const);
  return new Map(kept.filter(([name]) => !OWN_HEADERS.has(name)));
}

/** The one address to connect to. @throws FetchError unless every address of the host is allowed */
async function permittedAddress(url: URL, rules: FetchRules): Promise<LookupAddress> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const refused = new FetchError(`address not allowed: ${host}`);
  if (rules.allowHosts !== undefined && !rules.allowHosts.some((pattern) => matches(pattern, url, host))) throw refused;
  const isTrusted = rules.trustedHosts.some((pattern) => matches(pattern, url, host));
  const family = isIP(host);
  const addresses = family === 0 ? await rules.resolve(host) : [{ address: host, family }];
  if (addresses.length === 0) throw new FetchError(`${host} has no address`);
  if (!isTrusted && !addresses.every(({ address }) => isPublicAddress(address))) throw refused;
  if (url.username !== '' || url.password !== '') throw new FetchError('the URL must not hold credentials');
  return addresses[0]!;
}

function matches(pattern: string, url: URL, host: string): boolean {
  const wanted = pattern.toLowerCase();
  if (wanted === '*' || wanted === host || wanted === url.host) return true;
  return wanted.startsWith('*.') && host.endsWith(wanted.slice(1));
}

function send(
  { url, method, headers, body }: Step,
  address: LookupAddress,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const outgoing = (isSecure ? httpsRequest : httpRequest)({
      method,
      host: address.address,
      family: address.family,
      port: url.port === '' ? undefined : Number(url.port),
      path: url.pathname + url.search,
      headers: {
        'accept-encoding': 'gzip, deflate, br',
        'user-agent': 'cairn',
        ...Object.fromEntries(headers),
        host: url.host,
        ...(body !== undefined && { 'content-length': String(body.length) }),
      },
      agent: false,
      signal,
      ...(isSecure && isIP(host) === 0 && { servername: host }),
    });
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** The next step when the answer is a redirect. */
function redirectOf(answer: IncomingMessage, step: Step): Step | undefined {
  const status = answer.statusCode!;
  const { location } = answer.headers;
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  const url = parseUrl(location, step.url);
  const forgetsBody = (status === 303 && step.method !== 'HEAD') || (status < 303 && step.method === 'POST');
  const kept = [...step.headers].filter(
    ([name]) =>
      !(url.origin !== step.url.origin && SECRET_HEADERS.has(name)) && !(forgetsBody && name.startsWith('content-')),
  );
  const headers = new Map(kept);
  return forgetsBody ? { url, method: 'GET', headers, body: undefined } : { ...step, url, headers };
}

async function whole(answer: IncomingMessage, url: URL): Promise<FetchAnswer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > FETCH_BODY_BYTES_MAX) throw tooLarge();
    parts.push(part);
  }
  const body = await decompressed(Buffer.concat(parts), answer.headers['content-encoding']);
  return {
    status: answer.statusCode!,
    statusText: answer.statusMessage ?? '',
    headers: headersOf(answer),
    body,
    url: url.href,
  };
}

function headersOf(answer: IncomingMessage): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

const DECOMPRESSORS = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

async function decompressed(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  const decompress = DECOMPRESSORS.get(encoding?.toLowerCase() ?? '');
  if (decompress === undefined || body.length === 0) return body;
  try {
    return (await decompress(body, { maxOutputLength: FETCH_BODY_BYTES_MAX })) as Buffer;
  } catch (error) {
    throw (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : error;
  }
}

function tooLarge(): FetchError {
  return new FetchError(`the answer is larger than ${FETCH_BODY_BYTES_MAX} bytes`);
}

/** What the system says, without what it knows of the addresses inside. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  if (name === 'AbortError') return 'cancelled';
  return code === undefined ? 'the request failed' : `the request failed: ${code}`;
}

export function hasNoBody(method: string): boolean {
  return BODYLESS.has(method);
}
