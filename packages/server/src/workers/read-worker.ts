import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts';
import { standBack } from './thread-priority.ts';

// The entry of a worker thread. What it runs is loaded after the cache of compiled code is on.
enableCompileCache();
standBack();
const { WorkerHost } = await import('./worker-host.ts');

const port = parentPort!;
const host = new WorkerHost(workerData as WorkerSetup, {
  post: (message: FromWorker, transfer) => port.postMessage(message, transfer),
  end: () => port.close(),
});
port.on('message', (message: ToWorker) => host.receive(message));
port.postMessage({ kind: 'ready' } satisfies FromWorker);
