/* The thread of healthy-load.ts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { WireConnection, WireError } from '../../harness/wire-connection.ts';
import type { HealthyFigures } from './healthy-load.ts';

/** Connections that behave, and the pause that each makes between its requests, milliseconds. */
const CONNECTIONS = 8;
const PAUSE_MS = 5;

class HealthyClients {
  readonly #connections: readonly WireConnection[];
  #latencies: number[] = [];
  #lateness: number[] = [];
  #errors = 0;
  #stopping = false;

  constructor(connections: readonly WireConnection[]) {
    this.#connections = connections;
  }

  take(): HealthyFigures {
    const figures = {
      count: this.#latencies.length,
      errors: this.#errors,
      p99: p99(this.#latencies),
      ownLatenessP99: p99(this.#lateness),
    };
    this.#latencies = [];
    this.#lateness = [];
    this.#errors = 0;
    return figures;
  }

  /** Until `stop`. */
  async run(): Promise<void> {
    await Promise.all(this.#connections.map((connection, number) => this.#drive(connection, number)));
    for (const connection of this.#connections) connection.close();
  }

  stop(): void {
    this.#stopping = true;
  }

  async #drive(connection: WireConnection, number: number): Promise<void> {
    const place = { database: 'shop', collection: 'users' };
    for (let turn = 0; !this.#stopping; turn++) {
      const begun = performance.now();
      try {
        if (turn % 10 === 0) await connection.call('insert', { ...place, document: { by: number, turn } });
        else if (turn % 10 === 5) await connection.query('shop', 'FOR u IN users FILTER u._key == "u7" RETURN u.text');
        else await connection.call('get', { ...place, key: `u${(turn * 7 + number) % 10_000}` });
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        this.#errors++;
      }
      const ended = performance.now();
      this.#latencies.push(ended - begun);
      await sleep(PAUSE_MS);
      this.#lateness.push(performance.now() - ended - PAUSE_MS);
    }
  }
}

function p99(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
}

const port = parentPort!;
const connections: WireConnection[] = [];
for (let i = 0; i < CONNECTIONS; i++) {
  connections.push(await WireConnection.login((workerData as { port: number }).port));
}
const clients = new HealthyClients(connections);
port.on('message', (message: 'take' | 'stop') => {
  if (message === 'take') port.postMessage(clients.take());
  else clients.stop();
});
port.postMessage('ready');
await clients.run();
port.close();
