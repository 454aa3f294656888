import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { decodeValue, type EncodedValue, skipValue, type Value } from '@cairn/protocol/internal';
import { FrameStream } from './channel/frame-stream.ts';
import { TO_CHILD, TO_SERVER, writeMessage } from './channel/messages.ts';
import { childArguments } from './child-permissions.ts';
import { HOST_LIMITS } from './limits.ts';
import type { RunRecord } from './run-record.ts';
import type { ScriptFailureReason, ScriptOutcome, ScriptRun, ScriptSource } from './script-run.ts';
import { StreamedBody } from './streamed-body.ts';

/** What the pool wants to know of a process. */
export interface ProcessListener {
  /** A run has come to its end. */
  ended(process: ScriptProcessHandle, record: RunRecord, outcome: ScriptOutcome): void;
  /** Something computes on there that nothing ends: it is to get no more runs. */
  retires(process: ScriptProcessHandle): void;
  /** The process is gone; these runs were under way. */
  exited(process: ScriptProcessHandle, lost: readonly RunRecord[]): void;
}

/** The module with which a script process begins. */
export const SCRIPT_PROCESS_MAIN = new URL('./child/main.ts', import.meta.url).href;

/** Texts of which the process has been told. */
const KNOWN_SOURCES_MAX = 1_500;

/** The server's side of one script process. */
export class ScriptProcessHandle {
  readonly runs = new Map<number, RunRecord>();
  readonly #listener: ProcessListener;
  readonly #child: ChildProcess;
  readonly #stream: FrameStream;
  readonly #known = new Set<string>();
  /** When something came last, on the clock of `performance.now()`. */
  #heardAtMs = performance.now();
  #pingedAtMs: number | undefined;
  readonly startedAtMs = performance.now();
  /** Runs that keep a processor to themselves, and since when. */
  readonly #computing = new Map<RunRecord, number>();
  isReady = false;
  /** It gets no new runs: it is being ended, or holds a run on its own. */
  isClosed = false;
  #isRetiring = false;

  /** @param preparedCode as for `childArguments` */
  constructor(listener: ProcessListener, preparedCode?: string) {
    this.#listener = listener;
    this.#child = spawn(process.execPath, childArguments(fileURLToPath(SCRIPT_PROCESS_MAIN), preparedCode), {
      // A duplex pipe as descriptor 3; nothing of the server's environment; output of Node itself goes nowhere.
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      env: {},
      cwd: '/',
    });
    giveWay(this.#child.pid);
    const channel = this.#child.stdio[3] as Socket;
    channel.on('error', () => this.kill());
    this.#stream = new FrameStream(channel, (bytes) => this.#receive(bytes));
    this.#child.on('error', () => this.#exited());
    this.#child.on('exit', () => this.#exited());
  }

  /** It is being ended for what a run has left behind that is no longer among its runs. */
  get isRetiring(): boolean {
    return this.#isRetiring;
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  /** True while it does not answer: something computes without giving way. */
  isStalled(nowMs: number, afterMs: number): boolean {
    return this.#pingedAtMs !== undefined && nowMs - this.#pingedAtMs > afterMs && this.#heardAtMs < this.#pingedAtMs;
  }

  /** Whether another run would begin in here without waiting for one of those that are under way. */
  hasRoomFor({ source: { language } }: ScriptRun): boolean {
    if (this.runs.size >= HOST_LIMITS.runsPerProcess) return false;
    if (language !== 'javascript' || this.runs.size < HOST_LIMITS.javaScriptRunsPerProcess) return true;
    let count = 0;
    for (const { run } of this.runs.values()) if (run.source.language === language) count++;
    return count < HOST_LIMITS.javaScriptRunsPerProcess;
  }

  /** Whether a run keeps a processor of this process to itself. */
  get isComputing(): boolean {
    return this.#computing.size > 0;
  }

  /** How long a run has kept a processor of this process to itself, milliseconds; 0 when none does. */
  computingMs(nowMs: number): number {
    for (const sinceMs of this.#computing.values()) return nowMs - sinceMs;
    return 0;
  }

  /** Asks for a sign of life when none has come for a while. */
  ping(nowMs: number, afterMs: number): void {
    if (!this.isReady || this.runs.size === 0 || nowMs - this.#heardAtMs < afterMs) return;
    if (this.#pingedAtMs !== undefined && this.#pingedAtMs > this.#heardAtMs) return;
    this.#pingedAtMs = nowMs;
    this.#send([TO_CHILD.ping]);
  }

  begin(record: RunRecord): void {
    this.runs.set(record.id, record);
    record.isGranted = false;
    if (this.isReady) this.#sendFirst(record);
  }

  #sendFirst(record: RunRecord): void {
    this.#sendRun(record, !this.#known.has(record.run.source.fingerprint));
  }

  /** Takes back the runs that have not begun: the process will ask before it begins one, and get no answer. */
  withdraw(): RunRecord[] {
    const withdrawn = [...this.runs.values()].filter(({ hasBegun, isGranted }) => !hasBegun && !isGranted);
    for (const { id } of withdrawn) this.runs.delete(id);
    return withdrawn;
  }

  cancel(record: RunRecord): void {
    this.#send([TO_CHILD.cancel, record.id]);
  }

  /** Gives it no more runs, and ends it when it has none, or a while later. */
  retire(): void {
    this.isClosed = true;
    this.#isRetiring = true;
    if (this.runs.size === 0) this.kill();
    else setTimeout(() => this.kill(), HOST_LIMITS.retireMs).unref();
    this.#listener.retires(this);
  }

  kill(): void {
    this.isClosed = true;
    this.#child.kill('SIGKILL');
  }

  #sendRun(record: RunRecord, withText: boolean): void {
    const { source, request, limits, environment } = record.run;
    if (withText) {
      if (this.#known.size >= KNOWN_SOURCES_MAX) this.#known.clear();
      this.#known.add(source.fingerprint);
    }
    const { query, params, headers, body, user, isWebSocket, ...rest } = request;
    this.#stream.send((writer) => {
      writer.arrayHeader(9);
      writer.number(TO_CHILD.run);
      writer.number(record.id);
      writer.string(source.fingerprint);
      if (withText) writer.value(plainSource(source));
      else writer.nil();
      writer.value({
        ...rest,
        query: Object.fromEntries(query),
        params: Object.fromEntries(params),
        headers: Object.fromEntries(headers),
        isWebSocket: isWebSocket ?? false,
        ...(user === undefined ? {} : { user: { username: user.username, roles: [...user.roles] } }),
        ...(body === undefined ? {} : { body: body.bytes.subarray(body.start, body.end) }),
      });
      writer.value({ ...limits });
      writer.value(Object.fromEntries(environment));
      writer.number(record.deadlineMs - performance.now());
      writer.number(performance.timeOrigin + performance.now());
    });
  }

  #receive(bytes: Buffer): void {
    this.#heardAtMs = performance.now();
    const type = bytes[1];
    if (type === TO_SERVER.ready) {
      this.isReady = true;
      for (const record of this.runs.values()) {
        // The start of the process is not the script's time.
        record.deadlineMs = performance.now() + record.run.limits.timeoutMs;
        this.#sendFirst(record);
      }
      return;
    }
    if (type === TO_SERVER.pong) return;
    if (type === TO_SERVER.retires) {
      this.retire();
      return;
    }
    const record = this.runs.get(decodeValue(bytes, 2) as number);
    if (record === undefined) return;
    if (type === TO_SERVER.call) this.#call(record, bytes, skipValue(bytes, 2));
    else this.#event(record, type, (decodeValue(bytes) as Value[]).slice(2));
  }

  #event(record: RunRecord, type: number, parts: Value[]): void {
    switch (type) {
      case TO_SERVER.begun:
        record.hasBegun = true;
        break;
      case TO_SERVER.computes:
        this.#computing.set(record, performance.now());
        break;
      case TO_SERVER.asksToBegin:
        record.isGranted = true;
        this.#send([TO_CHILD.mayBegin, record.id]);
        break;
      case TO_SERVER.log:
        record.run.calls.log(parts[0] as string, parts[1] as string, (parts[2] as number | null) ?? undefined);
        break;
      case TO_SERVER.answer:
        this.#answer(record, parts);
        break;
      case TO_SERVER.failure:
        this.#end(record, {
          kind: 'failure',
          reason: parts[0] as ScriptFailureReason,
          status: parts[1] as number,
          message: parts[2] as string,
          headers: parts[3] as unknown as [string, string][],
          isChosen: parts[4] as boolean,
        });
        break;
      case TO_SERVER.streamPart:
        if (parts[0] !== null) record.body?.push(parts[0] as Uint8Array);
        else {
          const [, message, reason, chosenStatus] = parts as [null, string?, ScriptFailureReason?, number?];
          record.body?.end(message, reason, chosenStatus);
          record.removeListener?.();
          this.#leave(record);
        }
        break;
      case TO_SERVER.unknownSource:
        this.#sendRun(record, true);
        break;
    }
  }

  #answer(record: RunRecord, [status, headers, body, isJson]: Value[]): void {
    const head = {
      kind: 'answer',
      status: status as number,
      headers: headers as unknown as [string, string][],
    } as const;
    if (body !== null) {
      const bytes = body as Uint8Array;
      this.#end(record, {
        ...head,
        body: bytes,
        ...(isJson === true ? { resultJson: Buffer.from(bytes).toString() } : {}),
      });
      return;
    }
    record.body = new StreamedBody(() => this.#send([TO_CHILD.streamTaken, record.id]));
    record.resolve({ ...head, body: record.body });
  }

  #end(record: RunRecord, outcome: ScriptOutcome): void {
    this.#leave(record);
    this.#listener.ended(this, record, outcome);
  }

  #leave(record: RunRecord): void {
    this.runs.delete(record.id);
    this.#computing.delete(record);
    if (this.#isRetiring && this.runs.size === 0) this.kill();
  }

  /** `[call, run, call's number, name, parameters]` */
  #call(record: RunRecord, bytes: Buffer, callAt: number): void {
    if (this.#computing.size > 0) this.#computing.delete(record);
    const call = decodeValue(bytes, callAt) as number;
    const nameAt = skipValue(bytes, callAt);
    const name = decodeValue(bytes, nameAt) as string;
    const parameters = decodeValue(bytes, skipValue(bytes, nameAt)) as Value[];
    try {
      const answer = record.run.calls.call(name, parameters);
      if (answer instanceof Promise) {
        answer.then(
          (value) => this.#reply(record, call, value),
          (error: unknown) => this.#refuse(record, call, error),
        );
      } else this.#reply(record, call, answer);
    } catch (error) {
      this.#refuse(record, call, error);
    }
  }

  #reply(record: RunRecord, call: number, value: Value | EncodedValue): void {
    try {
      this.#send([TO_CHILD.reply, record.id, call, value, record.run.calls.hasActed]);
    } catch (error) {
      this.#refuse(record, call, error);
    }
  }

  #refuse(record: RunRecord, call: number, error: unknown): void {
    const { message, code } = describe(error);
    this.#send([TO_CHILD.failedReply, record.id, call, message, code]);
  }

  #send(parts: readonly (Value | EncodedValue | undefined)[]): void {
    this.#stream.send((writer) => writeMessage(writer, parts));
  }

  #exited(): void {
    this.isClosed = true;
    const lost = [...this.runs.values()];
    this.runs.clear();
    this.#computing.clear();
    this.#listener.exited(this, lost);
  }
}

/** Before the process has made a thread: those that it makes have its priority. */
function giveWay(processId: number | undefined): void {
  if (processId === undefined) return;
  try {
    setPriority(processId, HOST_LIMITS.niceness);
  } catch {
    // It has ended already, or the system knows no priorities: scripts run without it.
  }
}

function plainSource({ name, language, code, fingerprint, tenant }: ScriptSource): Value {
  return { name, language, code, fingerprint, tenant };
}

/** An error as a script may see it. What is not meant for callers stays a plain sentence. */
function describe(error: unknown): { message: string; code: string } {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return { message: error.message, code: error.code };
  }
  return { message: 'Internal error', code: 'InternalError' };
}
