import { CairnError } from '@cairn/protocol/internal';
import type { FastifyInstance } from 'fastify';
import { SERVER_VERSION } from '../../version.ts';
import { isLoopback, peerAddress } from '../peer-address.ts';
import type { HttpAuthentication } from './authentication.ts';
import type { HttpDoorParts } from './http-door-parts.ts';
import type { Given } from './route.ts';

/** What watchers ask: health, readiness, metrics. No commands stand behind these. */
export function addStatusRoutes(app: FastifyInstance, parts: HttpDoorParts, authentication: HttpAuthentication): void {
  const health = () => ({
    status: 'ok',
    timestamp: new Date(parts.runner.engine.host.nowMs()).toISOString(),
    version: SERVER_VERSION,
  });
  app.get('/health', health);
  app.get('/_api/health', health);
  app.get('/ready', (_request, reply) => {
    const ready = parts.isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'stopping' });
  });
  app.get('/metrics', async (request, reply) => {
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
