import type { Socket } from 'node:net';
import {
  CairnError,
  decodeRequest,
  EncodedRows,
  FrameReader,
  FrameTooLarge,
  LIMITS,
  MessageTooLargeError,
  ProtocolError,
  type Reply,
  type Request,
  type RequestId,
} from '@cairn/protocol/internal';
import {
  FRAME_PIECES_FREE_BYTES,
  HALF_CLOSED_PATIENCE_MS,
  READING_TIMED_BYTES,
  REPLIES_UNREAD_MAX_BYTES,
  SENDING_COUNTED_MS,
} from '../../limits.ts';
import type { Runner } from '../../runner/runner.ts';
import { Session } from '../../runner/session.ts';
import type { Settings } from '../../settings.ts';
import { peerAddress, UNIX_PEER } from '../peer-address.ts';
import { tooManyConnections } from '../refusal.ts';
import { ConnectionAccount } from './connection-account.ts';
import { EarlyRefusal } from './early-refusal.ts';
import { type LaneHost, OrderedLane } from './ordered-lane.ts';
import { PeerSilence } from './peer-silence.ts';
import type { ReplyBuffer } from './reply-buffer.ts';

/** What stands in the place of a request that could not be read. */
const UNREADABLE: Request = { cmd: '', fields: {}, rid: undefined };

export interface NativeConnectionParts {
  readonly socket: Socket;
  readonly runner: Runner;
  readonly settings: Settings;
  readonly replies: ReplyBuffer;
  /** Who else at this address is authenticated; answers only when old pools are allowed. */
  readonly sharedIdentity: (address: string) => string | undefined;
}

/**
 * One connection that speaks frames. It reads only as long as its requests and replies in flight stay within the
 * limits; requests without an id are answered in order, those with an id as soon as they are done.
 */
export class NativeConnection implements LaneHost {
  readonly session: Session;
  readonly #socket: Socket;
  readonly #runner: Runner;
  readonly #settings: Settings;
  readonly #buffer: ReplyBuffer;
  readonly #sharedIdentity: NativeConnectionParts['sharedIdentity'];
  readonly #reader = new FrameReader(LIMITS.frameBeforeAuthenticationMaxBytes);
  readonly #lane = new OrderedLane(this);
  /** Replies that are ready and not yet encoded, and the ids they carry. */
  #ready: Reply[] = [];
  #readyIds: (RequestId | undefined)[] = [];
  /** Bytes of their rows. */
  #readyBytes = 0;
  readonly #silence: PeerSilence;
  readonly #account: ConnectionAccount;
  readonly #refusal: EarlyRefusal;
  #requests = 0;
  #inFlight = 0;
  #inFlightBytes = 0;
  /** While an `auth` runs nothing more is read: what comes next is judged by its outcome. */
  #authenticating = false;
  /** There is more than a turn of the event loop has time for; nothing more is read until it has been this connection's turn. */
  #waitsForTurn = false;
  #pumping = false;
  #flushPlanned = false;
  #paused = false;
  #draining = false;
  #ended = false;
  /** When the client's end of the connection was first seen to be closed. */
  #endedSinceMs: number | undefined;
  #closed = false;

  constructor(parts: NativeConnectionParts) {
    this.#socket = parts.socket;
    this.#runner = parts.runner;
    this.#settings = parts.settings;
    this.#buffer = parts.replies;
    this.#silence = new PeerSilence(parts.settings);
    this.#sharedIdentity = parts.sharedIdentity;
    this.#account = new ConnectionAccount(parts.runner.admission, parts.settings);
    const address = peerAddress(parts.socket);
    this.session = new Session(address, parts.runner.engine.security, address === UNIX_PEER ? 'unix' : 'native');
    this.#refusal = new EarlyRefusal({ runner: parts.runner, session: this.session, account: this.#account });
  }

  /** Begins to read, with the bytes that came behind the magic. */
  start(rest: Buffer): void {
    const socket = this.#socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('drain', () => {
      this.#lane.goOn();
      this.#pump();
    });
    socket.on('end', () => this.#end());
    socket.on('close', () => this.#close());
    this.#take(rest);
    if (!this.#paused) socket.resume();
  }

  /** Takes no more requests, and closes when those under way are answered. */
  drain(): void {
    this.#draining = true;
    this.#endIfIdle();
  }

  /** Closes a connection that keeps the server waiting, and gives up what a client that is gone has left under way. */
  sweep(nowMs: number): void {
    const isBusy = this.#paused || (this.#inFlight > 0 && !this.#reader.isInFrame);
    const { isAuthenticated } = this.session;
    const state = { requests: this.#requests, isInFrame: this.#reader.isInFrame, isBusy, isAuthenticated };
    this.#holdBytes();
    const isStuck = this.#account.isStuck(nowMs, this.#socket);
    if (this.#ended) this.#giveUp(nowMs);
    if (isStuck || (!this.#ended && this.#silence.isTooLong(nowMs, state))) this.#socket.destroy();
  }

  // What the ordered lane asks for.

  run(request: Request): Reply | Promise<Reply> {
    if (request.cmd === 'auth' || !this.session.isAuthenticated) return this.#runBefore(request);
    return this.#runner.run(this.session, request);
  }

  overlaps(request: Request): boolean {
    return this.#runner.overlaps(request);
  }

  get isUnread(): boolean {
    return this.#socket.writableLength + this.#readyBytes > REPLIES_UNREAD_MAX_BYTES;
  }

  answer(reply: Reply, rid: RequestId | undefined, sizeBytes: number): void {
    this.#inFlight--;
    this.#inFlightBytes -= sizeBytes;
    this.#ready.push(reply);
    if (reply.status === 'ok' && reply.data instanceof EncodedRows) this.#readyBytes += reply.data.sizeBytes;
    this.#readyIds.push(rid);
  }

  settled(): void {
    if (this.#pumping || this.#flushPlanned) return;
    this.#flushPlanned = true;
    // After all promises of this turn: the replies of one group commit leave in one write.
    process.nextTick(this.#flushAndPump);
  }

  readonly #flushAndPump = (): void => {
    this.#flushPlanned = false;
    this.#flush();
    this.#pump();
  };

  #take(chunk: Buffer): void {
    this.#reader.push(chunk);
    const { reading } = this.#runner.admission;
    if (chunk.length < READING_TIMED_BYTES && reading.hasTime) this.#pump();
    else if (reading.hasTime) this.#pumpTimed();
    else if (!this.#waitsForTurn) {
      this.#waitsForTurn = true;
      reading.wait(this.#account.user, () => {
        this.#waitsForTurn = false;
        this.#pumpTimed();
      });
      this.#throttle();
    }
  }

  /** Queries that ran meanwhile have a time of their own. */
  #pumpTimed(): void {
    const { reading, turns } = this.#runner.admission;
    const [begunMs, queriesMs] = [performance.now(), turns.totalMs];
    this.#pump();
    reading.spent(performance.now() - begunMs - (turns.totalMs - queriesMs));
  }

  #pump(): void {
    if (this.#pumping || this.#closed) return;
    this.#pumping = true;
    while (!this.#mustWait()) {
      const frame = this.#reader.next();
      if (frame === undefined) break;
      this.#accept(frame);
    }
    this.#pumping = false;
    this.#flush();
    this.#throttle();
    this.#holdBytes();
    this.#refuseWhatIsTooMuch();
    if (this.#draining || this.#ended) this.#endIfIdle();
  }

  #mustWait(): boolean {
    return (
      this.#waitsForTurn ||
      this.#authenticating ||
      this.#draining ||
      this.#inFlight >= this.#settings.requestsInFlightMax ||
      this.#inFlightBytes >= this.#settings.bytesInFlightMax ||
      this.isUnread
    );
  }

  #holdBytes(): void {
    this.#account.beActive(this.#inFlight > 0);
    this.#account.hold(this.#inFlightBytes + this.#reader.pendingBytes + this.#socket.writableLength);
  }

  /** A frame that is still coming is answered at once when there is no room for it; the rest of it is skipped. */
  #refuseWhatIsTooMuch(): void {
    if (!this.#account.isOverdrawn || !this.#reader.isInFrame) return;
    if (this.#reader.pendingBytes <= FRAME_PIECES_FREE_BYTES || !this.#reader.abandon()) return;
    this.#inFlight++;
    this.#requests++;
    const error = new CairnError('overloaded', 'too many bytes in flight, try again', { retryable: true });
    this.#lane.addAnswered({ status: 'error', error }, UNREADABLE, 0);
    this.#flush();
    this.#holdBytes();
  }

  /** The socket is read only while there is room for what it brings. */
  #throttle(): void {
    const wait = this.#mustWait();
    if (wait === this.#paused) return;
    this.#paused = wait;
    if (wait) this.#socket.pause();
    else this.#socket.resume();
  }

  #accept(frame: Buffer | FrameTooLarge): void {
    this.#inFlight++;
    this.#requests++;
    if (frame instanceof FrameTooLarge) {
      const sizes = { sizeBytes: frame.announcedBytes, limitBytes: frame.limitBytes };
      this.#lane.addAnswered({ status: 'error', error: new MessageTooLargeError('request', sizes) }, UNREADABLE, 0);
      return;
    }
    this.#inFlightBytes += frame.length;
    const refused = this.#refusal.of(frame, this.#inFlight - 1);
    if (refused !== undefined) {
      if (refused.rid === undefined) this.#lane.addAnswered(refused.reply, UNREADABLE, frame.length);
      else this.answer(refused.reply, refused.rid, frame.length);
      return;
    }
    let request: Request;
    try {
      request = decodeRequest(frame);
    } catch (error) {
      this.#refuse(error, frame.length);
      return;
    }
    if (request.rid === undefined) this.#lane.add(request, frame.length);
    else this.#runAside(request, frame.length);
  }

  #refuse(error: unknown, sizeBytes: number): void {
    const known = error instanceof ProtocolError ? error : new ProtocolError('the request cannot be read');
    const reply: Reply = { status: 'error', error: known };
    if (known.rid !== undefined) this.answer(reply, known.rid, sizeBytes);
    else this.#lane.addAnswered(reply, UNREADABLE, sizeBytes);
  }

  /** A request with an id: it waits for nobody, and its reply goes out when it is there. */
  #runAside(request: Request, sizeBytes: number): void {
    const reply = this.run(request);
    if (!(reply instanceof Promise)) {
      this.answer(reply, request.rid, sizeBytes);
      return;
    }
    void reply.then((later) => {
      this.answer(later, request.rid, sizeBytes);
      this.settled();
    });
  }

  /** What may change who is there, and what comes before anybody is. */
  #runBefore(request: Request): Reply | Promise<Reply> {
    if (request.cmd !== 'auth') {
      const shared = request.cmd === 'ping' ? undefined : this.#sharedIdentity(this.session.address);
      if (shared !== undefined) this.#authenticated(shared);
      return this.#runner.run(this.session, request);
    }
    const reply = this.#runner.run(this.session, request);
    if (!(reply instanceof Promise)) return reply;
    this.#authenticating = true;
    return reply.then((answer) => {
      this.#authenticating = false;
      return this.session.isAuthenticated ? this.#welcome(answer) : answer;
    });
  }

  #authenticated(user: string): void {
    this.session.authenticate(user);
    this.#account.belongTo(user);
    this.#reader.setMaxBytes(this.#settings.frameBytesMax);
  }

  /** Somebody has authenticated: there is more that he may send, if he has not too many connections already. */
  #welcome(answer: Reply): Reply {
    if (this.#account.belongTo(this.session.user)) {
      this.#reader.setMaxBytes(this.#settings.frameBytesMax);
      return answer;
    }
    this.session.logOut();
    return { status: 'error', error: tooManyConnections('of this user', this.#settings.connectionsByUserMax) };
  }

  #flush(): void {
    if (this.#ready.length === 0) return;
    const replies = this.#ready;
    const ids = this.#readyIds;
    this.#ready = [];
    this.#readyIds = [];
    this.#readyBytes = 0;
    if (this.#closed) return;
    const begunMs = performance.now();
    for (let i = 0; i < replies.length; i++) {
      this.#buffer.add(replies[i]!, ids[i]);
      if (this.#buffer.isFull) this.#buffer.sendTo(this.#socket);
    }
    this.#buffer.sendTo(this.#socket);
    // Large answers are queries': what sending them takes is part of what these take.
    const tookMs = performance.now() - begunMs;
    if (tookMs >= SENDING_COUNTED_MS) this.#runner.admission.turns.owes(tookMs);
  }

  #end(): void {
    this.#ended = true;
    this.#endIfIdle();
  }

  /** A client that has closed its half may wait for answers, but hardly for long: most of them are gone altogether. */
  #giveUp(nowMs: number): void {
    this.#endedSinceMs ??= nowMs;
    if (nowMs - this.#endedSinceMs >= HALF_CLOSED_PATIENCE_MS) this.session.close();
  }

  #endIfIdle(): void {
    if (this.#inFlight === 0 && this.#ready.length === 0 && !this.#closed) this.#socket.end();
  }

  #close(): void {
    this.#closed = true;
    this.#account.close();
    this.session.close();
  }
}
