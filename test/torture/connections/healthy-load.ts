import { setTimeout as sleep } from 'node:timers/promises';
import { WireConnection, WireError } from '../../harness/wire-connection.ts';

/** Connections that behave, and the pause that each makes between its requests, milliseconds. */
const CONNECTIONS = 8;
const PAUSE_MS = 5;

/** How it went since the last look. */
export interface HealthyFigures {
  readonly count: number;
  readonly errors: number;
  /** Milliseconds. */
  readonly p99: number;
}

/** Clients that do what clients do: reads, writes and small queries, one after the other. */
export class HealthyLoad {
  readonly #connections: WireConnection[] = [];
  #latencies: number[] = [];
  #errors = 0;
  #stopping = false;
  #running: Promise<unknown> = Promise.resolve();

  static async start(port: number): Promise<HealthyLoad> {
    const load = new HealthyLoad();
    for (let i = 0; i < CONNECTIONS; i++) load.#connections.push(await WireConnection.login(port));
    load.#running = Promise.all(load.#connections.map((connection, number) => load.#drive(connection, number)));
    return load;
  }

  take(): HealthyFigures {
    const sorted = this.#latencies.sort((a, b) => a - b);
    const figures = { count: sorted.length, errors: this.#errors, p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0 };
    this.#latencies = [];
    this.#errors = 0;
    return figures;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
    for (const connection of this.#connections) connection.close();
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
      this.#latencies.push(performance.now() - begun);
      await sleep(PAUSE_MS);
    }
  }
}
