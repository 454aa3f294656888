import { type IndexUse, indexesUsed, type Plan } from '@cairn/query/internal';
import type { Host } from '../../host.ts';

/** Indexes whose uses are counted, of all databases; more than people make by hand. */
const INDEX_USES_KEPT_MAX = 10_000;

/** How often queries have read an index since the start, and when last, milliseconds since 1970. */
export interface IndexUsage {
  readonly uses: number;
  readonly lastUsedMs: number | undefined;
}

/** Counts which indexes queries read, so that those which nobody needs can be found. Nothing of it outlives the process. */
export class IndexUses {
  readonly sinceMs: number;
  readonly #host: Host;
  readonly #usage = new Map<string, { uses: number; lastUsedMs: number }>();
  readonly #ofPlans = new WeakMap<Plan, readonly string[]>();

  constructor(host: Host) {
    this.#host = host;
    this.sinceMs = host.nowMs();
  }

  /** A query is about to run by this plan. */
  note(database: string, plan: Plan): void {
    if (plan.explain === 'plan') return;
    for (const name of this.#namesIn(database, plan)) {
      const usage = this.#usage.get(name);
      if (usage === undefined) this.#begin(name);
      else {
        usage.uses++;
        usage.lastUsedMs = this.#host.nowMs();
      }
    }
  }

  of(database: string, use: IndexUse): IndexUsage {
    return this.#usage.get(nameOf(database, use)) ?? { uses: 0, lastUsedMs: undefined };
  }

  #namesIn(database: string, plan: Plan): readonly string[] {
    let names = this.#ofPlans.get(plan);
    if (names === undefined) {
      names = indexesUsed(plan).map((use) => nameOf(database, use));
      this.#ofPlans.set(plan, names);
    }
    return names;
  }

  /** Indexes are made and dropped under ever new names: the one that was noted first is forgotten. */
  #begin(name: string): void {
    if (this.#usage.size >= INDEX_USES_KEPT_MAX) this.#usage.delete(this.#usage.keys().next().value!);
    this.#usage.set(name, { uses: 1, lastUsedMs: this.#host.nowMs() });
  }
}

function nameOf(database: string, { collection, index }: IndexUse): string {
  return JSON.stringify([database, collection, index]);
}
