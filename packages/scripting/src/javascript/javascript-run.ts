import { decodeValue, encodeValue, stringifyJson, type Value } from '@cairn/protocol/internal';
import { type ChildOutcome, type ChildRun, HostCallError } from '../host/child/engine.ts';
import { TIMER_MAX_MS } from '../host/limits.ts';
import type { ScriptFailureReason } from '../host/script-run.ts';
import { type AnswerHead, failure, readHead, wholeAnswer } from './answer.ts';
import { lineIn, syntaxErrorText, type ThrownValue, thrownText } from './error-text.ts';
import type { IsolatePool } from './isolate-pool.ts';
import { JAVASCRIPT_LIMITS } from './limits.ts';
import type { Computing } from './memory-watch.ts';
import { knownWithoutTypes, withoutTypes } from './module-text.ts';
import { replyParts } from './replies.ts';
import type { MessagePart, PlacedBytes } from './sandbox/kernel.ts';
import { type IsolateListener, MemoryTaken, type ScriptIsolate } from './script-isolate.ts';
import { StreamedParts } from './streamed-parts.ts';

/** Fingerprint of the same text without its types. */
const UNTYPED = '\0untyped';

/** One run: gets an isolate, carries out what its script asks for, and settles its outcome, once. */
export class JavaScriptRun implements IsolateListener {
  readonly outcome: Promise<ChildOutcome>;
  readonly #run: ChildRun;
  readonly #pool: IsolatePool;
  readonly #onEnd: () => void;
  readonly #given: string;
  readonly #timer: NodeJS.Timeout;
  #settle!: (outcome: ChildOutcome) => void;
  #isolate: ScriptIsolate | undefined;
  #stopWaiting = (): void => {};
  #stream: StreamedParts | undefined;
  #hostCalls = 0;
  /** Looks at an isolate that had not begun. */
  #idleLooks = 0;
  #hasEnded = false;

  constructor(run: ChildRun, pool: IsolatePool, onEnd: () => void) {
    this.#run = run;
    this.#pool = pool;
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
      this.#start();
    });
  }

  #start(): void {
    const { name, code, fingerprint } = this.#run.source;
    const untyped = knownWithoutTypes(fingerprint);
    const source =
      untyped === undefined ? { name, code, fingerprint } : { name, code: untyped, fingerprint: fingerprint + UNTYPED };
    this.#isolate!.start(this, source, this.#given);
  }

  #take(kind: string, parts: readonly MessagePart[]): void {
    switch (kind) {
      case 'call':
        this.#call(parts as [number, string, string, string | undefined, Uint8Array | undefined]);
        break;
      case 'module':
        this.#module(parts[0] as number, String(parts[1]));
        break;
      case 'sleep':
        this.#sleep(parts[0] as number, Number(parts[1]));
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
        this.#endStream(parts[0]);
        break;
      case 'limit':
        this.#abort('limit', `${this.#run.source.name}: more than ${this.#run.limits.hostCalls} calls of the server`);
        break;
      default:
        throw new Error(`no message ${kind}`);
    }
  }

  #call([id, name, text, place, bytes]: [number, string, string, string | undefined, Uint8Array | undefined]): void {
    if (++this.#hostCalls > this.#run.limits.hostCalls) {
      this.#take('limit', []);
      return;
    }
    let parameters: Uint8Array;
    try {
      const values = JSON.parse(text) as Value[];
      if (place !== undefined && bytes !== undefined) putBytes(values, { place, bytes });
      parameters = encodeValue(values);
    } catch (error) {
      this.#reply(id, false, `invalid parameters: ${(error as Error).message}`, 'BadRequest');
      return;
    }
    this.#run.call(name, parameters).then(
      (answer) => this.#answerCall(id, name, answer),
      (error: unknown) => {
        const { message, code } =
          error instanceof HostCallError ? error : new HostCallError('the call failed', 'InternalError');
        this.#reply(id, false, message, code);
      },
    );
  }

  #answerCall(id: number, name: string, answer: Uint8Array): void {
    try {
      const { text, bytes, member } = replyParts(name, decodeValue(answer));
      this.#reply(id, true, text, bytes, member);
    } catch {
      this.#reply(id, false, 'the answer of the server is too large', 'InternalError');
    }
  }

  /** A module of the same service: its text from the server, its exports to the script. */
  async #module(id: number, name: string): Promise<void> {
    try {
      const answer = decodeValue(await this.#run.call('module', encodeValue([name])));
      const { language, code, fingerprint } = answer as { language: string; code: string; fingerprint: string };
      if (language !== 'javascript')
        throw new HostCallError(`Module '${name}' is not written in JavaScript`, 'BadRequest');
      this.#load(id, { name, code: knownWithoutTypes(fingerprint) ?? code, fingerprint });
    } catch (error) {
      const { message, code } =
        error instanceof HostCallError ? error : new HostCallError('the call failed', 'InternalError');
      this.#reply(id, false, message, code);
    }
  }

  #load(id: number, module: { name: string; code: string; fingerprint: string }): void {
    this.#isolate?.load(id, module, (problem) => {
      const { name, code, fingerprint } = module;
      const isKnown = knownWithoutTypes(fingerprint) !== undefined;
      const untyped = problem instanceof SyntaxError && !isKnown ? withoutTypes(fingerprint, code) : undefined;
      if (untyped !== undefined) this.#load(id, { ...module, code: untyped });
      else if (problem instanceof SyntaxError)
        this.#reply(id, false, syntaxErrorText(problem.message, name), 'ScriptError');
      else {
        const thrown = { isError: true, message: problem.message, stack: String(problem.stack) };
        this.#reply(id, false, thrownText(thrown, name), 'ScriptError');
      }
    });
  }

  #sleep(id: number, ms: number): void {
    setTimeout(() => this.#reply(id, true, 'null'), Math.min(Math.max(ms || 0, 0), TIMER_MAX_MS)).unref();
  }

  #reply(id: number, succeeded: boolean, text: string, extra?: Uint8Array | string, member?: string): void {
    if (!this.#hasEnded) this.#isolate?.reply(id, succeeded, text, extra, member);
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
    const isMemory = thrown.isError && thrown.message.includes('allocation failed');
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

  #endStream(content: MessagePart): void {
    const problem = content === undefined ? undefined : thrownText(JSON.parse(String(content)), this.#run.source.name);
    this.#stream?.end(problem);
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
    this.#stream?.end(outcome.kind === 'failure' ? outcome.message : undefined);
    this.#settle(outcome);
    this.#finish();
  }

  #finish(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#onEnd();
    const isolate = this.#isolate;
    this.#isolate = undefined;
    if (isolate === undefined) return;
    isolate.end();
    this.#pool.giveBack(isolate);
  }

  #dropIsolate(): void {
    const isolate = this.#isolate;
    this.#isolate = undefined;
    if (isolate === undefined) return;
    isolate.dispose();
    this.#pool.giveBack(isolate);
  }
}

function headers({ headers: lines }: AnswerHead): number {
  return lines.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}

function putBytes(values: Value[], { place, bytes }: PlacedBytes): void {
  const [index, member] = place.split('.');
  if (member === undefined) values[Number(index)] = bytes;
  else (values[Number(index)] as Record<string, Value>)[member] = bytes;
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
