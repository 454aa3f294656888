import type { Socket } from 'node:net';
import { jsonText } from '../content/json-text.ts';
import { plainError } from './http-error.ts';

interface Refusal {
  readonly status: number;
  readonly phrase: string;
  readonly message: string;
  readonly type: string;
  readonly code: string;
}

const MALFORMED: Refusal = {
  status: 400,
  phrase: 'Bad Request',
  message: 'this is no HTTP request',
  type: 'BadRequest',
  code: 'invalid_argument',
};

const REFUSALS: ReadonlyMap<string, Refusal> = new Map([
  [
    'HPE_HEADER_OVERFLOW',
    {
      status: 431,
      phrase: 'Request Header Fields Too Large',
      message: 'the headers are too large',
      type: 'LimitExceeded',
      code: 'limit_exceeded',
    },
  ],
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    {
      status: 408,
      phrase: 'Request Timeout',
      message: 'the request has not come in time',
      type: 'RequestTimeout',
      code: 'timeout',
    },
  ],
]);

/** Answers what Node's parser could not read, before there is a request, and closes the connection. */
export function refuseMalformed(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, phrase, message, type, code } = REFUSALS.get(error.code ?? '') ?? MALFORMED;
  const body = jsonText(plainError(status, message, type, code));
  const head = [
    `HTTP/1.1 ${status} ${phrase}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
