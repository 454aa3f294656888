import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import type { Engine } from '../../../engine/engine.ts';
import type { Script } from '../../../engine/scripts/records/script-record.ts';
import type { ScriptInput } from '../../../engine/scripts/run/script-runs.ts';
import { runSocket } from '../../../engine/scripts/sockets/socket-run.ts';
import { SOCKET_MESSAGE_BYTES_MAX, SOCKETS_MAX } from '../../../limits.ts';
import type { Session } from '../../../runner/session.ts';
import { EndpointSocket } from './endpoint-socket.ts';

/** A request to speak WebSocket that has been let in. */
export interface AdmittedUpgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly script: Script;
  readonly input: ScriptInput;
  readonly caller: Session | undefined;
}

/** The WebSocket connections of scripts. */
export class EndpointSockets {
  readonly #engine: Engine;
  readonly #open = new Set<EndpointSocket>();
  #server: Promise<WebSocketServer> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async upgrade({ request, socket, head, script, input, caller }: AdmittedUpgrade): Promise<void> {
    if (this.#open.size >= SOCKETS_MAX) return refuseUpgrade(socket, 503, { error: 'too many connections' });
    const server = await (this.#server ??= openServer());
    server.handleUpgrade(request, socket, head, (accepted) => {
      const connection = new EndpointSocket(accepted, caller);
      this.#open.add(connection);
      void this.#live(connection, { script, input, caller });
    });
  }

  /** Ends every connection. */
  close(): void {
    for (const connection of this.#open) connection.terminate();
  }

  async #live(
    connection: EndpointSocket,
    { script, input, caller }: Pick<AdmittedUpgrade, 'script' | 'input' | 'caller'>,
  ): Promise<void> {
    const { scripts } = this.#engine;
    const run = { script, input, caller, socket: connection, gone: connection.gone };
    try {
      const outcome = await runSocket(scripts.runs, scripts, run);
      if (outcome.kind === 'answer') return connection.close();
      const kind = script.source.language === 'lua' ? 'Lua Error' : 'Error';
      await connection.send(`${kind}: ${outcome.message}`).catch(() => {});
      connection.close(1011, 'the script failed');
    } catch {
      connection.close(1011, 'internal error');
    } finally {
      this.#open.delete(connection);
    }
  }
}

async function openServer(): Promise<WebSocketServer> {
  const { WebSocketServer } = await import('ws');
  return new WebSocketServer({ noServer: true, maxPayload: SOCKET_MESSAGE_BYTES_MAX, clientTracking: false });
}

/** Answers as HTTP, because the connection speaks nothing else yet. */
export function refuseUpgrade(socket: Duplex, status: number, body: object | undefined): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}
