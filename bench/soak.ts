/*
 * Does anything grow? A server at half load for some minutes; its heap is measured behind collections:
 *   node bench/soak.ts [--minutes 5]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { resolveSettings, startServer } from '@cairn/server';
import { keptBytes } from '../test/harness/kept-bytes.ts';
import { temporaryFolder } from '../test/harness/temporary-folder.ts';
import { WireConnection } from '../test/harness/wire-connection.ts';

const KEYS = 20_000;
const CONNECTIONS = 8;
const WARM_UP_MS = 20_000;
const MEASURED_EVERY_MS = 15_000;

interface Measure {
  readonly heapBytes: number;
  readonly descriptors: number;
  readonly transactions: number;
  readonly cursors: number;
}

/** The server's process: it measures itself when it is asked to. */
async function serve(dataDir: string): Promise<void> {
  const flags = { port: 0, dataDir, logLevel: 'silent', adminPassword: 'admin' };
  const server = await startServer(resolveSettings({ flags }));
  process.on('message', () => {
    const { transactions, cursors } = server.engine;
    const heapBytes = keptBytes();
    const descriptors = readdirSync('/proc/self/fd').length;
    process.send!({ heapBytes, descriptors, transactions: transactions.size, cursors: cursors.size });
  });
  process.send!({ port: server.port });
}

async function ask<Answer>(child: ChildProcess, question: string): Promise<Answer> {
  child.send(question);
  const [answer] = await once(child, 'message');
  return answer as Answer;
}

const place = { database: 'shop', collection: 'users' };

/** One client that reads, writes, queries, begins transactions and opens cursors, and connects anew now and then. */
async function work(port: number, number: number, state: { pauseMs: number; requests: number; done: boolean }) {
  while (!state.done) {
    const connection = await WireConnection.login(port);
    for (let turn = 0; turn < 500 && !state.done; turn++, state.requests++) {
      const key = `u${(turn * 7919 + number * 131) % KEYS}`;
      if (turn % 10 === 0) await connection.call('update', { ...place, key, document: { turn } });
      else if (turn % 25 === 1) await transaction(connection, key);
      else if (turn % 50 === 2) await cursor(connection);
      else if (turn % 10 === 3)
        await connection.query('shop', 'FOR u IN users FILTER u._key == @key RETURN u', { key });
      else await connection.call('get', { ...place, key });
      if (state.pauseMs > 0) await sleep(state.pauseMs);
    }
    connection.close();
  }
}

async function cursor(connection: WireConnection): Promise<void> {
  const reply = await connection.send({
    cmd: 'query',
    database: 'shop',
    sdbql: 'FOR u IN users RETURN u',
    batch_size: 10,
  });
  await connection.call('cursor_next', { cursor: reply.cursor });
  // Some are left behind too.
  if (Math.random() < 0.95) await connection.call('cursor_close', { cursor: reply.cursor });
}

async function transaction(connection: WireConnection, key: string): Promise<void> {
  const reply = await connection.send({ cmd: 'begin_transaction', database: 'shop' });
  const fields = { ...place, tx_id: reply.tx_id };
  await connection.call('get', { ...fields, key });
  // Some are left to their own devices: they end when they have been idle for long enough.
  if (Math.random() < 0.9) await connection.call('rollback_transaction', { tx_id: reply.tx_id });
}

async function drive(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' } } });
  const minutes = Number(values.minutes);
  const folder = temporaryFolder('soak');
  const child = fork(import.meta.filename, ['serve', folder.path], { execArgv: ['--max-semi-space-size=4'] });
  try {
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    const admin = await WireConnection.login(port);
    await admin.call('create_database', { name: 'shop' });
    await admin.call('create_collection', { database: 'shop', name: 'users' });
    const documents = Array.from({ length: KEYS }, (_, i) => ({ _key: `u${i}`, text: 'x'.repeat(200) }));
    await admin.call('bulk_insert', { ...place, documents });
    const state = { pauseMs: 0, requests: 0, done: false };
    const workers = Array.from({ length: CONNECTIONS }, (_, number) => work(port, number, state));
    await sleep(WARM_UP_MS / 2);
    const peak = state.requests / (WARM_UP_MS / 2_000);
    // Half of what they can do together.
    state.pauseMs = Math.max(1, Math.round((1_000 * CONNECTIONS) / peak));
    await sleep(WARM_UP_MS);
    state.requests = 0;
    const measures = await measured(child, minutes, state);
    state.done = true;
    await Promise.all(workers);
    admin.close();
    report(measures, { peak, minutes, requests: state.requests });
  } finally {
    child.kill('SIGKILL');
    folder.remove();
  }
}

async function measured(child: ChildProcess, minutes: number, state: { requests: number }): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const end = Date.now() + minutes * 60_000; Date.now() < end; await sleep(MEASURED_EVERY_MS)) {
    measures.push(await ask<Measure>(child, 'measure'));
    const { heapBytes, descriptors, transactions, cursors } = measures.at(-1)!;
    const heap = (heapBytes / 1024 / 1024).toFixed(2);
    console.log(
      `${heap} MB kept, ${descriptors} descriptors, ${transactions} transactions, ${cursors} cursors, ${state.requests} requests`,
    );
  }
  return measures;
}

function report(measures: readonly Measure[], load: { peak: number; minutes: number; requests: number }): void {
  const perSecond = load.requests / (load.minutes * 60);
  console.log(`at ${perSecond.toFixed(0)} requests/s of at most ${load.peak.toFixed(0)}/s`);
  console.log(`heap grows ${(slope(measures.map((one) => one.heapBytes)) / 1024 / 1024).toFixed(3)} MB a minute`);
  console.log(`descriptors from ${measures[0]!.descriptors} to ${measures.at(-1)!.descriptors}`);
}

/** By how much the values grow in a minute: the line of least squares through them. */
function slope(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const middle = (values.length - 1) / 2;
  let [above, below] = [0, 0];
  values.forEach((value, at) => {
    above += (at - middle) * (value - mean);
    below += (at - middle) ** 2;
  });
  return below === 0 ? 0 : (above / below) * (60_000 / MEASURED_EVERY_MS);
}

if (process.argv[2] === 'serve') await serve(process.argv[3]!);
else await drive();
