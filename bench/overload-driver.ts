import { connect, type Socket } from 'node:net';
import { pack, unpack } from 'msgpackr';
import { framed } from './wire-load.ts';

const MAGIC = Buffer.from('solidb-drv-v1\0', 'latin1');
/** Ids begin here: from 65,536 on each takes the same five bytes of msgpack, in requests and in replies. */
const RID_MIN = 1 << 24;
/** Times of requests are kept in a ring of so many; more are never under way. */
const RING = 1 << 22;
const READ_BYTES = 256 * 1024;
/** A reply begins with a map of 32 bits and `status`: its first letter stands here, behind the four bytes of length. */
const STATUS_AT = 4 + 5 + 7;
const SHORT_OK = 0xa2;
const SHORT_ERROR = 0xa5;
/** `rid` and the marker of 32 bits. */
const RID_MEMBER = 0xa3726964;
const UINT32 = 0xce;

/** What is asked again and again. Requests differ in a number that stands in the place of `SERIAL`. */
export interface Kind {
  readonly name: string;
  readonly request: Record<string, unknown>;
  /** What stands in the place of `SERIAL` in request number `serial`; that itself when absent. */
  readonly number?: (serial: number) => number;
}

/** Stands in a request where its number belongs: five bytes of msgpack. */
export const SERIAL = 0xfefdfcfb;
const RID_PLACE = 0xfbfcfdfe;

/** What became of requests. */
export interface Tally {
  good: number;
  late: number;
  refused: number;
  /** Answers that were no `overloaded`, by their code. */
  readonly failed: Map<string, number>;
  readonly latencies: Histogram;
}

/** Counts of latencies in steps of 0.1 ms up to a second, then of 10 ms up to a hundred: nothing is allocated while counting. */
export class Histogram {
  readonly #fine = new Uint32Array(10_000);
  readonly #coarse = new Uint32Array(10_000);
  count = 0;

  add(ms: number): void {
    this.count++;
    if (ms < 1_000) this.#fine[Math.max(0, Math.floor(ms * 10))]!++;
    else this.#coarse[Math.min(9_999, Math.floor(ms / 10))]!++;
  }

  /** Milliseconds. */
  quantile(share: number): number {
    let left = this.count * share;
    for (let i = 0; i < 10_000; i++) if ((left -= this.#fine[i]!) < 0) return (i + 1) / 10;
    for (let i = 0; i < 10_000; i++) if ((left -= this.#coarse[i]!) < 0) return (i + 1) * 10;
    return Number.NaN;
  }
}

export function freshTally(): Tally {
  return { good: 0, late: 0, refused: 0, failed: new Map(), latencies: new Histogram() };
}

/** The frame of a kind, and where its numbers stand in it. */
class Template {
  readonly bytes: Buffer;
  readonly ridAt: number;
  readonly serialAt: number;
  readonly number: (serial: number) => number;

  constructor(kind: Kind) {
    this.bytes = framed({ ...kind.request, rid: RID_PLACE });
    this.ridAt = this.bytes.indexOf(pack(RID_PLACE)) + 1;
    this.serialAt = this.bytes.indexOf(pack(SERIAL)) + 1;
    this.number = kind.number ?? ((serial) => serial);
  }
}

/** One connection: its frames are written into one buffer, and its replies looked at where they lie. */
class Channel {
  readonly socket: Socket;
  #begun: Buffer = Buffer.alloc(0);
  #batch = Buffer.alloc(0);
  #filled = 0;

  constructor(port: number, onReply: (bytes: Buffer, at: number, end: number) => void) {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const callback = (count: number) => {
      this.#take(buffer.subarray(0, count), onReply);
      return true;
    };
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer, callback } });
    // The server closes who does not take his answers: then this driver was too slow, and nothing was measured.
    this.socket.on('error', (error) => {
      throw new Error(`a connection of the driver was lost (${error.message}): it asks for more than it can take in`);
    });
  }

  add(template: Template, rid: number): void {
    const { bytes } = template;
    if (this.#batch.length < this.#filled + bytes.length) this.#grow(bytes.length);
    const at = this.#filled;
    this.#batch.set(bytes, at);
    this.#batch.writeUInt32BE(rid, at + template.ridAt);
    this.#batch.writeUInt32BE(template.number(rid - RID_MIN), at + template.serialAt);
    this.#filled = at + bytes.length;
  }

  /** One write of what was added. */
  send(): void {
    if (this.#filled === 0) return;
    this.socket.write(this.#batch.subarray(0, this.#filled));
    // What the system has not taken at once still lies in the buffer.
    if (this.socket.writableLength > 0) this.#batch = Buffer.alloc(0);
    this.#filled = 0;
  }

  #grow(more: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(64 * 1024, 2 * (this.#filled + more)));
    larger.set(this.#batch.subarray(0, this.#filled));
    this.#batch = larger;
  }

  #take(chunk: Buffer, onReply: (bytes: Buffer, at: number, end: number) => void): void {
    const bytes = this.#begun.length === 0 ? chunk : Buffer.concat([this.#begun, chunk]);
    let at = 0;
    while (bytes.length - at >= 4) {
      const end = at + 4 + bytes.readUInt32BE(at);
      if (end > bytes.length) break;
      onReply(bytes, at, end);
      at = end;
    }
    this.#begun = at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
  }
}

/**
 * Connections over which requests go out without waiting for answers, cheap enough to ask several times what a server can
 * do: frames are copied and two numbers put into each, replies are looked at without decoding them.
 */
export class OpenLoad {
  readonly #channels: Channel[] = [];
  readonly #dueMs = new Float64Array(RING);
  readonly #goodWithinMs: number;
  #serial = 0;
  #answered = 0;
  #templates = new Map<Kind, Template>();
  /** Bytes of a refusal that has been decoded: others of the same length say the same. */
  #refusalBytes = -1;
  tally: Tally = freshTally();
  onAnswer: ((channel: number) => void) | undefined;

  private constructor(goodWithinMs: number) {
    this.#goodWithinMs = goodWithinMs;
  }

  static async open(port: number, { connections, goodWithinMs }: { connections: number; goodWithinMs: number }) {
    const load = new OpenLoad(goodWithinMs);
    for (let i = 0; i < connections; i++) await load.#connect(port, i);
    return load;
  }

  get connections(): number {
    return this.#channels.length;
  }

  /** Requests that are not answered yet. */
  get under(): number {
    return this.#serial - this.#answered;
  }

  /** Bytes that the system has not taken from this process yet. */
  get unsentBytes(): number {
    return this.#channels.reduce((total, { socket }) => total + socket.writableLength, 0);
  }

  /** To be followed by `flush`. */
  add(channel: number, kind: Kind, dueMs: number): void {
    if (this.under >= RING) throw new Error('more requests under way than are kept in mind');
    let template = this.#templates.get(kind);
    if (template === undefined) {
      template = new Template(kind);
      this.#templates.set(kind, template);
    }
    this.#dueMs[this.#serial % RING] = dueMs;
    this.#channels[channel]!.add(template, RID_MIN + this.#serial++);
  }

  flush(): void {
    for (const channel of this.#channels) channel.send();
  }

  flushOne(channel: number): void {
    this.#channels[channel]!.send();
  }

  close(): void {
    for (const { socket } of this.#channels) socket.destroy();
  }

  async #connect(port: number, number: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const channel = new Channel(port, (bytes, at, end) => {
        if (bytes[end - 5] === UINT32 && bytes.readUInt32BE(end - 9) === RID_MEMBER) this.#take(bytes, at, end, number);
        else resolve();
      });
      channel.socket.write(Buffer.concat([MAGIC, framed({ cmd: 'auth', username: 'admin', password: 'admin' })]));
      this.#channels.push(channel);
    });
  }

  #take(bytes: Buffer, at: number, end: number, number: number): void {
    const serial = bytes.readUInt32BE(end - 4) - RID_MIN;
    this.#answered++;
    const status = bytes[at + STATUS_AT];
    if (status === SHORT_OK) {
      const latencyMs = performance.now() - this.#dueMs[serial % RING]!;
      this.tally.latencies.add(latencyMs);
      if (latencyMs <= this.#goodWithinMs) this.tally.good++;
      else this.tally.late++;
    } else if (status === SHORT_ERROR && end - at === this.#refusalBytes) this.tally.refused++;
    else this.#decoded(bytes.subarray(at + 4, end));
    this.onAnswer?.(number);
  }

  #decoded(payload: Buffer): void {
    const { code = 'none' } = unpack(payload) as { code?: string };
    if (code === 'overloaded') {
      this.#refusalBytes = payload.length + 4;
      this.tally.refused++;
    } else this.tally.failed.set(code, (this.tally.failed.get(code) ?? 0) + 1);
  }
}
