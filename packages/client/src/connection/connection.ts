import type { Socket } from 'node:net';
import {
  CairnError,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  FrameReader,
  FrameTooLarge,
  isObject,
  LIMITS,
  MessageTooLargeError,
  NATIVE_MAGIC,
  type Value,
  type ValueObject,
} from '@cairn/protocol/internal';
import { CairnCancelledError } from '../errors/cairn-cancelled-error.ts';
import { CairnConnectionError } from '../errors/cairn-connection-error.ts';
import { CairnServerError } from '../errors/cairn-server-error.ts';
import { CairnTimeoutError } from '../errors/cairn-timeout-error.ts';
import type { CommandOptions } from '../options.ts';
import { type Address, openSocket } from './open-socket.ts';
import { PendingRequest } from './pending-request.ts';

const TOO_DEEP = 'a value holds itself, or is nested too deeply';
/** Milliseconds: the longest deadline that a server takes, a day. */
const TIMEOUT_MAX_MS = 86_400_000;

/** The fields of a command; those that are `undefined` are not sent. */
export type CommandFields = Readonly<Record<string, unknown>>;

/**
 * One socket to a server. Any number of requests may be under way; replies find theirs by `rid`, and those of a server
 * that sends none by their order.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #reader = new FrameReader(LIMITS.frameMaxBytes);
  /** In the order in which they were sent. Given-up requests stay until their reply has come. */
  readonly #pending = new Map<number, PendingRequest>();
  #nextId = 1;
  #corked = false;
  #failure: CairnConnectionError | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(`the connection broke: ${error.message}`, error));
    socket.on('close', () => this.#fail('the server closed the connection'));
    socket.write(NATIVE_MAGIC);
  }

  /** Connects a socket. @throws CairnConnectionError */
  static async open(address: Address, timeoutMs: number): Promise<Connection> {
    return new Connection(await openSocket(address, timeoutMs));
  }

  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  /** Requests under way. */
  get load(): number {
    return this.#pending.size;
  }

  /**
   * Sends a command and waits for its reply, whatever its status but `error`.
   * @throws CairnServerError, CairnTimeoutError, CairnCancelledError, CairnConnectionError; CairnError `invalid_argument`
   *   for what cannot be sent
   */
  async request(command: string, fields: CommandFields, options: CommandOptions = {}): Promise<ValueObject> {
    assertTimeout(options.timeoutMs);
    if (options.signal?.aborted) throw new CairnCancelledError(command, options.signal.reason);
    const rid = this.#nextId++;
    const pending = new PendingRequest(command);
    const deadline = options.timeoutMs === undefined ? {} : { timeout_ms: options.timeoutMs };
    this.#send({ cmd: command, ...fields, ...deadline, rid });
    this.#pending.set(rid, pending);
    this.#guard(rid, pending, options);
    return pending.promise;
  }

  /** Closes the socket; requests under way fail. */
  close(): void {
    this.#fail('the client closed the connection');
  }

  #send(message: CommandFields): void {
    if (this.#failure !== undefined)
      throw new CairnConnectionError(this.#failure.message, { sent: false, cause: this.#failure.cause });
    const payload = encoded(message);
    if (payload.length > LIMITS.frameMaxBytes) {
      throw new MessageTooLargeError('request', { sizeBytes: payload.length, limitBytes: LIMITS.frameMaxBytes });
    }
    if (!this.#corked) {
      // Requests of one turn of the event loop leave in one write.
      this.#corked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(encodeFrame(payload));
  }

  /** Gives the request up at its deadline or when its signal is aborted, and tells the server. */
  #guard(rid: number, pending: PendingRequest, { timeoutMs, signal }: CommandOptions): void {
    if (timeoutMs === undefined && signal === undefined) return;
    const giveUp = (error: Error): void => {
      pending.reject(error);
      this.#cancel(rid);
    };
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => giveUp(new CairnTimeoutError(pending.command, timeoutMs)), timeoutMs);
    const abort = (): void => giveUp(new CairnCancelledError(pending.command, signal?.reason));
    signal?.addEventListener('abort', abort, { once: true });
    pending.onSettled(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    });
  }

  #cancel(target: number): void {
    if (!this.isOpen) return;
    const rid = this.#nextId++;
    const pending = new PendingRequest('cancel');
    // Nobody waits for this answer.
    pending.promise.catch(() => {});
    this.#send({ cmd: 'cancel', target, rid });
    this.#pending.set(rid, pending);
  }

  #receive(chunk: Buffer): void {
    this.#reader.push(chunk);
    for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next()) {
      if (frame instanceof FrameTooLarge) {
        this.#fail(`the server sent a reply of ${frame.announcedBytes} bytes`);
        return;
      }
      this.#dispatch(frame);
    }
  }

  #dispatch(frame: Buffer): void {
    let reply: Value;
    try {
      reply = decodeMessage(frame);
    } catch (error) {
      this.#fail('the server sent a reply that is not msgpack', error);
      return;
    }
    if (!isObject(reply) || typeof reply.status !== 'string') {
      this.#fail('the server sent a reply that is no map with a status');
      return;
    }
    const rid = typeof reply.rid === 'number' ? reply.rid : this.#pending.keys().next().value;
    const pending = rid === undefined ? undefined : this.#pending.get(rid);
    if (rid === undefined || pending === undefined) return;
    this.#pending.delete(rid);
    if (reply.status === 'error') pending.reject(CairnServerError.fromReply(reply));
    else pending.resolve(reply);
  }

  #fail(reason: string, cause?: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = new CairnConnectionError(reason, { sent: true, cause });
    this.#socket.destroy();
    for (const pending of this.#pending.values()) pending.reject(this.#failure);
    this.#pending.clear();
  }
}

function assertTimeout(timeoutMs: number | undefined): void {
  if (timeoutMs === undefined) return;
  if (Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= TIMEOUT_MAX_MS) return;
  const message = `timeoutMs must be a whole number from 1 to ${TIMEOUT_MAX_MS}, not ${timeoutMs}`;
  throw new CairnError('invalid_argument', message);
}

function encoded(message: CommandFields): Buffer {
  try {
    return encodeMessage(withoutUndefined(message));
  } catch (cause) {
    const reason =
      cause instanceof RangeError && /call stack/.test(cause.message) ? TOO_DEEP : (cause as Error).message;
    throw new CairnError('invalid_argument', `${String(message.cmd)} cannot be sent: ${reason}`, { cause });
  }
}

function withoutUndefined(message: CommandFields): CommandFields {
  const sent: Record<string, unknown> = {};
  for (const name of Object.keys(message)) if (message[name] !== undefined) sent[name] = message[name];
  return sent;
}
