import type { IncomingMessage, ServerResponse } from 'node:http';
import { CairnError } from '@cairn/protocol/internal';
import type { Admission } from '../../runner/admission/admission.ts';
import type { UserUsage } from '../../runner/admission/user-usage.ts';
import { httpError } from './errors/http-error.ts';

/** What watchers ask is answered as long as anything is. */
const WATCHED: ReadonlySet<string> = new Set(['/health', '/_api/health', '/ready', '/metrics']);

/** Answers 503 when there is too much to do: before the framework, since turning away must cost little. */
export function turnsAway(admission: Admission, request: IncomingMessage, response: ServerResponse): boolean {
  if (WATCHED.has(request.url ?? '')) return false;
  try {
    admission.enterDoor();
    return false;
  } catch (error) {
    if (!(error instanceof CairnError)) throw error;
    const body = JSON.stringify(httpError(error));
    const headers = { 'content-type': 'application/json; charset=utf-8', 'retry-after': '1' };
    response.writeHead(503, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
    request.resume();
    return true;
  }
}

/** Counts bytes for a user until the response is done with, or its connection gone. */
export function holdBytes(usage: UserUsage, response: ServerResponse, bytes: number): void {
  if (bytes === 0 || response.closed) return;
  usage.hold(bytes);
  response.once('close', () => {
    usage.hold(-bytes);
  });
}
