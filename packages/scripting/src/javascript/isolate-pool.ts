import { JAVASCRIPT_LIMITS } from './limits.ts';
import type { ScriptIsolate } from './script-isolate.ts';

type Waiting = { readonly tenant: string; readonly memoryBytes: number; take(isolate: ScriptIsolate): void };

/** Lends isolates, each to the runs of one tenant. Those who wait for something keep theirs; when there are many, the longest idle ones go. */
export class IsolatePool {
  readonly #isolatesMax: number;
  readonly #keptMax: number;
  readonly #create: (tenant: string, memoryBytes: number) => ScriptIsolate;
  /** In order of use, the longest idle first. */
  readonly #idle: ScriptIsolate[] = [];
  readonly #waiting: Waiting[] = [];
  /** Isolates that were lent a moment ago, and when. */
  readonly #recent = new Map<ScriptIsolate, number>();
  #lent = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(isolatesMax: number, create: (tenant: string, memoryBytes: number) => ScriptIsolate) {
    this.#isolatesMax = isolatesMax;
    this.#keptMax = Math.min(isolatesMax, JAVASCRIPT_LIMITS.isolatesKept);
    this.#create = create;
  }

  /** Hands over an isolate now or later. @returns a way to say that none is wanted any more */
  lend(tenant: string, memoryBytes: number, take: (isolate: ScriptIsolate) => void): () => void {
    const waiting: Waiting = { tenant, memoryBytes, take };
    this.#waiting.push(waiting);
    this.#serve();
    return () => {
      const at = this.#waiting.indexOf(waiting);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
  }

  /** Serves those who wait, as far as there is room. */
  #serve(): void {
    while (this.#waiting.length > 0 && this.#hasRoom()) this.#hand(this.#waiting.shift()!);
    if (this.#waiting.length === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#serve();
    }, JAVASCRIPT_LIMITS.waitForIsolateMs);
  }

  /** Runs that have been under way for long wait for something, or compute: those after them need not wait for them. */
  #hasRoom(): boolean {
    const sinceMs = performance.now() - JAVASCRIPT_LIMITS.waitForIsolateMs;
    for (const [isolate, lentMs] of this.#recent) {
      if (lentMs > sinceMs) break;
      this.#recent.delete(isolate);
    }
    return this.#lent < this.#isolatesMax && this.#recent.size < JAVASCRIPT_LIMITS.isolatesAtOnce;
  }

  /** Takes an isolate back: for the next run, or for good when it has been disposed. */
  giveBack(isolate: ScriptIsolate): void {
    this.#lent--;
    this.#recent.delete(isolate);
    if (isolate.runs >= JAVASCRIPT_LIMITS.runsPerIsolate) isolate.dispose();
    if (!isolate.isDisposed) this.#idle.push(isolate);
    this.#serve();
    this.#letGo();
  }

  dispose(): void {
    for (const isolate of this.#idle) isolate.dispose();
    this.#idle.length = 0;
  }

  #hand({ tenant, memoryBytes, take }: Waiting): void {
    this.#lent++;
    const isolate = this.#idleFor(tenant, memoryBytes) ?? this.#make(tenant, memoryBytes);
    this.#recent.set(isolate, performance.now());
    take(isolate);
  }

  #idleFor(tenant: string, memoryBytes: number): ScriptIsolate | undefined {
    // The last used first: its memory is warm, and the others may be let go.
    for (let at = this.#idle.length - 1; at >= 0; at--) {
      const isolate = this.#idle[at];
      if (isolate.isDisposed) this.#idle.splice(at, 1);
      else if (isolate.tenant === tenant && isolate.memoryBytes === memoryBytes) {
        this.#idle.splice(at, 1);
        return isolate;
      }
    }
    return undefined;
  }

  #make(tenant: string, memoryBytes: number): ScriptIsolate {
    this.#letGo();
    return this.#create(tenant, memoryBytes);
  }

  #letGo(): void {
    while (this.#idle.length > 0 && this.#lent + this.#idle.length > this.#keptMax) this.#idle.shift()!.dispose();
  }
}
