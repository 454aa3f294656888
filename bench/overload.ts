/*
 * What is left of the peak when three times as much is asked, and how soon a server is itself again:
 *   node bench/overload.ts [--factor 3] [--seconds 10] [--kinds query,insert,get] [--peak requests a second, not to be found out]
 * The load is open: requests are sent at their rate whatever becomes of the answers. Good is an answer that is no error and
 * comes within a second of when its request was due. The peak is the best of several depths, each connection sending anew when it is
 * answered. What the driver itself needed of its core is told too: near 100 % it is the driver that was measured.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ServerProcess } from '../test/harness/server-process.ts';
import { WireConnection } from '../test/harness/wire-connection.ts';
import { freshTally, Histogram, type Kind, OpenLoad, SERIAL, type Tally } from './overload-driver.ts';

const CONNECTIONS = 32;
const DEPTHS = [2, 8, 32];
const GOOD_WITHIN_MS = 1_000;
const TICK_MS = 5;
/** Clock ticks of a second in /proc, as Linux has them everywhere. */
const TICKS_PER_SECOND = 100;
const RECOVERY_MAX_S = 60;

const KINDS: readonly Kind[] = [
  {
    name: 'query',
    request: {
      cmd: 'query',
      database: 'shop',
      sdbql: 'FOR i IN 1..4000 COLLECT k = i % @n WITH COUNT INTO c RETURN c',
      bind_vars: { n: SERIAL },
    },
    number: (serial) => 2 + (serial % 9),
  },
  {
    name: 'insert',
    request: {
      cmd: 'insert',
      database: 'shop',
      collection: 'log',
      document: { serial: SERIAL, text: 'x'.repeat(200) },
    },
  },
  { name: 'get', request: { cmd: 'get', database: 'shop', collection: 'users', key: 'u7', number: SERIAL } },
];

/** What driver and server have used of a core since the last look, in per cent. */
class Usage {
  readonly #pid: number;
  #driver = process.cpuUsage();
  #server = 0;
  #main = 0;
  #atMs = performance.now();

  constructor(pid: number) {
    this.#pid = pid;
    this.take();
  }

  /** @returns per cent of a core: driver, server, and the server's main thread alone; the server's seconds */
  take(): { driver: number; server: number; main: number; serverS: number } {
    const passedS = (performance.now() - this.#atMs) / 1_000;
    const { user, system } = process.cpuUsage(this.#driver);
    const serverS = this.#secondsOf(`/proc/${this.#pid}/stat`);
    const mainS = this.#secondsOf(`/proc/${this.#pid}/task/${this.#pid}/stat`);
    const taken = {
      driver: (user + system) / 1e4 / passedS,
      server: (100 * (serverS - this.#server)) / passedS,
      main: (100 * (mainS - this.#main)) / passedS,
      serverS: serverS - this.#server,
    };
    this.#driver = process.cpuUsage();
    this.#server = serverS;
    this.#main = mainS;
    this.#atMs = performance.now();
    return taken;
  }

  #secondsOf(path: string): number {
    const fields = readFileSync(path, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }
}

/** As many as can be answered: each connection sends when it has been answered. */
async function closedLoop(load: OpenLoad, kind: Kind, { seconds, depth }: { seconds: number; depth: number }) {
  const tally = freshTally();
  load.tally = tally;
  const isTouched = new Uint8Array(load.connections);
  const touched: number[] = [];
  load.onAnswer = (channel) => {
    load.add(channel, kind, performance.now());
    if (isTouched[channel] === 1) return;
    if (touched.length === 0) setImmediate(flush);
    isTouched[channel] = 1;
    touched.push(channel);
  };
  const flush = () => {
    for (const channel of touched.splice(0)) {
      isTouched[channel] = 0;
      load.flushOne(channel);
    }
  };
  for (let i = 0; i < depth * load.connections; i++) load.add(i % load.connections, kind, performance.now());
  load.flush();
  const begun = performance.now();
  await sleep(seconds * 1_000);
  load.onAnswer = undefined;
  const perSecond = tally.good / ((performance.now() - begun) / 1_000);
  load.tally = freshTally();
  while (load.under > 0) await sleep(5);
  return { tally, perSecond, depth };
}

interface OpenOutcome {
  readonly tally: Tally;
  /** How late the driver was at its ticks, milliseconds. */
  readonly lateness: Histogram;
}

async function openLoop(load: OpenLoad, kind: Kind, perSecond: number, seconds: number): Promise<OpenOutcome> {
  const tally = freshTally();
  const lateness = new Histogram();
  load.tally = tally;
  const begunMs = performance.now();
  const total = Math.floor(perSecond * seconds);
  let plannedMs = begunMs;
  for (let sent = 0; sent < total; ) {
    const nowMs = performance.now();
    lateness.add(nowMs - plannedMs);
    const due = Math.min(total, Math.floor(((nowMs - begunMs) / 1_000) * perSecond));
    for (; sent < due; sent++) load.add(sent % load.connections, kind, begunMs + (1_000 * sent) / perSecond);
    load.flush();
    plannedMs = performance.now() + TICK_MS;
    await sleep(TICK_MS);
  }
  return { tally, lateness };
}

/** Seconds until a light load is answered without refusals and as fast as before. */
async function recovery(load: OpenLoad, kind: Kind, calmP99: number): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const tally = freshTally();
    load.tally = tally;
    const before = load.under;
    for (let i = 0; i < 20; i++) {
      load.add(i % load.connections, kind, performance.now());
      load.flush();
      await sleep(10);
    }
    const isAnswered = before === 0 && tally.refused === 0 && tally.late === 0 && tally.latencies.count >= 15;
    const isCalm = isAnswered && tally.latencies.quantile(0.9) <= 3 * calmP99 + 5;
    const seconds = (performance.now() - begun) / 1_000;
    if (isCalm || seconds > RECOVERY_MAX_S) return seconds;
  }
}

interface Peak {
  readonly perSecond: number;
  readonly p99: number;
  /** Microseconds of the server's processor time for one good answer. */
  readonly micros: number;
}

/** The best of several depths. */
async function findPeak(load: OpenLoad, kind: Kind, usage: Usage): Promise<Peak> {
  await closedLoop(load, kind, { seconds: 2, depth: 2 });
  let peak: Peak = { perSecond: 0, p99: 0, micros: 0 };
  for (const depth of DEPTHS) {
    usage.take();
    const { tally, perSecond } = await closedLoop(load, kind, { seconds: seconds / 2, depth });
    const { driver, server: used, main, serverS } = usage.take();
    const [micros, p99] = [(1e6 * serverS) / tally.latencies.count, tally.latencies.quantile(0.99)];
    console.log(
      `${kind.name}, ${CONNECTIONS} × ${depth}: ${perSecond.toFixed(0)}/s, p99 ${p99.toFixed(1)} ms, ${micros.toFixed(1)} µs of the server each` +
        ` (driver ${driver.toFixed(0)} %, server ${used.toFixed(0)} %, its main thread ${main.toFixed(0)} %)`,
    );
    if (perSecond > peak.perSecond) peak = { perSecond, p99, micros };
  }
  return peak;
}

async function measure(load: OpenLoad, kind: Kind, server: ServerProcess): Promise<void> {
  const usage = new Usage(server.pid);
  const given = { perSecond: Number(values.peak), p99: 50, micros: Number.NaN };
  const peak = values.peak === undefined ? await findPeak(load, kind, usage) : given;
  usage.take();
  const { tally, lateness } = await openLoop(load, kind, peak.perSecond * factor, seconds);
  const [goodput, share] = [tally.good / seconds, (100 * tally.good) / seconds / peak.perSecond];
  const { driver, server: used, main, serverS } = usage.take();
  const micros = (1e6 * serverS) / tally.good;
  const failed = tally.failed.size === 0 ? '' : `, failed ${JSON.stringify([...tally.failed])}`;
  console.log(
    `  at ${factor}× ${peak.perSecond.toFixed(0)}/s: good ${goodput.toFixed(0)}/s (${share.toFixed(0)} % of the peak), late ${tally.late}, refused ${tally.refused}${failed}, unanswered ${load.under}, p99 ${tally.latencies.quantile(0.99).toFixed(0)} ms`,
  );
  console.log(
    `  ${micros.toFixed(1)} µs of the server for each good one, refusals included: ${((100 * peak.micros) / micros).toFixed(0)} % of its time as useful as at the peak`,
  );
  const memory = (server.anonymousMemoryBytes() / 1024 / 1024).toFixed(0);
  console.log(
    `  driver ${driver.toFixed(0)} % of a core, late at its ticks by ${lateness.quantile(0.5)} ms (p99 ${lateness.quantile(0.99)} ms), ${load.unsentBytes} bytes unsent; server ${used.toFixed(0)} %, its main thread ${main.toFixed(0)} %, ${memory} MB`,
  );
  console.log(`  itself again after ${(await recovery(load, kind, peak.p99)).toFixed(1)} s`);
  while (load.under > 0) await sleep(20);
}

const { values } = parseArgs({
  options: {
    factor: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    peak: { type: 'string' },
    // Three times the rate of `get` is more than one driver can ask for: that kind has to be wanted.
    kinds: { type: 'string', default: 'query,insert' },
  },
});
const [factor, seconds] = [Number(values.factor), Number(values.seconds)];
const folder = mkdtempSync(join(tmpdir(), 'cairn-overload-'));
const nodeFlags = (process.env.SERVER_NODE_FLAGS ?? '').split(' ').filter(Boolean);
const server = await ServerProcess.start({ dataDir: join(folder, 'data'), nodeFlags });
try {
  const admin = await WireConnection.login(server.port);
  await admin.call('create_database', { name: 'shop' });
  for (const name of ['log', 'users']) await admin.call('create_collection', { database: 'shop', name });
  await admin.call('insert', { database: 'shop', collection: 'users', document: { _key: 'u7', name: 'seven' } });
  const load = await OpenLoad.open(server.port, { connections: CONNECTIONS, goodWithinMs: GOOD_WITHIN_MS });
  for (const kind of KINDS) if (values.kinds.split(',').includes(kind.name)) await measure(load, kind, server);
  load.close();
  admin.close();
} finally {
  if (process.env.SERVER_STOP !== undefined) await server.stop();
  await server.kill();
  if (process.env.SERVER_OUTPUT !== undefined) console.log(server.output);
  rmSync(folder, { recursive: true, force: true });
}
