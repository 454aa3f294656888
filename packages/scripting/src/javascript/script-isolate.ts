import { setFlagsFromString } from 'node:v8';
import ivm from 'isolated-vm';
import { JAVASCRIPT_LIMITS } from './limits.ts';
import { bootstrapText } from './sandbox/bootstrap-text.ts';
import type { MessagePart, ThrownKind } from './sandbox/kernel.ts';
import { type Supervisor, supervise } from './sandbox/supervise.ts';
import type { Turnstile } from './turnstile.ts';

/** What an isolate tells of the run that it is busy with. */
export interface IsolateListener {
  /** A message of the sandbox. The script may have had a hand in it: nothing in it is to be trusted. */
  message(kind: string, parts: readonly MessagePart[]): void;
  /** An error that nobody caught, or the end of the isolate. */
  failed(error: Error): void;
  /** Whether the next visit is made on this thread: it is expected to be short, and the run can be begun again when it is not. */
  readonly isDirect: boolean;
  /** A visit has come back after so many milliseconds. */
  visited(tookMs: number): void;
  /** A visit on this thread took too long and was ended: the isolate is good for nothing any more. */
  outOfTime(): void;
}

/** A native function by its name, with its parameters as JSON and bytes in the place that is named. */
export type NativeCall = (name: string, parameters: string, place?: string, bytes?: Uint8Array) => string;

/** The script has taken more memory than it may. */
export class MemoryTaken extends Error {}

/** What all isolates of a process have in common. */
export interface IsolateSurroundings {
  readonly native: NativeCall;
  /** Called when an isolate cannot be ended. */
  readonly onStuck: (reason: string) => void;
  readonly turnstile: Turnstile;
  /** When visits on this thread are ended, milliseconds. */
  readonly directVisitMaxMs: number;
}

/** Whoever is told of a visit on this thread. */
interface DirectVisit {
  readonly listener: IsolateListener;
  readonly returned: ((result: unknown) => void) | undefined;
  readonly refused: ((error: Error) => void) | undefined;
}

const MEGABYTE = 1024 * 1024;

/** Makes an isolate whose heap holds so much, whatever this process was started with. */
function withHeapSize(megabytes: number, make: () => ivm.Isolate): ivm.Isolate {
  for (const flag of ['--max-semi-space-size', '--min-semi-space-size', '--max-heap-size'])
    setFlagsFromString(`${flag}=0`);
  setFlagsFromString(`--max-old-space-size=${megabytes}`);
  try {
    return make();
  } finally {
    // The flags are the process's own: heaps that others make after this one are not to be that size.
    setFlagsFromString('--max-old-space-size=0');
  }
}

/** How isolated-vm tells of an object that is no error: it does not come across. */
const OBJECT_THROWN = 'An object was thrown from supplied code';

/** What a script has thrown, as it has come out of its isolate. */
function thrownParts(error: unknown): [kind: ThrownKind, message: string, stack: string] {
  if (!(error instanceof Error)) return ['value', String(error), ''];
  const { message, stack } = error;
  return message.startsWith(OBJECT_THROWN) ? ['object', '', ''] : ['error', message, String(stack)];
}

/** What all threads of this process but this one have computed, microseconds. */
function elsewhereComputedUs(): number {
  const everywhere = process.cpuUsage();
  const here = process.threadCpuUsage();
  return everywhere.user + everywhere.system - here.user - here.system;
}

let snapshot: ivm.ExternalCopy<ArrayBuffer> | undefined;

/** A heap in which every new context is a sandbox already. */
function sandboxSnapshot(): ivm.ExternalCopy<ArrayBuffer> {
  snapshot ??= ivm.Isolate.createSnapshot([{ code: bootstrapText(), filename: '<sandbox>' }]);
  return snapshot;
}

/**
 * An isolate of V8 for one tenant and one run at a time. What runs inside runs on a thread of isolated-vm's pool, and nothing here
 * waits for it; but for visits that are expected to be short, which are made on this thread and ended when they are not.
 */
export class ScriptIsolate {
  readonly tenant: string;
  readonly memoryBytes: number;
  runs = 0;
  readonly #isolate: ivm.Isolate;
  readonly #supervisor: { readonly [Name in keyof Supervisor]: ivm.Reference<Supervisor[Name]> };
  readonly #onStuck: (reason: string) => void;
  readonly #turnstile: Turnstile;
  readonly #directVisitMaxMs: number;
  /** Number of the run that has begun last, written by the isolate. */
  readonly #began: Int32Array;
  /** Fingerprints whose text the isolate has, in order of use. */
  readonly #known = new Set<string>();
  #listener: IsolateListener | undefined;
  #run = 0;
  /** Calls that wait for their turn. */
  readonly #waiting: (() => void)[] = [];
  /** Calls into the isolate that have not come back. */
  #inside = 0;
  /** How often it was entered, and what that was when somebody asked. */
  #visits = 0;
  #visitSeen = -1;
  /** The next run's context is still to be made. */
  #owesNext = false;

  constructor(
    tenant: string,
    memoryBytes: number,
    { native, onStuck, turnstile, directVisitMaxMs }: IsolateSurroundings,
  ) {
    this.#directVisitMaxMs = directVisitMaxMs;
    this.#turnstile = turnstile;
    this.tenant = tenant;
    this.memoryBytes = memoryBytes;
    this.#onStuck = onStuck;
    const megabytes = Math.ceil(Math.max(memoryBytes, JAVASCRIPT_LIMITS.memoryMinBytes) / MEGABYTE);
    const options = { memoryLimit: megabytes, snapshot: sandboxSnapshot(), onCatastrophicError: onStuck };
    this.#isolate = withHeapSize(megabytes * JAVASCRIPT_LIMITS.heapFactor, () => new ivm.Isolate(options));
    const shared = new SharedArrayBuffer(4);
    this.#began = new Int32Array(shared);
    const context = this.#isolate.createContextSync();
    const post = (run: number, kind: string, ...parts: MessagePart[]) => this.#receive(run, kind, parts);
    const supervisor = context.evalClosureSync(
      `'use strict'; return (${supervise.toString()})($0, $1, $2, new Int32Array($3));`,
      [
        this.#isolate,
        new ivm.Callback(post, { ignored: true }),
        new ivm.Callback(native, { sync: true }),
        new ivm.ExternalCopy(shared).copyInto(),
      ],
      { result: { reference: true } },
    ) as ivm.Reference<Supervisor>;
    const member = <Name extends keyof Supervisor>(name: Name) =>
      supervisor.getSync(name, { reference: true }) as ivm.Reference<Supervisor[Name]>;
    this.#supervisor = {
      start: member('start'),
      makeNext: member('makeNext'),
      reply: member('reply'),
      pull: member('pull'),
      load: member('load'),
      failLoading: member('failLoading'),
      forget: member('forget'),
    };
  }

  get isDisposed(): boolean {
    return this.#isolate.isDisposed;
  }

  /** Whether it has been computing since the last time that this was asked. */
  hasComputedOn(): boolean {
    const visit = this.#visits;
    const isSame = this.#inside > 0 && visit === this.#visitSeen;
    this.#visitSeen = visit;
    return isSame;
  }

  takesTooMuch(): void {
    this.#listener?.failed(new MemoryTaken());
  }

  /** False while the isolate is busy with something older than the run that was started last. */
  get hasBegunRun(): boolean {
    return this.#began[0] === this.#run;
  }

  /** Runs a script in a fresh context. @param given the request and the limits, as JSON */
  start(listener: IsolateListener, source: { fingerprint: string; name: string; code: string }, given: string): void {
    this.#listener = listener;
    this.runs++;
    const run = ++this.#run;
    const { fingerprint, name, code } = source;
    const isKnown = this.#known.delete(fingerprint);
    this.#known.add(fingerprint);
    this.#owesNext = listener.isDirect;
    const parameters = [run, fingerprint, name, isKnown ? undefined : code, given, !this.#owesNext];
    this.#enter(this.#supervisor.start, parameters, (problem) => {
      if (typeof problem === 'string') listener.failed(new SyntaxError(problem));
    });
    if (this.#known.size > JAVASCRIPT_LIMITS.scriptsPerIsolate) this.#forgetOldest();
  }

  reply(id: number, succeeded: boolean, text: string, extra?: Uint8Array | string, member?: string): void {
    const sent = extra instanceof Uint8Array ? new ivm.ExternalCopy(extra).copyInto({ release: true }) : extra;
    this.#enter(this.#supervisor.reply, [this.#run, id, succeeded, text, sent, member]);
  }

  /** Evaluates a module of the service for the script, and tells what is wrong with it. */
  load(id: number, { name, code }: { name: string; code: string }, refused: (problem: Error) => void): void {
    this.#enter(
      this.#supervisor.load,
      [this.#run, id, name, code],
      (problem) => {
        if (typeof problem === 'string') refused(new SyntaxError(problem));
      },
      refused,
    );
  }

  pull(): void {
    this.#enter(this.#supervisor.pull, [this.#run]);
  }

  /** The run has its outcome: what its script still says is not heard. */
  end(): void {
    this.#listener = undefined;
  }

  /** Ends whatever runs inside, and the isolate. */
  dispose(): void {
    this.#listener = undefined;
    if (!this.#isolate.isDisposed) this.#isolate.dispose();
    if (this.#inside > 0) this.#watchEnd();
  }

  /**
   * What does not end although its isolate is gone ends with the process; but not because the processor is busy elsewhere: then it
   * takes longer until this process has computed so much.
   */
  #watchEnd(beforeUs = elsewhereComputedUs()): void {
    setTimeout(() => {
      // This thread may itself have kept the news of the end waiting: it is heard first.
      setImmediate(() => {
        if (this.#inside === 0) return;
        if (elsewhereComputedUs() - beforeUs < (JAVASCRIPT_LIMITS.disposeMs * 1000) / 2) this.#watchEnd(beforeUs);
        else this.#onStuck('an isolate goes on computing after it was disposed');
      });
    }, JAVASCRIPT_LIMITS.disposeMs).unref();
  }

  #receive(run: number, kind: string, parts: readonly MessagePart[]): void {
    if (run !== this.#run) return;
    this.#listener?.message(kind, parts);
    if (!this.#owesNext) return;
    this.#owesNext = false;
    // Behind what has been said, which leaves at the end of this turn: on this thread nothing goes on while a context is made.
    setImmediate(() => this.#makeNext());
  }

  #makeNext(): void {
    if (this.#isolate.isDisposed || this.#inside > 0) return;
    try {
      this.#supervisor.makeNext.applySync(undefined, []);
    } catch (error) {
      this.#thrown(error);
    }
  }

  #forgetOldest(): void {
    const [oldest] = this.#known;
    this.#known.delete(oldest);
    this.#enter(this.#supervisor.forget, [oldest]);
  }

  /** Calls a function inside, in its turn. Those of one isolate keep their order. */
  #enter<T extends (...parameters: never[]) => unknown>(
    method: ivm.Reference<T>,
    parameters: readonly unknown[],
    returned?: (result: unknown) => void,
    refused?: (error: Error) => void,
  ): void {
    const run = this.#run;
    const listener = this.#listener;
    if (listener?.isDirect === true && this.#inside === 0 && this.#waiting.length === 0) {
      this.#visitHere(method, parameters, { listener, returned, refused });
      return;
    }
    const visit = (): void => {
      this.#inside++;
      this.#visits++;
      const startMs = performance.now();
      (method.apply(undefined, parameters as never) as Promise<unknown>).then(
        (result) => {
          this.#leave();
          listener?.visited(performance.now() - startMs);
          if (run === this.#run) returned?.(result);
        },
        (error: unknown) => {
          this.#leave();
          if (run !== this.#run) return;
          if (refused !== undefined && !this.#isolate.isDisposed) refused(error as Error);
          else this.#thrown(error);
        },
      );
    };
    if (this.#inside > 0) {
      visit();
      return;
    }
    this.#waiting.push(visit);
    if (this.#waiting.length === 1) this.#knock(returned === undefined);
  }

  /** Calls a function inside on this thread. What the script says meanwhile is heard when it has come back. */
  #visitHere<T extends (...parameters: never[]) => unknown>(
    method: ivm.Reference<T>,
    parameters: readonly unknown[],
    { listener, returned, refused }: DirectVisit,
  ): void {
    const startMs = performance.now();
    const timeout = this.#directVisitMaxMs;
    let result: unknown;
    try {
      result = method.applySync(undefined, parameters as never, { timeout });
    } catch (error) {
      if (performance.now() - startMs >= timeout && !this.#isolate.isDisposed) listener.outOfTime();
      else if (refused !== undefined && !this.#isolate.isDisposed) refused(error as Error);
      else this.#thrown(error);
      return;
    }
    listener.visited(performance.now() - startMs);
    returned?.(result);
  }

  #knock(isUrgent: boolean): void {
    if (!this.#turnstile.enter(this, () => this.#knock(isUrgent), isUrgent)) return;
    const visits = this.#waiting.splice(0);
    if (this.#isolate.isDisposed || visits.length === 0) this.#turnstile.leave(this);
    else for (const visit of visits) visit();
  }

  #leave(): void {
    if (--this.#inside === 0) this.#turnstile.leave(this);
  }

  /** A rejection that nobody has caught is the script's own business, unless it kept the script from being called at all. */
  #thrown(error: unknown): void {
    const listener = this.#listener;
    if (listener === undefined) return;
    if (this.#isolate.isDisposed) {
      listener.failed(error as Error);
      return;
    }
    const run = this.#run;
    this.#inside++;
    (this.#supervisor.failLoading.apply(undefined, [run, ...thrownParts(error)]) as Promise<unknown>).then(
      () => this.#leave(),
      (later: unknown) => {
        this.#leave();
        if (this.#run === run) this.#listener?.failed(later as Error);
      },
    );
  }
}
