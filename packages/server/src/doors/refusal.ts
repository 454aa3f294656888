import type { Socket } from 'node:net';
import {
  ByteWriter,
  beginFrame,
  CairnError,
  type DetectedProtocol,
  endFrame,
  writeReply,
} from '@cairn/protocol/internal';
import { jsonText } from './http/content/json-text.ts';
import { httpError } from './http/errors/http-error.ts';

/** A caller who is sent away must take the answer within this time, milliseconds. */
const FAREWELL_MS = 1_000;

/** Answers a connection that is not let in, in the words of its protocol, and closes it. */
export function refuseConnection(socket: Socket, protocol: DetectedProtocol, error: CairnError): void {
  setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
  // What it goes on to say is read and dropped: closing over unread bytes would take back the answer.
  socket.on('data', () => {});
  socket.on('end', () => socket.destroy());
  socket.resume();
  socket.end(protocol === 'native' ? frameOf(error) : httpAnswer(error));
}

/** There is no room for another connection. */
export function tooManyConnections(what: string, limit: number): CairnError {
  return new CairnError('overloaded', `too many connections ${what}, try again`, {
    retryable: true,
    details: { limit },
  });
}

/** The connection is not encrypted, and must be. */
export function tlsRequired(): CairnError {
  return new CairnError('permission_denied', 'this server takes encrypted connections (TLS) only');
}

function frameOf(error: CairnError): Uint8Array {
  const writer = new ByteWriter();
  const at = beginFrame(writer);
  writeReply(writer, { status: 'error', error });
  endFrame(writer, at);
  return writer.finish();
}

function httpAnswer(error: CairnError): string {
  const body = httpError(error);
  const text = jsonText(body);
  const lines = [
    `HTTP/1.1 ${body.code} ${body.type}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
    ...(error.retryable ? ['retry-after: 1'] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${text}`;
}
