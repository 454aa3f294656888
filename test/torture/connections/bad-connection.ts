import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pack } from 'msgpackr';

const MAGIC = Buffer.from('solidb-drv-v1\0', 'latin1');
const TRICKLE_MS = 1_000;
const AGAIN_MS = 3_000;

/** Time limits of the attacked server, milliseconds. */
export interface ServerLimits {
  readonly handshake: number;
  readonly request: number;
  readonly stranger: number;
  readonly slowReader: number;
}

/** How one kind of bad client behaves. */
interface Behaviour {
  /** What it sends at first. */
  readonly opening: (token: string) => readonly Uint8Array[];
  /** One of these bytes goes out each second. */
  readonly trickle?: Uint8Array;
  /** It sends this every three seconds. */
  readonly again?: Uint8Array;
  /** It takes nothing of what it is answered. */
  readonly readsNothing?: boolean;
  /** It closes its half at once, and waits. */
  readonly endsAtOnce?: boolean;
  /** The server's limit that it runs into. */
  readonly limit: keyof ServerLimits;
}

const auth = (token: string) => framed({ cmd: 'auth', database: '_system', token });
/** Two megabytes for little work: what hurts is that nobody takes them. */
const largeAnswer = framed({ cmd: 'query', database: 'shop', sdbql: 'RETURN REPEAT("x", 2000000)' });
const endless = framed({ cmd: 'query', database: 'shop', sdbql: 'FOR i IN 1..100 RETURN SLEEP(10000)' });
const half = framed({ cmd: 'ping', padding: 'x'.repeat(40_000) }).subarray(0, 20_000);
const announced = Buffer.from([0x00, 0x80, 0x00, 0x00]);
const httpHead = 'POST /auth/login HTTP/1.1\r\nhost: x\r\n';

export const BAD_CONNECTIONS = {
  silent: { opening: () => [], limit: 'handshake' },
  'silent behind the magic': { opening: () => [MAGIC], limit: 'stranger' },
  'one byte a second of the magic': { opening: () => [], trickle: MAGIC, limit: 'handshake' },
  'one byte a second of a frame': { opening: (t) => [MAGIC, auth(t)], trickle: half, limit: 'request' },
  'a frame announced and not sent': { opening: (t) => [MAGIC, auth(t), announced], limit: 'request' },
  'half a frame of a stranger': { opening: () => [MAGIC, half], limit: 'handshake' },
  'never reading': {
    opening: (t) => [MAGIC, auth(t), ...Array.from({ length: 4 }, () => largeAnswer)],
    again: largeAnswer,
    readsNothing: true,
    limit: 'slowReader',
  },
  'half-open': { opening: (t) => [MAGIC, auth(t), endless], endsAtOnce: true, limit: 'request' },
  'slow headers': {
    opening: () => [Buffer.from(httpHead)],
    trickle: Buffer.from('x: y\r\n'.repeat(20)),
    limit: 'handshake',
  },
  'slow body': {
    opening: () => [Buffer.from(`${httpHead}content-type: application/json\r\ncontent-length: 1000\r\n\r\n{`)],
    trickle: Buffer.from(' '.repeat(100)),
    limit: 'request',
  },
} as const satisfies Record<string, Behaviour>;

export type BadKind = keyof typeof BAD_CONNECTIONS;

/** One client that does not behave. */
export class BadConnection {
  readonly kind: BadKind;
  readonly #behaviour: Behaviour;
  readonly #parts: { readonly port: number; readonly token: string; readonly limitsMs: ServerLimits };
  #socket: Socket | undefined;
  #trickling: NodeJS.Timeout | undefined;
  #isGone = false;

  constructor(parts: { kind: BadKind; port: number; token: string; limitsMs: ServerLimits }) {
    this.kind = parts.kind;
    this.#behaviour = BAD_CONNECTIONS[parts.kind];
    this.#parts = parts;
  }

  /** Connects and misbehaves. */
  async begin(): Promise<void> {
    const { opening, trickle, again, readsNothing, endsAtOnce } = this.#behaviour;
    const socket = connect({ port: this.#parts.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.#socket = socket;
    for (const event of ['close', 'end', 'error']) socket.on(event, () => this.#gone());
    await once(socket, 'connect');
    if (readsNothing !== true) socket.on('data', () => {});
    for (const bytes of opening(this.#parts.token)) socket.write(bytes);
    if (endsAtOnce === true) socket.end();
    if (trickle !== undefined) this.#trickle(trickle);
    if (again !== undefined) this.#trickling = setInterval(() => socket.write(again), AGAIN_MS);
  }

  /** Whether the server has closed it within its limit and so much more. */
  async closedWithin(graceMs: number): Promise<boolean> {
    const deadline = Date.now() + this.#parts.limitsMs[this.#behaviour.limit] + graceMs;
    while (!this.#isGone && Date.now() < deadline) await sleep(100);
    return this.#isGone;
  }

  destroy(): void {
    this.#gone();
    this.#socket?.destroy();
  }

  #trickle(bytes: Uint8Array): void {
    let at = 0;
    this.#trickling = setInterval(() => {
      if (at < bytes.length - 1) this.#socket!.write(bytes.subarray(at, ++at));
    }, TRICKLE_MS);
  }

  #gone(): void {
    this.#isGone = true;
    clearInterval(this.#trickling);
  }
}

function framed(message: object): Buffer {
  const payload = pack(message);
  const header = Buffer.alloc(4);
  header.writeUInt32BE(payload.length);
  return Buffer.concat([header, payload]);
}
