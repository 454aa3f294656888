import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CONTENT_TYPES } from '../content/answer-format.ts';
import { sendBody } from '../content/send-answer.ts';
import { described, type RouteList } from '../route/route-list.ts';
import { DOCS_PAGE, DOCS_SCRIPT, DOCS_STYLE } from './docs-page.ts';
import { openApiDocument } from './openapi-document.ts';

const HTML = 'text/html; charset=utf-8';
/** The page is one text: nothing is fetched from elsewhere, and nothing runs that does not stand in it. */
const PAGE_POLICY = [
  "default-src 'none'",
  `script-src '${hashOf(DOCS_SCRIPT)}'`,
  `style-src '${hashOf(DOCS_STYLE)}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `/openapi.json`, and `/docs` to read it. Both are for everybody: they say what the program is, not what it holds. */
export function addOpenApiRoutes(app: FastifyInstance, list: RouteList): void {
  let text: string | undefined;
  app.get(
    '/openapi.json',
    described({
      summary: 'This interface as an OpenAPI document.',
      reply: z.looseObject({ openapi: z.string() }),
      contentType: CONTENT_TYPES.json,
    }),
    async (_request, reply) => {
      text ??= JSON.stringify(openApiDocument(list.routes));
      return sendBody(reply.type(CONTENT_TYPES.json), text);
    },
  );
  app.get('/docs', described({ summary: 'This interface as a page.', contentType: HTML }), async (_request, reply) =>
    sendBody(reply.type(HTML).header('content-security-policy', PAGE_POLICY), DOCS_PAGE),
  );
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
