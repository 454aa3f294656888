import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** How it went since the last look. Milliseconds. */
export interface HealthyFigures {
  readonly count: number;
  readonly errors: number;
  readonly p99: number;
  /** How late the clients' own timers were: what the machine makes anybody wait, whatever the server does. */
  readonly ownLatenessP99: number;
}

/**
 * Clients that do what clients do: reads, writes and small queries, one after the other. They run in a thread of their own, so
 * that whoever else is driven by this process does not hold them up.
 */
export class HealthyLoad {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static async start(port: number): Promise<HealthyLoad> {
    const worker = new Worker(new URL('healthy-clients.ts', import.meta.url), { workerData: { port } });
    await once(worker, 'message');
    return new HealthyLoad(worker);
  }

  async take(): Promise<HealthyFigures> {
    this.#worker.postMessage('take');
    const [figures] = (await once(this.#worker, 'message')) as [HealthyFigures];
    return figures;
  }

  async stop(): Promise<void> {
    const ended = once(this.#worker, 'exit');
    this.#worker.postMessage('stop');
    await ended;
  }
}
