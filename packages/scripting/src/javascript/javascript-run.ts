import { decodeValue, stringifyJson } from '@cairn/protocol/internal';
import type { ChildOutcome, ChildRun } from '../host/child/engine.ts';
import type { ScriptFailureReason } from '../host/script-run.ts';
import { type AnswerHead, failure, readHead, wholeAnswer } from './answer.ts';
import { lineIn, syntaxErrorText, type ThrownValue, thrownText } from './error-text.ts';
import type { IsolatePool } from './isolate-pool.ts';
import { JAVASCRIPT_LIMITS } from './limits.ts';
import type { Computing } from './memory-watch.ts';
import { knownWithoutTypes, withoutTypes } from './module-text.ts';
import type { MessagePart } from './sandbox/kernel.ts';
import { type IsolateListener, MemoryTaken, type ScriptIsolate } from './script-isolate.ts';
import { type CallParts, ServerRequests } from './server-requests.ts';
import type { ShortScripts } from './short-scripts.ts';
import { StreamedParts } from './streamed-parts.ts';

/** How V8 refuses a buffer, a text or a number that is larger than any script may use. */
const TOO_LARGE = /allocation failed|^Invalid string length$|^Maximum BigInt size exceeded$/;
/** Fingerprint of the same text without its types. */
const UNTYPED = '\0untyped';

/** One run: gets an isolate, carries out what its script asks for, and settles its outcome, once. */
export class JavaScriptRun implements IsolateListener {
  readonly outcome: Promise<ChildOutcome>;
  readonly #run: ChildRun;
  readonly #pool: IsolatePool;
  readonly #short: ShortScripts;
  readonly #onEnd: () => void;
  readonly #given: string;
  readonly #timer: NodeJS.Timeout;
  #settle!: (outcome: ChildOutcome) => void;
  #isolate: ScriptIsolate | undefined;
  #requests: ServerRequests | undefined;
  #stopWaiting = (): void => {};
  #stream: StreamedParts | undefined;
  /** Looks at an isolate that had not begun. */
  #idleLooks = 0;
  #hasEnded = false;
  /** It has been ended once for keeping this thread: it keeps to others. */
  #wasOutOfTime = false;

  constructor(run: ChildRun, { pool, short }: { pool: IsolatePool; short: ShortScripts }, onEnd: () => void) {
    this.#run = run;
    this.#pool = pool;
    this.#short = short;
    this.#onEnd = onEnd;
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#timer = setTimeout(() => this.#timeOut(), Math.max(0, run.deadlineMs - performance.now()));
    this.#given = givenText(run);
    this.#lend();
  }

  /** Called every few milliseconds. */
  check(): void {
    if (this.#run.isCancelled) {
      this.#abort('cancelled', 'the run was cancelled');
      return;
    }
    if (this.#isolate === undefined || this.#isolate.hasBegunRun) return;
    if (++this.#idleLooks * JAVASCRIPT_LIMITS.sweepMs < JAVASCRIPT_LIMITS.beginMs) return;
    // Still busy with what an earlier run of this tenant has left behind.
    this.#dropIsolate();
    this.#lend();
  }

  /** @returns its isolate, when that has been computing since the last look */
  look(): Computing | undefined {
    if (this.#isolate?.hasComputedOn() !== true) return undefined;
    this.#run.computes();
    return this.#isolate;
  }

  get isDirect(): boolean {
    if (this.#wasOutOfTime || this.#hasEnded || this.#stream !== undefined) return false;
    return this.#short.isShort(this.#run.source.fingerprint) && this.#run.mayHoldThread;
  }

  visited(tookMs: number): void {
    this.#short.note(this.#run.source.fingerprint, tookMs);
  }

  /** What it has said in the visit that was ended has not been heard, and everything before changed nothing. */
  outOfTime(): void {
    this.#short.noteLong(this.#run.source.fingerprint);
    this.#wasOutOfTime = true;
    this.#dropIsolate();
    setImmediate(() => {
      if (!this.#hasEnded) this.#lend();
    });
  }

  message(kind: string, parts: readonly MessagePart[]): void {
    try {
      this.#take(kind, parts);
    } catch {
      this.#abort('error', `${this.#run.source.name}: the script sent what no script can send, and was ended`);
    }
  }

  failed(error: Error): void {
    const { name, code, fingerprint } = this.#run.source;
    if (error instanceof MemoryTaken || this.#isolate?.isDisposed === true) {
      this.#abort('memory', this.#memoryText());
      return;
    }
    if (error instanceof SyntaxError) {
      const untyped = knownWithoutTypes(fingerprint) === undefined ? withoutTypes(fingerprint, code) : undefined;
      if (untyped !== undefined) {
        this.#start();
        return;
      }
      this.#end(failure('error', syntaxErrorText(error.message, name)));
      return;
    }
    this.#endThrown({ isError: true, message: error.message, stack: String(error.stack) }, []);
  }

  #lend(): void {
    this.#idleLooks = 0;
    const { source, limits } = this.#run;
    this.#stopWaiting = this.#pool.lend(source.tenant, limits.memoryBytes, (isolate) => {
      this.#isolate = isolate;
      this.#requests = new ServerRequests(this.#run, isolate);
      this.#start();
    });
  }

  #start(): void {
    const { name, code, fingerprint } = this.#run.source;
    const untyped = knownWithoutTypes(fingerprint);
    const source =
      untyped === undefined ? { name, code, fingerprint } : { name, code: untyped, fingerprint: fingerprint + UNTYPED };
    const isolate = this.#isolate!;
    // Not before whoever has asked for the run knows of it: a visit on this thread may end it at once.
    queueMicrotask(() => {
      if (this.#isolate === isolate) isolate.start(this, source, this.#given);
    });
  }

  #take(kind: string, parts: readonly MessagePart[]): void {
    switch (kind) {
      case 'call':
        if (this.#requests?.call(parts as CallParts) === false) this.#take('limit', []);
        break;
      case 'module':
        void this.#requests?.module(parts[0] as number, String(parts[1]));
        break;
      case 'sleep':
        this.#requests?.sleep(parts[0] as number, Number(parts[1]));
        break;
      case 'log':
        this.#log(String(parts[0]), String(parts[1]), String(parts[2] ?? ''));
        break;
      case 'answer':
        this.#answer(readHead(parts[0]), parts[1]);
        break;
      case 'part':
        this.#stream?.push(parts[0] as string | Uint8Array);
        break;
      case 'end':
        this.#endStream(parts[0], parts[1]);
        break;
      case 'limit':
        this.#abort('limit', `${this.#run.source.name}: more than ${this.#run.limits.hostCalls} calls of the server`);
        break;
      default:
        throw new Error(`no message ${kind}`);
    }
  }

  #log(level: string, message: string, stack: string): void {
    this.#run.log(level, message, lineIn(stack, this.#run.source.name));
  }

  #answer(head: AnswerHead, content: MessagePart): void {
    const { resultBytes } = this.#run.limits;
    if (head.kind === 'error' || head.kind === 'chosen') {
      const thrown = JSON.parse(String(content)) as ThrownValue;
      if (head.kind === 'error') {
        this.#endThrown(thrown, head.headers);
        return;
      }
      const { message } = thrown;
      const { status, headers } = head;
      this.#end({ kind: 'failure', reason: 'error', status, message, headers, isChosen: true });
      return;
    }
    if (head.kind === 'stream') {
      this.#beginStream(head);
      return;
    }
    const answer = wholeAnswer(head, content);
    const size = headers(head) + (answer.body as Uint8Array).length;
    if (size <= resultBytes) {
      this.#end(answer);
      return;
    }
    this.#end(failure('limit', `${this.#run.source.name}: the result is larger than ${resultBytes} bytes`));
  }

  #endThrown(thrown: ThrownValue, headers: [string, string][]): void {
    const text = thrownText(thrown, this.#run.source.name);
    const isMemory = thrown.isError && TOO_LARGE.test(thrown.message);
    const outcome = isMemory ? failure('memory', `${text}: not enough memory`) : failure('error', text);
    this.#end({ ...outcome, headers });
  }

  #beginStream({ status, headers }: AnswerHead): void {
    this.#stream = new StreamedParts(
      this.#run.limits.resultBytes,
      () => this.#isolate?.pull(),
      () => this.#finish(),
    );
    this.#settle({ kind: 'answer', status, headers, body: this.#stream });
  }

  #endStream(content: MessagePart, status: MessagePart): void {
    const thrown = content === undefined ? undefined : (JSON.parse(String(content)) as ThrownValue);
    if (thrown === undefined) this.#stream?.end();
    else if (typeof status === 'number') this.#stream?.end(thrown.message, 'error', status);
    else this.#stream?.end(thrownText(thrown, this.#run.source.name));
    this.#finish();
  }

  #timeOut(): void {
    const { source, limits } = this.#run;
    this.#abort('timeout', `${source.name}: timed out after ${limits.timeoutMs} ms`);
  }

  #memoryText(): string {
    const { source, limits } = this.#run;
    return `${source.name}: not enough memory: the limit is ${limits.memoryBytes} bytes`;
  }

  /** Ends the run from outside: its isolate goes, because it may compute on. */
  #abort(reason: ScriptFailureReason, message: string): void {
    if (this.#hasEnded) return;
    this.#stopWaiting();
    this.#dropIsolate();
    this.#end(failure(reason, message));
  }

  #end(outcome: ChildOutcome): void {
    if (this.#hasEnded) return;
    if (outcome.kind === 'failure') this.#stream?.end(outcome.message, outcome.reason);
    else this.#stream?.end();
    this.#settle(outcome);
    this.#finish();
  }

  #finish(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#onEnd();
    const isolate = this.#takeIsolate();
    if (isolate === undefined) return;
    isolate.end();
    this.#pool.giveBack(isolate);
  }

  #dropIsolate(): void {
    const isolate = this.#takeIsolate();
    if (isolate === undefined) return;
    isolate.dispose();
    this.#pool.giveBack(isolate);
  }

  #takeIsolate(): ScriptIsolate | undefined {
    const isolate = this.#isolate;
    this.#requests?.close();
    this.#requests = undefined;
    this.#isolate = undefined;
    return isolate;
  }
}

function headers({ headers: lines }: AnswerHead): number {
  return lines.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}

/** The request and the limits as the sandbox reads them. */
function givenText({ request, limits, environment }: ChildRun): string {
  const { method, path, params, query, headers, user, database } = request;
  const body = request.body === undefined ? 'null' : stringifyJson(decodeValue(request.body));
  const shown = { method, path, params, query, headers, user: user ?? null };
  const rest = {
    database,
    environment,
    limits: { hostCalls: limits.hostCalls, logBytes: limits.logBytes, resultBytes: limits.resultBytes },
  };
  // The body's text is put in as it is, so that it is walked once.
  return `{"request":{"body":${body},${JSON.stringify(shown).slice(1)},${JSON.stringify(rest).slice(1)}`;
}
