import { JAVASCRIPT_LIMITS } from './limits.ts';
import type { ScriptIsolate } from './script-isolate.ts';

type Waiting = { readonly tenant: string; readonly memoryBytes: number; take(isolate: ScriptIsolate): void };

/** Lends isolates, each to the runs of one tenant. When there are as many as may be, the longest idle one makes room. */
export class IsolatePool {
  readonly #isolatesMax: number;
  readonly #create: (tenant: string, memoryBytes: number) => ScriptIsolate;
  /** In order of use, the longest idle first. */
  readonly #idle: ScriptIsolate[] = [];
  readonly #waiting: Waiting[] = [];
  #lent = 0;

  constructor(isolatesMax: number, create: (tenant: string, memoryBytes: number) => ScriptIsolate) {
    this.#isolatesMax = isolatesMax;
    this.#create = create;
  }

  /** Hands over an isolate now or later. @returns a way to say that none is wanted any more */
  lend(tenant: string, memoryBytes: number, take: (isolate: ScriptIsolate) => void): () => void {
    const waiting: Waiting = { tenant, memoryBytes, take };
    if (this.#lent < this.#isolatesMax) {
      this.#hand(waiting);
      return () => {};
    }
    this.#waiting.push(waiting);
    return () => {
      const at = this.#waiting.indexOf(waiting);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
  }

  /** Takes an isolate back: for the next run, or for good when it has been disposed. */
  giveBack(isolate: ScriptIsolate): void {
    this.#lent--;
    if (isolate.runs >= JAVASCRIPT_LIMITS.runsPerIsolate) isolate.dispose();
    if (!isolate.isDisposed) this.#idle.push(isolate);
    const next = this.#waiting.shift();
    if (next !== undefined) this.#hand(next);
  }

  dispose(): void {
    for (const isolate of this.#idle) isolate.dispose();
    this.#idle.length = 0;
  }

  #hand({ tenant, memoryBytes, take }: Waiting): void {
    this.#lent++;
    take(this.#idleFor(tenant, memoryBytes) ?? this.#make(tenant, memoryBytes));
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
    while (this.#idle.length > 0 && this.#lent + this.#idle.length > this.#isolatesMax) this.#idle.shift()!.dispose();
    return this.#create(tenant, memoryBytes);
  }
}
