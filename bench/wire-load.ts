import { connect } from 'node:net';
import { FrameReader } from '@cairn/protocol/internal';
import { pack } from 'msgpackr';

const MAGIC = Buffer.from('solidb-drv-v1\0', 'latin1');

/** Requests to be sent over authenticated connections, and how. */
export interface Load {
  readonly name: string;
  /** The frame of request number `serial`. */
  readonly frame: (serial: number) => Buffer;
  /** Requests in all; without it `until` says when to stop. */
  readonly total?: number;
  /** True when no more requests are to be sent. */
  readonly until?: () => boolean;
  readonly connections?: number;
  /** Who sends them; the administrator when absent. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Requests that each connection keeps under way. */
  readonly depth?: number;
}

/** How a load went. Latencies in milliseconds. */
export interface LoadOutcome {
  readonly count: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function framed(message: Record<string, unknown>): Buffer {
  const payload = pack(message);
  const frame = Buffer.alloc(4 + payload.length);
  frame.writeUInt32BE(payload.length);
  frame.set(payload, 4);
  return frame;
}

/** Sends a load and waits for all answers. */
export async function driven(port: number, load: Load): Promise<LoadOutcome> {
  const { total = Number.POSITIVE_INFINITY, until = () => false, connections = 1, depth = 1 } = load;
  const login = load.login ?? { username: 'admin', password: 'admin' };
  const latencies: number[] = [];
  let sent = 0;
  const channels = await Promise.all(Array.from({ length: connections }, () => authenticated(port, login)));
  const started = performance.now();
  await Promise.all(
    channels.map(
      (channel) =>
        new Promise<void>((done) => {
          const under: number[] = [];
          const fill = () => {
            const frames: Buffer[] = [];
            for (; under.length < depth && sent < total && !until(); under.push(performance.now())) {
              frames.push(load.frame(sent++));
            }
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
  const at = (share: number) => latencies[Math.min(Math.floor(latencies.length * share), latencies.length - 1)];
  return { count: latencies.length, perSecond: latencies.length / seconds, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Sends a load and prints how it went. */
export async function drive(port: number, load: Load): Promise<LoadOutcome> {
  const outcome = await driven(port, load);
  console.log(
    `${load.name.padEnd(24)}${outcome.perSecond.toFixed(0).padStart(9)}/s   p50 ${outcome.p50.toFixed(3)} ms   p99 ${outcome.p99.toFixed(3)} ms`,
  );
  return outcome;
}

interface Channel {
  readonly socket: ReturnType<typeof connect>;
  onReply: () => void;
  onChunk: () => void;
}

/** A connection that counts replies without decoding them. */
async function authenticated(port: number, login: NonNullable<Load['login']>): Promise<Channel> {
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
  socket.write(Buffer.concat([MAGIC, framed({ cmd: 'auth', database: '_system', ...login })]));
  await ready;
  return channel;
}
