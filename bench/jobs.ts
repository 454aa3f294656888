/*
 * Jobs through one queue, from the first request to the last job's end, in one process with a real server:
 *   node bench/jobs.ts [--jobs 10000] [--concurrency 32] [--fake]
 * With `--fake` the scripts are functions of this process, so that what is measured is the queue alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect } from '@cairn/client';
import { resolveSettings, startServer } from '@cairn/server';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '10000' },
    concurrency: { type: 'string', default: '32' },
    fake: { type: 'boolean', default: false },
    language: { type: 'string', default: 'lua' },
  },
});
const total = Number(values.jobs);
const CODE: Readonly<Record<string, string>> = { lua: 'return 1', javascript: 'export default () => 1;' };

const folder = mkdtempSync(join(tmpdir(), 'cairn-bench-jobs-'));
const flags = { port: 0, dataDir: folder, adminPassword: 'bench admin password', logLevel: 'error' };
const server = await startServer(resolveSettings({ flags }));
const client = await connect({ port: server.port, user: 'admin', password: flags.adminPassword, database: 'bench' });
try {
  await client.databases.create('bench');
  const db = client.database();
  await client.command('create_service', { database: 'bench', key: 's', name: 's' });
  const script = { name: 'one', path: 'one', service: 's', methods: ['POST'] };
  const language = values.language;
  await client.command('create_script', { database: 'bench', ...script, language, code: CODE[language]! });
  if (values.fake) {
    const body = new Uint8Array();
    server.engine.automation.start(async () => ({ kind: 'answer', status: 200, headers: [], body, resultJson: '1' }));
  }
  await db.jobs.configureQueue('q', { concurrency: Number(values.concurrency) });

  const started = performance.now();
  for (let first = 0; first < total; first += 1_000) {
    await db.jobs.enqueueMany(
      'q',
      Array.from({ length: Math.min(1_000, total - first) }, (_, n) => ({ script: 'one', params: { n } })),
    );
  }
  const enqueuedMs = performance.now() - started;
  for (;;) {
    const [queue] = await db.jobs.listQueues();
    if (queue!.completed === total) break;
    await sleep(200);
  }
  report('bulk', total, performance.now() - started, `enqueued within ${Math.round(enqueuedMs)} ms`);

  const single = Math.min(total, 2_000);
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: 16 }, async (_, lane) => {
      for (let n = lane; n < single; n += 16) await db.jobs.enqueue('q', 'one', { n });
    }),
  );
  const singleMs = performance.now() - begun;
  for (;;) {
    const [queue] = await db.jobs.listQueues();
    if (queue!.completed === total + single) break;
    await sleep(50);
  }
  report('one by one, 16 callers', single, performance.now() - begun, `enqueued within ${Math.round(singleMs)} ms`);

  const waits: number[] = [];
  for (let i = 0; i < 200; i++) {
    const job = await db.jobs.enqueue('q', 'one');
    for (let now = await db.jobs.get(job._key); ; now = await db.jobs.get(job._key)) {
      if (now.status !== 'completed') continue;
      waits.push(Number(now.started_at) - Number(now.created_at_ms));
      break;
    }
  }
  waits.sort((a, b) => a - b);
  console.log(`begun after: median ${waits[100]} ms, p95 ${waits[190]} ms`);
} finally {
  await client.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}

function report(what: string, count: number, ms: number, more: string): void {
  console.log(`${what}: ${count} jobs in ${Math.round(ms)} ms, ${Math.round((count / ms) * 1000)}/s (${more})`);
}
