import type { Readable } from 'node:stream';
import type { Value } from '@cairn/protocol/internal';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseJsonBody } from './json-body.ts';
import { parseMsgpackBody } from './msgpack-body.ts';

const MSGPACK_NAMES = ['application/msgpack', 'application/x-msgpack', 'application/vnd.msgpack'];

/** Bodies that become a value before the route sees them. */
export const VALUE_BODIES: readonly string[] = ['application/json', 'application/msgpack'];

/** Teaches the framework the bodies that there are; others are answered 415. */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  addValueParser(app, ['application/json'], parseJsonBody);
  addValueParser(app, MSGPACK_NAMES, parseMsgpackBody);
}

function addValueParser(app: FastifyInstance, types: string[], parse: (body: Buffer) => Value): void {
  app.addContentTypeParser(types, { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) =>
    body.length === 0 ? undefined : parse(body),
  );
}

const streams = new WeakMap<FastifyRequest, Readable>();

/** For routes that read their bodies while they come, and say themselves which kinds they take. */
export function addStreamParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, body: Readable) => {
    streams.set(request, body);
    return undefined;
  });
}

/** The body of a request to such a route. */
export function bodyStream(request: FastifyRequest): Readable | undefined {
  return streams.get(request);
}
