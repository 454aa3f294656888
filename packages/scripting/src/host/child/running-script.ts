import { EncodedValue, type Value } from '@cairn/protocol/internal';
import { isReadingCall } from '../../api/host-call-names.ts';
import type { FrameStream } from '../channel/frame-stream.ts';
import { TO_SERVER, writeMessage } from '../channel/messages.ts';
import type { ScriptLimits, ScriptSource } from '../script-run.ts';
import { type ChildRequest, type ChildRun, HostCallError } from './engine.ts';

interface PendingCall {
  /** It changes nothing, whatever it is asked for. */
  readonly isReading: boolean;
  resolve(value: Uint8Array): void;
  reject(error: HostCallError): void;
}

/** One run in this process, as its engine sees it: what it asks goes out as messages. */
export class RunningScript implements ChildRun {
  readonly id: number;
  readonly source: ScriptSource;
  readonly request: ChildRequest;
  readonly limits: ScriptLimits;
  readonly environment: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
  isCancelled = false;
  /** Parts of its answer are on their way to the caller. */
  isStreaming = false;
  #isComputing = false;
  #hasActed = false;
  /** Calls under way that may change something. */
  #acting = 0;
  readonly #stream: FrameStream;
  readonly #mayHoldThread: () => boolean;
  readonly #calls = new Map<number, PendingCall>();
  #lastCall = 0;
  #loggedBytes = 0;
  #taken: (() => void) | undefined;

  constructor(
    stream: FrameStream,
    id: number,
    source: ScriptSource,
    parts: {
      request: ChildRequest;
      limits: ScriptLimits;
      environment: Record<string, string>;
      deadlineMs: number;
      mayHoldThread: () => boolean;
    },
  ) {
    this.#stream = stream;
    this.id = id;
    this.source = source;
    this.request = parts.request;
    this.limits = parts.limits;
    this.environment = parts.environment;
    this.deadlineMs = parts.deadlineMs;
    this.#mayHoldThread = parts.mayHoldThread;
  }

  call(name: string, parameters: Uint8Array): Promise<Uint8Array> {
    const call = ++this.#lastCall;
    this.#isComputing = false;
    this.#send([TO_SERVER.call, this.id, call, name, new EncodedValue(parameters)]);
    const isReading = isReadingCall(name);
    if (!isReading) this.#acting++;
    return new Promise((resolve, reject) => this.#calls.set(call, { isReading, resolve, reject }));
  }

  get mayHoldThread(): boolean {
    return this.#mayHoldThread();
  }

  /** Whether anybody has seen something of it: it has asked, or is asking, for what may change something, or its answer has begun. */
  get hasActed(): boolean {
    return this.#hasActed || this.#acting > 0 || this.isStreaming;
  }

  computes(): void {
    if (this.#isComputing) return;
    this.#isComputing = true;
    this.#send([TO_SERVER.computes, this.id]);
  }

  log(level: string, message: string, line?: number): void {
    const left = this.limits.logBytes - this.#loggedBytes;
    if (left <= 0) return;
    // The last line that fits is cut, and says so: the rest of the run's lines are not kept.
    const isCut = message.length > left;
    this.#loggedBytes += message.length;
    this.#send([
      TO_SERVER.log,
      this.id,
      level,
      isCut ? `${message.slice(0, left)}… (more than the log limit)` : message,
      line,
    ]);
  }

  /** Sends a part of a streamed answer; resolves when the reader wants more. */
  sendPart(part: Uint8Array): Promise<void> {
    this.#send([TO_SERVER.streamPart, this.id, part]);
    return new Promise((resolve) => {
      this.#taken = resolve;
    });
  }

  /** The answer to a call: one msgpack value. @param hasActed whether any call so far may have changed something */
  settle(call: number, value: Uint8Array, hasActed: boolean): void {
    if (hasActed) this.#hasActed = true;
    this.#take(call)?.resolve(value);
  }

  fail(call: number, message: string, code: string): void {
    const pending = this.#take(call);
    // Nobody knows how far it came.
    if (pending?.isReading === false) this.#hasActed = true;
    pending?.reject(new HostCallError(message, code));
  }

  streamTaken(): void {
    this.#taken?.();
    this.#taken = undefined;
  }

  #take(call: number): PendingCall | undefined {
    const pending = this.#calls.get(call);
    this.#calls.delete(call);
    if (pending?.isReading === false) this.#acting--;
    return pending;
  }

  #send(parts: readonly (Value | EncodedValue | undefined)[]): void {
    this.#stream.send((writer) => writeMessage(writer, parts));
  }
}
