/**
 * What a client sees of a server over the native protocol: requests a second and latency, with one connection, with
 * sixteen, and pipelined; then scans, each timed as the client waits for it. Starts a server of its own.
 *
 *     node bench/wire.ts [documents]
 */
import { connect } from 'node:net';
import { FrameReader } from '@cairn/protocol/internal';
import { pack } from 'msgpackr';
import { ServerProcess } from '../test/harness/server-process.ts';
import { temporaryFolder } from '../test/harness/temporary-folder.ts';
import { WireConnection } from '../test/harness/wire-connection.ts';
import { batchesOfPeople, people } from './people.ts';

const COUNT = Number(process.argv[2] ?? 100_000);
const MAGIC = Buffer.from('solidb-drv-v1\0', 'latin1');
const database = 'bench';

interface Load {
  readonly name: string;
  /** The frame of request number `serial`. */
  readonly frame: (serial: number) => Buffer;
  readonly total: number;
  readonly connections?: number;
  /** Requests that each connection keeps under way. */
  readonly depth?: number;
}

const SCANS = {
  'filter + count': 'FOR u IN users FILTER u.age > 80 COLLECT WITH COUNT INTO n RETURN n',
  'filter + project': "FOR u IN users FILTER u.city == 'Oslo' AND u.score > 9000 RETURN {name: u.name, score: u.score}",
  'group, 3 aggregates':
    'FOR u IN users COLLECT city = u.city AGGREGATE avg = AVG(u.age), mx = MAX(u.score), n = COUNT() RETURN {city, avg, mx, n}',
  'sort + limit 10': 'FOR u IN users SORT u.score DESC LIMIT 10 RETURN u.name',
  '10,000 documents': 'FOR u IN users LIMIT 10000 RETURN u',
};

function framed(message: Record<string, unknown>): Buffer {
  const payload = pack(message);
  const frame = Buffer.alloc(4 + payload.length);
  frame.writeUInt32BE(payload.length);
  frame.set(payload, 4);
  return frame;
}

/** Sends `total` requests over authenticated connections and prints how they went. */
async function drive(port: number, load: Load): Promise<void> {
  const { total, connections = 1, depth = 1 } = load;
  const latencies: number[] = [];
  let sent = 0;
  const channels = await Promise.all(Array.from({ length: connections }, () => authenticated(port)));
  const started = performance.now();
  await Promise.all(
    channels.map(
      (channel) =>
        new Promise<void>((done) => {
          const under: number[] = [];
          const fill = () => {
            const frames: Buffer[] = [];
            for (; under.length < depth && sent < total; under.push(performance.now())) frames.push(load.frame(sent++));
            if (frames.length > 0) channel.socket.write(Buffer.concat(frames));
            else if (under.length === 0) done();
          };
          channel.onReply = () => latencies.push(performance.now() - under.shift()!);
          channel.onChunk = fill;
          fill();
        }),
    ),
  );
  const seconds = (performance.now() - started) / 1000;
  for (const { socket } of channels) socket.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)].toFixed(3);
  console.log(
    `${load.name.padEnd(24)}${(total / seconds).toFixed(0).padStart(9)}/s   p50 ${at(0.5)} ms   p99 ${at(0.99)} ms`,
  );
}

interface Channel {
  readonly socket: ReturnType<typeof connect>;
  onReply: () => void;
  onChunk: () => void;
}

/** A connection that counts replies without decoding them. */
async function authenticated(port: number): Promise<Channel> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const reader = new FrameReader();
  const channel: Channel = { socket, onReply: () => {}, onChunk: () => {} };
  const ready = new Promise<void>((resolve) => {
    channel.onReply = resolve;
  });
  socket.on('data', (chunk: Buffer) => {
    reader.push(chunk);
    while (reader.next() !== undefined) channel.onReply();
    channel.onChunk();
  });
  socket.write(
    Buffer.concat([MAGIC, framed({ cmd: 'auth', database: '_system', username: 'admin', password: 'admin' })]),
  );
  await ready;
  return channel;
}

const folder = temporaryFolder('bench');
const server = await ServerProcess.start({ dataDir: folder.path });
try {
  const { port } = server;
  const wire = await WireConnection.login(port);
  await wire.call('create_database', { name: database });
  for (const name of ['users', 'single', 'many']) await wire.call('create_collection', { database, name });
  const batches = [...batchesOfPeople(COUNT, 1000)].map((documents) =>
    framed({ cmd: 'bulk_insert', database, collection: 'users', documents }),
  );
  await drive(port, { name: 'bulk, batches of 1000', frame: (serial) => batches[serial], total: batches.length });
  const get = (serial: number) =>
    framed({ cmd: 'get', database, collection: 'users', key: `u${(serial * 7919) % COUNT}` });
  const gets = Array.from({ length: 2000 }, (_, serial) => get(serial));
  const frame = (serial: number) => gets[serial % gets.length];
  await drive(port, { name: 'get', frame, total: 20_000 });
  await drive(port, { name: 'get x16', frame, total: 60_000, connections: 16 });
  await drive(port, { name: 'get, 4 x 64 pipelined', frame, total: 100_000, connections: 4, depth: 64 });
  const documents = [...people(1000)].map(({ _key, ...members }) => members);
  const insert = (collection: string) => (serial: number) =>
    framed({
      cmd: 'insert',
      database,
      collection,
      document: { _key: `n${1e7 + serial}`, ...documents[serial % 1000] },
    });
  await drive(port, { name: 'insert', frame: insert('single'), total: 5000 });
  await drive(port, { name: 'insert x16', frame: insert('many'), total: 30_000, connections: 16 });
  for (const [name, query] of Object.entries(SCANS)) {
    const request = framed({ cmd: 'query', database, sdbql: query });
    await drive(port, { name, frame: () => request, total: 15 });
  }
  wire.close();
} finally {
  await server.stop();
  folder.remove();
}
