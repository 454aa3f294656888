/**
 * Does anything grow? A server at half of what it can do, with clients of every kind: documents, queries, transactions and cursors over the
 * native protocol, documents over HTTP, endpoints in Lua and JavaScript, logins with wrong passwords, and now and then
 * what is odd: half-read answers, WebSockets, long reads, collections and scripts that come and go. What grows by design is
 * bounded in the load: the same documents are written again and again, those that come also go, and cursors
 * and transactions that nobody ends have a short life.
 *
 *     node bench/soak.ts [--minutes 5] [--warm-up-s 60] [--every-s 20] [--snapshots FOLDER]
 *
 * The warm-up fills the caches; its end is the zero of the figures. For each of them the load rests until nothing is under way and what
 * was left behind has come to its end: the figures are of a server that has nothing to do. The heap and the buffers of the server's process are measured behind full collections. Growth is the slope of the line through
 * all of them. With `--snapshots` the heap is written at the first and the last, for `node bench/soak/compare-snapshots.ts`.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ServerProcess } from '../test/harness/server-process.ts';
import { temporaryFolder } from '../test/harness/temporary-folder.ts';
import { InspectedHeap } from './soak/inspected-heap.ts';
import { LinuxProcess } from './soak/linux-process.ts';
import { lmdbReaders } from './soak/lmdb-readers.ts';
import { MixedLoad, prepare } from './soak/mixed-load.ts';
import { Pace } from './soak/pace.ts';
import { growthPerMinute } from './soak/trend.ts';

const MIB = 1024 * 1024;
/** Time at full speed before the capacity is measured, and the time over which it is, milliseconds. */
const CAPACITY_MS = 10_000;
/** What clients leave behind comes to its end by itself after this time, milliseconds. */
const IDLE_MS = 3_000;
/** So long nobody asks for anything before the figures are taken: what was left behind has come to its end. */
const REST_MS = IDLE_MS + 2_000;
/** The server's gauges that are shown beside the figures. */
const GAUGES = ['cairn_open_transactions', 'cairn_open_cursors', 'cairn_plan_cache_texts'];

interface Measure {
  readonly atMs: number;
  readonly heap: number;
  readonly buffers: number;
  readonly resident: number;
  readonly descriptors: number;
  readonly readers: number;
  readonly scriptProcesses: number;
  readonly scriptResident: number;
  readonly scriptDescriptors: number;
}

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    'warm-up-s': { type: 'string', default: '60' },
    'every-s': { type: 'string', default: '20' },
    snapshots: { type: 'string' },
  },
});

const folder = temporaryFolder('soak');
const inspectorPort = 20_000 + Math.floor(Math.random() * 20_000);
const server = await ServerProcess.start({
  dataDir: folder.path,
  flags: ['--log-level', 'error', '--transaction-idle-ms', String(IDLE_MS), '--cursor-idle-ms', String(IDLE_MS)],
  nodeFlags: [`--inspect=127.0.0.1:${inspectorPort}`],
});
try {
  await soak();
} catch (error) {
  console.error(server.output);
  throw error;
} finally {
  await server.stop();
  folder.remove();
}

async function soak(): Promise<void> {
  await prepare(server.port);
  const heap = await InspectedHeap.connect(inspectorPort);
  await tell('before anybody has come', heap);
  const pace = new Pace();
  const load = new MixedLoad(server.port, pace);
  try {
    await Promise.race([load.ended, watch(load, pace, heap)]);
    load.stop();
    await load.ended;
    await tell('when everybody has gone', heap);
  } finally {
    heap.close(); // a server that is looked into does not end
  }
}

async function watch(load: MixedLoad, pace: Pace, heap: InspectedHeap): Promise<void> {
  await sleep(CAPACITY_MS);
  const capacity = await requestsPerSecond(pace, () => sleep(CAPACITY_MS));
  pace.perSecond = capacity / 2;
  console.log(`capacity ${capacity.toFixed(0)} requests/s; from here on ${pace.perSecond.toFixed(0)}/s`);
  await sleep(Number(options['warm-up-s']) * 1_000);
  const measures: Measure[] = [];
  const servers = new LinuxProcess(server.pid);
  const [startedMs, startedCoreSeconds] = [performance.now(), servers.coreSeconds()];
  const perSecond = await requestsPerSecond(pace, async () => {
    await pace.whileStill(() => snapshot(heap, 'first'));
    for (const endMs = performance.now() + Number(options.minutes) * 60_000; performance.now() < endMs; ) {
      measures.push(await pace.whileStill(() => measured(heap)));
      const { atMs } = measures.at(-1)!;
      console.log(
        `${((atMs - measures[0]!.atMs) / 1_000).toFixed(0).padStart(4)} s; ${lineOf(measures.at(-1)!)} ${await gauges()}`,
      );
      await sleep(Number(options['every-s']) * 1_000);
    }
    measures.push(await pace.whileStill(() => measured(heap)));
    await pace.whileStill(() => snapshot(heap, 'last'));
  });
  const cores = (servers.coreSeconds() - startedCoreSeconds) / ((performance.now() - startedMs) / 1_000);
  console.log(`${perSecond.toFixed(0)} requests/s, ${cores.toFixed(2)} cores, ${load.strangers} wrong passwords`);
  report(measures);
}

async function requestsPerSecond(pace: Pace, while_: () => Promise<unknown>): Promise<number> {
  const [begun, startedMs] = [pace.begun, performance.now()];
  await while_();
  return ((pace.begun - begun) * 1_000) / (performance.now() - startedMs);
}

async function measured(inspected: InspectedHeap): Promise<Measure> {
  await sleep(REST_MS);
  const { heap, buffers } = await inspected.keptBytes();
  const process = new LinuxProcess(server.pid);
  const scripts = process.children();
  const sum = (of: (one: LinuxProcess) => number) => scripts.reduce((total, one) => total + of(one), 0);
  return {
    atMs: performance.now(),
    ...{ heap, buffers, resident: process.anonymousBytes(), descriptors: process.descriptors() },
    readers: await lmdbReaders(folder.path),
    scriptProcesses: scripts.length,
    scriptResident: sum((one) => one.anonymousBytes()),
    scriptDescriptors: sum((one) => one.descriptors()),
  };
}

async function snapshot(heap: InspectedHeap, name: string): Promise<void> {
  if (options.snapshots !== undefined) await heap.writeSnapshot(join(options.snapshots, `${name}.heapsnapshot`));
}

async function gauges(): Promise<string> {
  const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  return GAUGES.map(
    (name) => `${name.slice('cairn_'.length)} ${new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]}`,
  ).join(', ');
}

async function tell(when: string, heap: InspectedHeap): Promise<void> {
  console.log(`${when}: ${lineOf(await measured(heap))} ${await gauges()}`);
}

function lineOf(one: Measure): string {
  const mib = (bytes: number) => (bytes / MIB).toFixed(2);
  return [
    `heap ${mib(one.heap)} + ${mib(one.buffers)} MiB, resident ${mib(one.resident)}`,
    `${one.descriptors} descriptors, ${one.readers} readers`,
    `${one.scriptProcesses} script processes: ${mib(one.scriptResident)} MiB, ${one.scriptDescriptors} descriptors;`,
  ].join('; ');
}

function report(measures: readonly Measure[]): void {
  const grows = (of: keyof Measure) =>
    growthPerMinute(measures.map((one) => ({ atMs: one.atMs, value: one[of] }))) / MIB;
  const spread = (of: keyof Measure) => {
    const values = measures.map((one) => one[of]);
    return `${values[0]} first, ${values.at(-1)} last, ${Math.min(...values)} to ${Math.max(...values)}`;
  };
  const inMemory: [string, keyof Measure][] = [
    ['heap behind a collection', 'heap'],
    ['buffers behind a collection', 'buffers'],
    ['resident memory', 'resident'],
    ['resident memory of the script processes', 'scriptResident'],
  ];
  for (const [name, of] of inMemory) console.log(`${name} grows ${grows(of).toFixed(3)} MiB a minute`);
  const counted: [string, keyof Measure][] = [
    ['descriptors', 'descriptors'],
    ['LMDB readers', 'readers'],
    ['script processes', 'scriptProcesses'],
    ['their descriptors', 'scriptDescriptors'],
  ];
  for (const [name, of] of counted) console.log(`${name}: ${spread(of)}`);
}
