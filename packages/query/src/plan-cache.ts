import { CairnError, type Value } from '@cairn/protocol/internal';
import { collectionBindValue } from './plan/names/collection-names.ts';

/** Plans of one text: one for each set of values of its `@@name` binds. */
interface CachedText<Plan> {
  readonly collectionBinds: readonly string[];
  readonly plans: Map<string, Plan>;
  readonly costBytes: number;
}

/** What a plan of a text of `n` UTF-16 units is taken to cost: plan, code and machine code, measured roughly. */
const bytesPerTextUnit = 200;
const bytesPerPlan = 20_000;
/** Values of `@@name` binds remembered for one text. */
const plansPerTextMax = 16;

/** Remembers prepared texts, the least recently used ones going first when they cost more than allowed. */
export class PlanCache<Plan> {
  readonly #maxBytes: number;
  readonly #texts = new Map<string, CachedText<Plan>>();
  #bytes = 0;
  hits = 0;
  misses = 0;

  constructor(maxBytes: number) {
    if (!(maxBytes >= 0)) throw new CairnError('invalid_argument', 'planCacheBytes must not be negative');
    this.#maxBytes = maxBytes;
  }

  /** Entries for tests and metrics. */
  get size(): number {
    return this.#texts.size;
  }

  /** What the entries cost, by estimate. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @param isGood whether a remembered plan still serves; one that does not is as good as none */
  get(key: string, binds: ReadonlyMap<string, Value>, isGood: (plan: Plan) => boolean = () => true): Plan | undefined {
    const plan = this.#find(key, binds);
    if (plan === undefined || !isGood(plan)) {
      this.misses++;
      return undefined;
    }
    this.hits++;
    return plan;
  }

  #find(key: string, binds: ReadonlyMap<string, Value>): Plan | undefined {
    const cached = this.#texts.get(key);
    if (cached === undefined) return undefined;
    this.#texts.delete(key);
    this.#texts.set(key, cached);
    return cached.plans.get(bindKey(cached.collectionBinds, binds));
  }

  set(key: string, collectionBinds: readonly string[], binds: ReadonlyMap<string, Value>, plan: Plan): void {
    let cached = this.#texts.get(key);
    if (cached === undefined) {
      const costBytes = key.length * bytesPerTextUnit + bytesPerPlan;
      if (costBytes > this.#maxBytes) return;
      cached = { collectionBinds, plans: new Map(), costBytes };
      this.#texts.set(key, cached);
      this.#bytes += costBytes;
    }
    if (cached.plans.size >= plansPerTextMax) cached.plans.clear();
    cached.plans.set(bindKey(cached.collectionBinds, binds), plan);
    this.#evict();
  }

  #evict(): void {
    for (const [key, cached] of this.#texts) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#texts.delete(key);
      this.#bytes -= cached.costBytes;
    }
  }
}

function bindKey(names: readonly string[], binds: ReadonlyMap<string, Value>): string {
  if (names.length === 0) return '';
  return JSON.stringify(names.map((name) => String(collectionBindValue(binds, name))));
}
