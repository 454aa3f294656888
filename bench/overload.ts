/*
 * What is left of the peak when three times as much is asked, and how soon a server is itself again:
 *   node bench/overload.ts [--factor 3] [--seconds 10]
 * The load is open: requests are sent at their rate whatever becomes of the answers. Good is an answer that is no error and
 * comes within a second.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FrameReader } from '@cairn/protocol/internal';
import { unpack } from 'msgpackr';
import { ServerProcess } from '../test/harness/server-process.ts';
import { WireConnection } from '../test/harness/wire-connection.ts';
import { framed } from './wire-load.ts';

const MAGIC = Buffer.from('solidb-drv-v1\0', 'latin1');
const CONNECTIONS = 32;
const GOOD_WITHIN_MS = 1_000;
const TICK_MS = 10;

interface Kind {
  readonly name: string;
  readonly request: (serial: number) => Record<string, unknown>;
}

const KINDS: readonly Kind[] = [
  {
    name: 'query that computes',
    request: (serial) => ({
      cmd: 'query',
      database: 'shop',
      sdbql: 'FOR i IN 1..4000 COLLECT k = i % @n WITH COUNT INTO c RETURN c',
      bind_vars: { n: 2 + (serial % 9) },
    }),
  },
  {
    name: 'insert',
    request: (serial) => ({
      cmd: 'insert',
      database: 'shop',
      collection: 'log',
      document: { serial, text: 'x'.repeat(200) },
    }),
  },
];

interface Tally {
  good: number;
  late: number;
  refused: number;
  readonly latencies: number[];
}

/** Connections over which requests go out without waiting for answers. */
class OpenLoad {
  readonly #channels: { socket: Socket; sent: Map<number, number> }[] = [];
  tally: Tally = fresh();
  onAnswer: (channel: number) => void = () => {};
  #serial = 0;

  static async open(port: number): Promise<OpenLoad> {
    const load = new OpenLoad();
    for (let i = 0; i < CONNECTIONS; i++) await load.#connect(port, i);
    return load;
  }

  get under(): number {
    return this.#channels.reduce((total, { sent }) => total + sent.size, 0);
  }

  send(channel: number, kind: Kind): void {
    const { socket, sent } = this.#channels[channel]!;
    const rid = this.#serial++;
    sent.set(rid, performance.now());
    socket.write(framed({ ...kind.request(rid), rid }));
  }

  sendMany(count: number, kind: Kind): void {
    for (const { socket } of this.#channels) socket.cork();
    for (let i = 0; i < count; i++) this.send(this.#serial % CONNECTIONS, kind);
    for (const { socket } of this.#channels) socket.uncork();
  }

  close(): void {
    for (const { socket } of this.#channels) socket.destroy();
  }

  async #connect(port: number, number: number): Promise<void> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const channel = { socket, sent: new Map<number, number>() };
    const reader = new FrameReader();
    let ready: () => void = () => {};
    const authenticated = new Promise<void>((resolve) => {
      ready = resolve;
    });
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk);
      for (let frame = reader.next(); frame instanceof Buffer; frame = reader.next()) {
        const reply = unpack(frame) as { rid?: number; status: string };
        if (reply.rid === undefined) ready();
        else this.#answered(channel.sent, reply.rid, reply.status, number);
      }
    });
    socket.write(Buffer.concat([MAGIC, framed({ cmd: 'auth', username: 'admin', password: 'admin' })]));
    await authenticated;
    this.#channels.push(channel);
  }

  #answered(sent: Map<number, number>, rid: number, status: string, number: number): void {
    const latency = performance.now() - sent.get(rid)!;
    sent.delete(rid);
    if (status === 'error') this.tally.refused++;
    else {
      this.tally.latencies.push(latency);
      if (latency <= GOOD_WITHIN_MS) this.tally.good++;
      else this.tally.late++;
    }
    this.onAnswer(number);
  }
}

function fresh(): Tally {
  return { good: 0, late: 0, refused: 0, latencies: [] };
}

function quantile(values: number[], share: number): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}

/** As many as can be answered: each connection sends when it has been answered. */
async function closedLoop(load: OpenLoad, kind: Kind, seconds: number): Promise<Tally & { perSecond: number }> {
  load.tally = fresh();
  load.onAnswer = (channel) => load.send(channel, kind);
  for (let channel = 0; channel < CONNECTIONS; channel++) for (let i = 0; i < 2; i++) load.send(channel, kind);
  await sleep(seconds * 1_000);
  load.onAnswer = () => {};
  const tally = load.tally;
  while (load.under > 0) await sleep(5);
  return { ...tally, perSecond: tally.good / seconds };
}

async function openLoop(load: OpenLoad, kind: Kind, perSecond: number, seconds: number): Promise<Tally> {
  load.tally = fresh();
  const begun = performance.now();
  let sent = 0;
  for (;;) {
    const elapsed = performance.now() - begun;
    if (elapsed >= seconds * 1_000) break;
    const due = Math.floor((elapsed / 1_000) * perSecond) - sent;
    load.sendMany(due, kind);
    sent += due;
    await sleep(TICK_MS);
  }
  return load.tally;
}

/** Seconds until a light load is answered without refusals and as fast as before. */
async function recovery(load: OpenLoad, kind: Kind, calmP99: number): Promise<number> {
  const begun = performance.now();
  for (;;) {
    load.tally = fresh();
    for (let i = 0; i < 20; i++) {
      load.send(i % CONNECTIONS, kind);
      await sleep(10);
    }
    const { refused, latencies, late } = load.tally;
    const isCalm = refused === 0 && late === 0 && latencies.length > 0 && quantile(latencies, 0.9) <= 3 * calmP99 + 5;
    const seconds = (performance.now() - begun) / 1_000;
    if (isCalm || seconds > 60) return seconds;
  }
}

const { values } = parseArgs({
  options: { factor: { type: 'string', default: '3' }, seconds: { type: 'string', default: '10' } },
});
const [factor, seconds] = [Number(values.factor), Number(values.seconds)];
const folder = mkdtempSync(join(tmpdir(), 'cairn-overload-'));
const server = await ServerProcess.start({ dataDir: join(folder, 'data') });
try {
  const admin = await WireConnection.login(server.port);
  await admin.call('create_database', { name: 'shop' });
  await admin.call('create_collection', { database: 'shop', name: 'log' });
  const load = await OpenLoad.open(server.port);
  for (const kind of KINDS) {
    await closedLoop(load, kind, 2);
    const peak = await closedLoop(load, kind, seconds / 2);
    const calmP99 = quantile(peak.latencies, 0.99);
    console.log(`${kind.name}: peak ${peak.perSecond.toFixed(0)}/s, p99 ${calmP99.toFixed(1)} ms`);
    const under = await openLoop(load, kind, peak.perSecond * factor, seconds);
    const goodput = under.good / seconds;
    const share = ((100 * goodput) / peak.perSecond).toFixed(0);
    console.log(
      `  at ${factor}×: good ${goodput.toFixed(0)}/s (${share} % of the peak), late ${under.late}, refused ${under.refused}, p99 ${quantile(under.latencies, 0.99).toFixed(0)} ms`,
    );
    const memory = (server.anonymousMemoryBytes() / 1024 / 1024).toFixed(0);
    console.log(`  itself again after ${(await recovery(load, kind, calmP99)).toFixed(1)} s; ${memory} MB`);
    while (load.under > 0) await sleep(20);
  }
  load.close();
  admin.close();
} finally {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
}
