import type { Value } from '@cairn/protocol/internal';
import type { ReadView } from '@cairn/storage/internal';
import { printQuery } from './ast/print.ts';
import type { Query } from './ast/query.ts';
import { type CompiledQuery, compilePlan } from './compile/pipeline/pipeline-compiler.ts';
import { explainAnswer, explainPlan } from './explain/explain.ts';
import { optimize } from './optimizer/optimizer.ts';
import { parseQuery } from './parser/parse-query.ts';
import { buildPlan } from './plan/builder.ts';
import { chain } from './plan/operator-facts.ts';
import type { CollectionUse, Plan } from './plan/plan.ts';
import { isCurrent, type PlanBasis, planBasis } from './plan/plan-basis.ts';
import { MissingBindError } from './plan/problems/plan-errors.ts';
import { PlanCache } from './plan-cache.ts';
import {
  COLUMN_BUDGET_BYTES,
  ColumnStore,
  type ColumnStoreOptions,
  type ScanOfColumns,
} from './runtime/columns/column-store.ts';
import { type QueryLimits, RUN_TUNING } from './runtime/limits.ts';
import { MomentsView } from './runtime/moments-view.ts';
import { QueryRun, type RunContext } from './runtime/query-run.ts';
import { translateSql } from './sql/translate-sql.ts';
import { Statistics } from './statistics/statistics.ts';
import { StatisticsCache } from './statistics/statistics-cache.ts';

export interface QueryEngineOptions {
  /** Bytes that remembered plans may cost, by estimate; 0 remembers none. */
  readonly planCacheBytes?: number;
  readonly limits?: Partial<QueryLimits>;
  /** How many bytes of columns are kept, for scans that come again; 0 keeps none. */
  readonly columns?: Partial<ColumnStoreOptions>;
}

export interface PrepareContext {
  readonly database: string;
  readonly view: ReadView;
  readonly binds: ReadonlyMap<string, Value>;
  /** What the text is written in; the query language when absent. */
  readonly language?: 'sdbql' | 'sql';
  /** Names of rewrites that the planner leaves out. */
  readonly rewrites?: { readonly disabled: readonly string[] };
  /** Tells apart readers who are shown different parts of the collections: each has plans of his own. Empty when absent. */
  readonly shownTo?: string;
}

/** A text that is ready to run, any number of times and with any bind values. */
export interface PreparedQuery {
  readonly plan: Plan;
  readonly writes: boolean;
  readonly explain?: 'plan' | 'analyze';
  readonly collections: readonly CollectionUse[];
  /** The plan came from the cache. */
  readonly cached: boolean;
}

/** A prepared query with the code that its first run compiled. */
interface CompiledPlan extends PreparedQuery {
  compiled?: CompiledQuery;
  /** The code whose scans read columns. */
  compiledForColumns?: CompiledQuery;
}

interface CachedPlan extends CompiledPlan {
  readonly basis: PlanBasis;
}

/** Room for some thousand small texts. */
const planCacheDefaultBytes = 64 * 1024 * 1024;

/**
 * Turns texts into answers: parse, plan, optimise, compile, run.
 *
 * @example
 * const engine = new QueryEngine();
 * const prepared = engine.prepare('RETURN 1 + @x', { database: 'shop', view, binds });
 * const run = engine.start(prepared, { database: 'shop', view, binds, ...host });
 * run.next({ maxRows: 100 }).rows; // 1
 */
export class QueryEngine {
  readonly #cache: PlanCache<CachedPlan>;
  readonly #limits: Partial<QueryLimits> | undefined;
  readonly #columns: ColumnStore;
  readonly #sampled = new StatisticsCache();

  constructor(options: QueryEngineOptions = {}) {
    this.#cache = new PlanCache(options.planCacheBytes ?? planCacheDefaultBytes);
    this.#limits = options.limits;
    this.#columns = new ColumnStore({ budgetBytes: COLUMN_BUDGET_BYTES, ...options.columns });
  }

  /** The remembered plans: texts, what they cost by estimate, and how often a plan was found and was not. */
  get planCache(): { readonly size: number; readonly bytes: number; readonly hits: number; readonly misses: number } {
    const { size, bytes, hits, misses } = this.#cache;
    return { size, bytes, hits, misses };
  }

  /**
   * Parses and plans a text, or finds it in the cache. Throws for a text that is no query, unknown collections,
   * variables and functions, wrong counts of arguments, and missing bind values.
   */
  prepare(text: string, context: PrepareContext): PreparedQuery {
    const disabled = context.rewrites?.disabled ?? [];
    const key = cacheKey(text, context, disabled);
    const known = this.#cache.get(key, context.binds, ({ basis }) => isCurrent(basis, context.view));
    if (known !== undefined) {
      checkBinds(known.plan, context.binds);
      return known;
    }
    const built = buildPlan(...parsed(text, context.language), context);
    const { database } = context;
    const view = viewOf(built.plan, context.view);
    const plan = optimize(built.plan, { database, view, statistics: this.#statistics(database, view) }, disabled);
    checkBinds(plan, context.binds);
    const prepared: CachedPlan = {
      plan,
      writes: plan.writes && plan.explain !== 'plan',
      explain: plan.explain,
      collections: plan.collections,
      cached: false,
      basis: planBasis(context.view, plan.collections),
    };
    this.#cache.set(key, built.collectionBinds, context.binds, { ...prepared, cached: true });
    return prepared;
  }

  #statistics(database: string, view: ReadView): Statistics {
    return new Statistics(database, view, this.#sampled);
  }

  /** Starts a run; nothing is computed before its first `next`. An EXPLAIN statement answers one row. */
  start(prepared: PreparedQuery, context: RunContext): QueryRun {
    checkBinds(prepared.plan, context.binds);
    const limited =
      this.#limits === undefined ? context : { ...context, limits: { ...this.#limits, ...context.limits } };
    if (prepared.explain !== undefined) {
      const answer = () => this.explain(prepared, limited);
      return new QueryRun({ compiled: explainAnswer(answer), detached: false, profiledOperators: 0 }, limited);
    }
    const { plan } = prepared;
    return new QueryRun(
      { compiled: this.#compiled(prepared, limited), detached: interleaves(plan), profiledOperators: 0 },
      limited,
    );
  }

  /**
   * The plan as data; with `analyze` (or an EXPLAIN ANALYZE statement) the query runs once, writes included.
   * @throws QueryOverrunError when that takes longer than `overrunMaxMs`; what the query fails with
   */
  explain(
    prepared: PreparedQuery,
    context: RunContext,
    options: { readonly analyze?: boolean; readonly overrunMaxMs?: number } = {},
  ): Value {
    checkBinds(prepared.plan, context.binds);
    const { plan, cached } = prepared;
    const view = viewOf(plan, context.view);
    const statistics = this.#statistics(context.database, view);
    if (!(options.analyze ?? prepared.explain === 'analyze')) {
      return explainPlan(plan, view, { cached, statistics });
    }
    const columns = this.#isOverColumns(plan, context) ? this.#columns : undefined;
    const compiled = compilePlan(plan, { profile: true, columns });
    const profiledOperators = chain(plan.root).length;
    const run = new QueryRun({ compiled, detached: interleaves(plan), profiledOperators }, context);
    const { overrunMaxMs } = options;
    while (!run.next({ maxRows: RUN_TUNING.batchMaxBytes, sliceMs: Number.POSITIVE_INFINITY, overrunMaxMs }).done);
    return explainPlan(plan, view, { cached, statistics, run });
  }

  /** The code of a prepared query; compiled at its first run and kept with the plan. */
  #compiled(prepared: CompiledPlan, context: RunContext): CompiledQuery {
    if (!this.#isOverColumns(prepared.plan, context)) return (prepared.compiled ??= compilePlan(prepared.plan));
    return (prepared.compiledForColumns ??= compilePlan(prepared.plan, { profile: false, columns: this.#columns }));
  }

  #isOverColumns(plan: Plan, { database, view }: RunContext): boolean {
    if (plan.writes || plan.moments.length > 0) return false;
    const scans = scansOfColumns(plan);
    return scans.length > 0 && this.#columns.notice(database, view, scans);
  }
}

/** For planning and explaining the past is like the present: only a run reads it. */
function viewOf(plan: Plan, view: ReadView): ReadView {
  return plan.moments.length === 0 ? view : new MomentsView(view);
}

/** The scans of a plan and its subqueries that may read columns. */
function scansOfColumns(plan: Plan): ScanOfColumns[] {
  const roots = [plan.root, ...[...plan.subqueries.values()].map(({ root }) => root)];
  return roots.flatMap(chain).flatMap((operator) => {
    if (operator.kind !== 'scan' || operator.columns === undefined) return [];
    return [{ collection: operator.collection, columns: operator.columns }];
  });
}

/** Whether writes happen while a loop around them reads: only a subquery can do that, other writes gather their input first. */
function interleaves(plan: Plan): boolean {
  return plan.writes && [...plan.subqueries.values()].some((subquery) => subquery.writes);
}

/** The tree of a text, and the text in the query language: that of SQL is its translation. */
function parsed(text: string, language: PrepareContext['language']): readonly [Query, string] {
  if (language !== 'sql') return [parseQuery(text), text];
  const query = translateSql(text);
  return [query, printQuery(query)];
}

/** Without the version of the catalogue, which would leave a plan behind at each change: the plan's basis knows it. */
function cacheKey(text: string, context: PrepareContext, disabled: readonly string[]): string {
  const { database, language = 'sdbql', shownTo = '' } = context;
  // A database's name may hold a line break, but no zero.
  return `${database}\0${language}\0${disabled.join()}\0${shownTo}\0${text}`;
}

function checkBinds(plan: Plan, binds: ReadonlyMap<string, Value>): void {
  for (const name of plan.binds) if (!binds.has(name)) throw new MissingBindError(name);
}
