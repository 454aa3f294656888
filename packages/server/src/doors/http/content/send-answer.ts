import { pipeline, Readable } from 'node:stream';
import { encodeValue } from '@cairn/protocol/internal';
import type { FastifyReply } from 'fastify';
import type { HttpAnswer } from '../route/route.ts';
import { type AnswerFormat, CONTENT_TYPES } from './answer-format.ts';
import { acceptsGzip, compressed, compressing } from './compression.ts';
import { jsonText } from './json-text.ts';
import { rowStream } from './row-stream.ts';

/** What has to do with the request that is answered. */
interface Exchange {
  readonly reply: FastifyReply;
  readonly format: AnswerFormat;
}

/** Sends what a route has answered, in the format of the request. */
export async function sendAnswer(answer: HttpAnswer, { reply, format }: Exchange): Promise<FastifyReply> {
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value);
  if (answer.rows !== undefined) {
    reply.type(CONTENT_TYPES[format]);
    return sendStream(reply.code(answer.status ?? 200), rowStream(answer.rows, format));
  }
  if (answer.stream !== undefined) {
    return sendStream(reply.code(answer.status ?? 200).type(answer.stream.contentType), answer.stream.lines);
  }
  if (answer.json === undefined) return reply.code(answer.status ?? 204).send();
  const isMsgpack = format === 'msgpack';
  const body = isMsgpack ? asBuffer(encodeValue(answer.json)) : jsonText(answer.json);
  reply.code(answer.status ?? 200).type(isMsgpack ? CONTENT_TYPES.msgpack : CONTENT_TYPES.json);
  return sendBody(reply, body);
}

/** Sends a whole body, compressed where the request takes that and it pays. */
export async function sendBody(reply: FastifyReply, body: string | Buffer): Promise<FastifyReply> {
  if (!wantsGzip(reply)) return reply.send(body);
  const shorter = await compressed(body);
  if (shorter === undefined) return reply.send(body);
  return markCompressed(reply).send(shorter);
}

function sendStream(reply: FastifyReply, pieces: AsyncIterable<string | Uint8Array>): FastifyReply {
  const source = Readable.from(pieces, { objectMode: false });
  if (!wantsGzip(reply)) return reply.send(source);
  // An error of either end destroys both; the framework sees it at the end that it reads.
  return markCompressed(reply).send(pipeline(source, compressing(), () => {}));
}

function wantsGzip(reply: FastifyReply): boolean {
  const accepted = reply.request.headers['accept-encoding'];
  return accepted !== undefined && acceptsGzip(accepted);
}

/** Bytes that differ cannot have the same strong entity tag (RFC 9110, 8.8.1). */
function markCompressed(reply: FastifyReply): FastifyReply {
  const tag = reply.getHeader('etag');
  if (typeof tag === 'string' && !tag.startsWith('W/')) reply.header('etag', `W/${tag}`);
  return reply.header('content-encoding', 'gzip');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
