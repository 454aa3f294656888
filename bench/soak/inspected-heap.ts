import { closeSync, openSync, writeSync } from 'node:fs';

interface Usage {
  readonly heapUsed: number;
  readonly external: number;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly chunk: string };
  readonly result?: { readonly result?: { readonly value: Usage } };
  readonly error?: { readonly message: string };
}

/** The heap of a process that was started with `--inspect`, seen through the inspector: what runs is the server itself and nothing beside. */
export class InspectedHeap {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #serial = 0;
  #snapshot: number | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as Answer));
  }

  static async connect(port: number): Promise<InspectedHeap> {
    const list = await fetch(`http://127.0.0.1:${port}/json/list`);
    const [target] = (await list.json()) as [{ webSocketDebuggerUrl: string }];
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    return new InspectedHeap(socket);
  }

  /** Bytes that are still needed behind a full collection: of the heap, and of buffers outside it. */
  async keptBytes(): Promise<{ readonly heap: number; readonly buffers: number }> {
    // Buffers of the first collection are swept by another thread, and counted until the second one waits for it.
    await this.#call('HeapProfiler.collectGarbage');
    await this.#call('HeapProfiler.collectGarbage');
    const expression = 'process.memoryUsage()';
    const { result } = await this.#call('Runtime.evaluate', { expression, returnByValue: true });
    const { heapUsed, external } = result!.result!.value;
    return { heap: heapUsed, buffers: external };
  }

  /** Writes a heap snapshot, for Chrome's memory tools or `soak/compare-snapshots.ts`. */
  async writeSnapshot(path: string): Promise<void> {
    this.#snapshot = openSync(path, 'w');
    await this.#call('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    closeSync(this.#snapshot);
    this.#snapshot = undefined;
  }

  close(): void {
    this.#socket.close();
  }

  #call(method: string, params: Record<string, unknown> = {}): Promise<Answer> {
    const id = ++this.#serial;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (answer) => {
        if (answer.error !== undefined) reject(new Error(`${method}: ${answer.error.message}`));
        else resolve(answer);
      });
    });
  }

  #take(answer: Answer): void {
    if (answer.method === 'HeapProfiler.addHeapSnapshotChunk') writeSync(this.#snapshot!, answer.params!.chunk);
    if (answer.id === undefined) return;
    this.#waiting.get(answer.id)?.(answer);
    this.#waiting.delete(answer.id);
  }
}
