import type { IncomingMessage } from 'node:http';
import { EncodedValue, encodeValue } from '@cairn/protocol/internal';
import type { NoteBytes } from '../content/counted-body.ts';
import { parseJsonBody } from '../content/json-body.ts';
import { HttpProblem } from '../errors/http-problem.ts';

const NOTHING: ReadonlyMap<string, string> = new Map();
const JSON_TYPE = /^\s*application\/(?:[^;\s]+\+)?json\s*(?:;|$)/i;
/** What a text of a header may hold. */
const ASCII = /^[\t\x20-\x7e]*$/;

/** The parameters behind the question mark; the last of several with one name counts. */
export function queryOf(query: string): ReadonlyMap<string, string> {
  return query === '' ? NOTHING : new Map(new URLSearchParams(query));
}

/** Headers as scripts see them: without the credentials that have been redeemed already, which are not for the script. */
export function headersOf(request: IncomingMessage, isAuthenticated: boolean): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value === undefined || (isAuthenticated && (name === 'authorization' || name === 'x-api-key'))) continue;
    const text = typeof value === 'string' ? value : value.join(', ');
    if (ASCII.test(text)) headers.set(name, text);
  }
  return headers;
}

/**
 * The body as one value; undefined when there is none.
 *
 * @param bytesMax the largest that is read
 * @param note told of each part of a body that does not say how long it is
 * @throws HttpProblem 413, 415; CairnError `invalid_argument` for what is no JSON, `overloaded`
 */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number,
  note?: NoteBytes,
): Promise<EncodedValue | undefined> {
  const { headers } = request;
  // Some clients say what they would send although they send nothing.
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return undefined;
  const type = headers['content-type'];
  const isJson = type !== undefined && JSON_TYPE.test(type);
  const length = Number(headers['content-length'] ?? 0);
  const hasBody = length > 0 || headers['transfer-encoding'] !== undefined;
  if (!hasBody && !isJson) return undefined;
  if (!isJson) throw new HttpProblem(415, 'UnsupportedMediaType', 'a body must be JSON, and say so in Content-Type');
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new HttpProblem(415, 'UnsupportedMediaType', `Bodies in the encoding '${encoding}' are not taken`);
  }
  if (length > bytesMax) throw tooLarge(bytesMax);
  const isAnnounced = headers['transfer-encoding'] === undefined;
  return new EncodedValue(
    encodeValue(parseJsonBody(await wholeBody(request, bytesMax, isAnnounced ? undefined : note))),
  );
}

function wholeBody(request: IncomingMessage, bytesMax: number, note: NoteBytes | undefined): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    request.on('data', (part: Buffer) => {
      length += part.length;
      try {
        if (length > bytesMax) throw tooLarge(bytesMax);
        note?.(part.length);
        parts.push(part);
      } catch (error) {
        request.pause();
        parts.length = 0;
        reject(error as Error);
      }
    });
    request.on('end', () => resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts)));
    request.on('error', reject);
    request.on('close', () => reject(new HttpProblem(400, 'BadRequest', 'the body was cut off')));
  });
}

function tooLarge(bytesMax: number): HttpProblem {
  return new HttpProblem(413, 'LimitExceeded', `a body has at most ${bytesMax} bytes`);
}
