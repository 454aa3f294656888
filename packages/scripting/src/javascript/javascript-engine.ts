import { availableParallelism } from 'node:os';
import type { ChildOutcome, ChildRun, ScriptEngine } from '../host/child/engine.ts';
import type { NativeTable } from '../natives/native-function.ts';
import { NATIVES } from '../natives/natives.ts';
import { IsolatePool } from './isolate-pool.ts';
import { JavaScriptRun } from './javascript-run.ts';
import { JAVASCRIPT_LIMITS } from './limits.ts';
import { type Computing, MemoryWatch } from './memory-watch.ts';
import { callNative } from './native-calls.ts';
import { ScriptIsolate } from './script-isolate.ts';
import { ShortScripts } from './short-scripts.ts';
import { Turnstile } from './turnstile.ts';

export interface JavaScriptEngineOptions {
  readonly natives?: Readonly<Record<string, NativeTable>>;
  /** Short visits in a row after which a script is run on this thread as long as it changes nothing. */
  readonly shortVisits?: number;
  /** When visits on this thread are ended, milliseconds. */
  readonly directVisitMaxMs?: number;
  /** Isolates in this process. */
  readonly isolatesMax?: number;
  /**
   * Called when an isolate cannot be ended from inside. The run has its answer then; the process is to be ended soon, because
   * a thread of it computes on. By default the process is killed.
   */
  readonly onStuck?: (reason: string) => void;
}

/** Runs JavaScript modules, each in a context of V8 that no other run has touched, in isolates that never serve two tenants. */
export class JavaScriptEngine implements ScriptEngine {
  readonly #pool: IsolatePool;
  readonly #short: ShortScripts;
  readonly #memory = new MemoryWatch();
  readonly #running = new Set<JavaScriptRun>();
  #sweeper: NodeJS.Timeout | undefined;

  constructor(options: JavaScriptEngineOptions = {}) {
    const natives = options.natives ?? NATIVES;
    const onStuck = options.onStuck ?? endProcess;
    const turnstile = new Turnstile(availableParallelism() + 1);
    const directVisitMaxMs = options.directVisitMaxMs ?? JAVASCRIPT_LIMITS.directVisitMaxMs;
    const surroundings = { native: callNative(natives), onStuck, turnstile, directVisitMaxMs };
    this.#short = new ShortScripts(options.shortVisits);
    this.#pool = new IsolatePool(options.isolatesMax ?? JAVASCRIPT_LIMITS.isolates, (tenant, memoryBytes) => {
      this.#memory.grew(JAVASCRIPT_LIMITS.isolateBytes);
      return new ScriptIsolate(tenant, memoryBytes, surroundings);
    });
  }

  async run(run: ChildRun): Promise<ChildOutcome> {
    const running = new JavaScriptRun(run, { pool: this.#pool, short: this.#short }, () =>
      this.#running.delete(running),
    );
    this.#running.add(running);
    this.#sweeper ??= setInterval(() => this.#sweep(), JAVASCRIPT_LIMITS.sweepMs);
    return running.outcome;
  }

  /** Ends all isolates. Runs that are under way fail. */
  dispose(): void {
    this.#pool.dispose();
    clearInterval(this.#sweeper);
  }

  #sweep(): void {
    for (const run of this.#running) run.check();
    const computing: Computing[] = [];
    for (const run of this.#running) {
      const one = run.look();
      if (one !== undefined) computing.push(one);
    }
    this.#memory.look(computing);
    if (this.#running.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }
}

/** Where nobody else ends it: at once and from outside, because a process that ends in order waits for its threads, and one of them never ends. */
function endProcess(reason: string): void {
  process.stderr.write(`the script process ends: ${reason}\n`);
  process.kill(process.pid, 'SIGKILL');
}

export function createJavaScriptEngine(options: JavaScriptEngineOptions = {}): JavaScriptEngine {
  return new JavaScriptEngine(options);
}
