import type { Socket } from 'node:net';
import { decodeValue, skipValue, type Value } from '@cairn/protocol/internal';
import { FrameStream } from '../channel/frame-stream.ts';
import { TO_CHILD, TO_SERVER, writeMessage } from '../channel/messages.ts';
import { HOST_LIMITS } from '../limits.ts';
import type { ScriptLanguage, ScriptLimits, ScriptSource } from '../script-run.ts';
import { StreamFailure } from '../stream-failure.ts';
import type { ChildOutcome, ChildRequest, ScriptEngine } from './engine.ts';
import { RunningScript } from './running-script.ts';

/** Texts kept, so that the server need not send them with every run. */
const SOURCES_MAX = 2_000;

/** What runs inside a script process: messages in, runs, messages out. */
export class ScriptProcess {
  readonly #stream: FrameStream;
  readonly #engines: (language: ScriptLanguage) => Promise<ScriptEngine> | ScriptEngine;
  readonly #runs = new Map<number, RunningScript>();
  readonly #sources = new Map<string, ScriptSource>();
  /** Runs that have asked whether they may begin. */
  readonly #asking = new Map<number, () => void>();
  #isRetiring = false;

  constructor(socket: Socket, engines: (language: ScriptLanguage) => Promise<ScriptEngine> | ScriptEngine) {
    this.#engines = engines;
    this.#stream = new FrameStream(socket, (bytes) => this.#receive(bytes));
  }

  ready(): void {
    this.#send([TO_SERVER.ready]);
  }

  /**
   * Something computes on here that nothing ends. The server gives this process no more runs, and ends it when those that it
   * has have come to their ends.
   * @param end for when the server does not
   */
  retire(end: () => void): void {
    if (this.#isRetiring) return;
    this.#isRetiring = true;
    this.#send([TO_SERVER.retires]);
    setTimeout(end, 2 * HOST_LIMITS.retireMs);
  }

  #receive(bytes: Buffer): void {
    // The first two elements are small integers of every message, a run's number the second.
    if (bytes[1] === TO_CHILD.reply) this.#reply(bytes);
    else {
      const [type, ...rest] = decodeValue(bytes) as [number, ...Value[]];
      if (type === TO_CHILD.run) void this.#begin(rest);
      else if (type === TO_CHILD.failedReply)
        this.#runs.get(rest[0] as number)?.fail(rest[1] as number, rest[2] as string, rest[3] as string);
      else if (type === TO_CHILD.cancel) this.#cancel(rest[0] as number);
      else if (type === TO_CHILD.streamTaken) this.#runs.get(rest[0] as number)?.streamTaken();
      else if (type === TO_CHILD.mayBegin) this.#mayBegin(rest[0] as number);
      else if (type === TO_CHILD.ping) this.#send([TO_SERVER.pong]);
    }
  }

  /** `[reply, run, call, value, has acted]`: the value stays bytes, which the engine reads itself. */
  #reply(bytes: Buffer): void {
    const run = decodeValue(bytes, 2) as number;
    const callAt = skipValue(bytes, 2);
    const call = decodeValue(bytes, callAt) as number;
    const valueAt = skipValue(bytes, callAt);
    const valueEnd = skipValue(bytes, valueAt);
    const hasActed = decodeValue(bytes, valueEnd) as boolean;
    this.#runs.get(run)?.settle(call, new Uint8Array(bytes.subarray(valueAt, valueEnd)), hasActed);
  }

  #cancel(id: number): void {
    const run = this.#runs.get(id);
    if (run !== undefined) run.isCancelled = true;
  }

  /** `[run, id, fingerprint, source or null, request, limits, environment, milliseconds left, sent at]` */
  async #begin([id, fingerprint, sent, request, limits, environment, leftMs, sentAtMs]: Value[]): Promise<void> {
    const source = this.#source(fingerprint as string, sent as unknown as ScriptSource | null);
    if (source === undefined) {
      this.#send([TO_SERVER.unknownSource, id]);
      return;
    }
    const lateMs = performance.timeOrigin + performance.now() - (sentAtMs as number);
    if (lateMs > HOST_LIMITS.confirmAfterMs) await this.#ask(id as number);
    const run = new RunningScript(this.#stream, id as number, source, {
      request: request as unknown as ChildRequest,
      limits: limits as unknown as ScriptLimits,
      environment: environment as Record<string, string>,
      deadlineMs: performance.now() + (leftMs as number),
      mayHoldThread: () => !this.#hasActing(),
    });
    this.#runs.set(run.id, run);
    // The server must know of it before the script may keep this thread from telling: of the runs in a process that had
    // to be killed, those that have not begun are begun elsewhere.
    this.#send([TO_SERVER.begun, id]);
    this.#stream.flush();
    await this.#answer(run, await this.#outcome(run));
    this.#runs.delete(run.id);
  }

  async #outcome(run: RunningScript): Promise<ChildOutcome> {
    try {
      const engine = await this.#engines(run.source.language);
      return await engine.run(run);
    } catch {
      // The engines answer with failures themselves: this one is broken, or does not load.
      const message = `${run.source.name}: the engine for ${run.source.language} has failed`;
      return { kind: 'failure', reason: 'host_lost', status: 500, message, headers: [], isChosen: false };
    }
  }

  #hasActing(): boolean {
    for (const run of this.#runs.values()) if (run.hasActed) return true;
    return false;
  }

  /** Something has kept this process from reading: the server may have begun the run elsewhere. Then no answer comes. */
  #ask(id: number): Promise<void> {
    this.#send([TO_SERVER.asksToBegin, id]);
    return new Promise((resolve) => this.#asking.set(id, resolve));
  }

  #mayBegin(id: number): void {
    this.#asking.get(id)?.();
    this.#asking.delete(id);
  }

  #source(fingerprint: string, sent: ScriptSource | null): ScriptSource | undefined {
    const known = sent ?? this.#sources.get(fingerprint);
    if (known === undefined) return undefined;
    this.#sources.delete(fingerprint);
    this.#sources.set(fingerprint, known);
    if (this.#sources.size > SOURCES_MAX) this.#sources.delete(this.#sources.keys().next().value!);
    return known;
  }

  async #answer(run: RunningScript, outcome: ChildOutcome): Promise<void> {
    const { status } = outcome;
    const headers = outcome.headers as unknown as Value;
    if (outcome.kind === 'failure') {
      this.#send([TO_SERVER.failure, run.id, outcome.reason, status, outcome.message, headers, outcome.isChosen]);
    } else if (outcome.body instanceof Uint8Array) {
      this.#send([TO_SERVER.answer, run.id, status, headers, outcome.body, outcome.resultJson !== undefined]);
    } else {
      run.isStreaming = true;
      this.#send([TO_SERVER.answer, run.id, status, headers, null, false]);
      await this.#streamBody(run, outcome.body);
    }
  }

  /** `[streamPart, run, bytes]` each, and at the end one without bytes: with an error's text and its kind when the script failed on the way. */
  async #streamBody(run: RunningScript, body: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const part of body) {
        if (run.isCancelled) break;
        await run.sendPart(part);
      }
      this.#send([TO_SERVER.streamPart, run.id, null]);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const { reason, chosenStatus } =
        error instanceof StreamFailure ? error : { reason: 'error', chosenStatus: undefined };
      const chosen = chosenStatus === undefined ? [] : [chosenStatus];
      this.#send([TO_SERVER.streamPart, run.id, null, message, reason, ...chosen]);
    }
  }

  #send(parts: readonly (Value | undefined)[]): void {
    this.#stream.send((writer) => writeMessage(writer, parts));
  }
}
