import { CairnError } from '@cairn/protocol/internal';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { SERVER_VERSION } from '../../version.ts';
import { isLoopback, peerAddress } from '../peer-address.ts';
import type { HttpAuthentication } from './callers/authentication.ts';
import type { HttpDoorParts } from './http-door-parts.ts';
import type { Given } from './route/route.ts';
import { described } from './route/route-list.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const HEALTH = described({
  summary: 'Says that the server answers, and its version.',
  reply: z.looseObject({ status: z.string(), timestamp: z.string(), version: z.string() }),
  contentType: JSON_TYPE,
});
const READY = described({
  summary:
    'Says whether the server takes requests, and why it does not: 503 while it stops, or when the disk takes no writes.',
  reply: z.object({ status: z.string(), reasons: z.array(z.string()) }),
  contentType: JSON_TYPE,
  statuses: [503],
});
const METRICS = described({
  summary: 'What the server counts, for Prometheus; for administrators, and for everybody on this machine.',
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  statuses: [401, 403],
});

/** What watchers ask: health, readiness, metrics. No commands stand behind these. */
export function addStatusRoutes(app: FastifyInstance, parts: HttpDoorParts, authentication: HttpAuthentication): void {
  const health = () => ({
    status: 'ok',
    timestamp: new Date(parts.runner.engine.host.nowMs()).toISOString(),
    version: SERVER_VERSION,
  });
  app.get('/health', HEALTH, health);
  app.get('/_api/health', HEALTH, health);
  app.get('/ready', READY, async (_request, reply) => {
    const readiness = await parts.readiness();
    return reply.code(readiness.status === 'ready' ? 200 : 503).send(readiness);
  });
  app.get('/metrics', METRICS, async (request, reply) => {
    const address = peerAddress(request.socket);
    if (!isLoopback(address)) {
      const session = await authentication.session(address, request.headers as Given, request.query as Given);
      if (!session.rights.allowsGlobally('admin')) {
        throw new CairnError('permission_denied', 'Forbidden: metrics are for administrators and for this machine');
      }
    }
    const metrics = await parts.metrics();
    return reply.type(metrics.contentType).send(await metrics.text());
  });
}
