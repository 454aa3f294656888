import { ByteWriter, CairnError, observeWalks, type Value } from '@cairn/protocol/internal';
import type { ReadView } from '@cairn/storage/internal';
import type { CompiledQuery } from '../compile/pipeline/pipeline-compiler.ts';
import { DocumentAccess } from './access/document-access.ts';
import { AskingView } from './asking-view.ts';
import { FunctionHost } from './function-host.ts';
import { GraphWalker } from './graph/graph-walker.ts';
import { HeapGuard } from './heap-guard.ts';
import { QUERY_LIMITS, type QueryLimits, RUN_TUNING } from './limits.ts';
import { MemoryBudget } from './memory/memory-budget.ts';
import { Workspace } from './memory/workspace.ts';
import { MomentsView } from './moments-view.ts';
import { Profile } from './profile.ts';
import {
  isRowError,
  isStackOverflow,
  QueryCancelledError,
  QueryLimitError,
  QueryOverrunError,
  QueryTimeoutError,
  QueryTooDeepError,
} from './run-errors.ts';
import { SpillFile } from './spill/spill-file.ts';
import { documentBytes, valueBytes } from './value-bytes.ts';
import type { ExpressionRun } from './values/expression-run.ts';
import { type DocumentWriter, WriteCalls } from './write-calls.ts';

/** What a statement runs in. */
export interface RunContext {
  readonly database: string;
  readonly view: ReadView;
  /** The earlier states that the plan reads, in the order of its moments. */
  readonly pasts?: readonly ReadView[];
  /** Without it a statement that writes fails. Its writes must show in `view` at once. */
  readonly writer?: DocumentWriter;
  readonly binds: ReadonlyMap<string, Value>;
  /** Throws for a collection that may not be read; asked once for each before it is, also where only the run knows it. */
  readonly mayRead?: (collection: string) => void;
  /** Milliseconds since 1970, fixed for the whole statement. */
  readonly nowMs: number;
  randomBytes(length: number): Uint8Array;
  /** A clock for the deadline, in milliseconds from any start. */
  monotonicMs(): number;
  readonly limits?: Partial<QueryLimits>;
  /** Where a statement beyond `spillAfterBytes` puts what it gathers; without it only `memoryMaxBytes` counts. */
  readonly temporaryFolder?: string;
  readonly signal?: AbortSignal;
}

/** How much one call of `next` may do. */
export interface BatchSize {
  readonly maxRows: number;
  readonly maxBytes?: number;
  /** Time after which `next` returns with what it has, possibly no row. */
  readonly sliceMs?: number;
  /** Time after which a step that cannot be left in its middle ends the run with `QueryOverrunError`; none unless it is given. */
  readonly overrunMaxMs?: number;
  /** The bytes of the batch before are in use still: these are written elsewhere. */
  readonly keepsBytes?: boolean;
}

/** Answers of a statement, back to back as msgpack. */
export interface Batch {
  readonly rows: number;
  /** Valid until the next call of `next`, unless that is told to keep them. */
  readonly bytes: Uint8Array;
  readonly done: boolean;
  /** Milliseconds that the statement slept meanwhile: whoever hands on the answers lets them pass first. */
  readonly waitMs: number;
}

export interface RunStatistics {
  /** Documents that the accesses read. */
  readonly scanned: number;
  readonly returned: number;
  readonly inserted: number;
  readonly updated: number;
  readonly replaced: number;
  readonly removed: number;
  /** Bytes that were written to the temporary file. */
  readonly spilledBytes: number;
  /** Time spent computing, in milliseconds. */
  readonly timeMs: number;
}

/** Facts of a plan that a run needs besides its code. */
export interface RunPlan {
  readonly compiled: CompiledQuery;
  /** The statement writes while it reads, so reads must not lean on cursors that the writes could disturb. */
  readonly detached: boolean;
  /** Operators to profile; 0 for none. */
  readonly profiledOperators: number;
}

/**
 * One execution of a statement. It computes only inside `next`, stops there when a batch is full, when its slice of
 * time is over, at its deadline or when it is cancelled, and goes on at the next call.
 */
export class QueryRun implements ExpressionRun {
  // Read and written by generated code.
  readonly output = new ByteWriter(512);
  readonly binds: ReadonlyMap<string, Value>;
  readonly functions: FunctionHost;
  readonly access: DocumentAccess;
  readonly writes: WriteCalls;
  readonly profile: Profile;
  readonly memory: MemoryBudget;
  readonly workspace: Workspace;
  readonly spillFile: SpillFile;
  rows = 0;
  maxRows = 0;
  maxBytes = 0;
  scanned = 0;
  /** Set by `checkpoint` when the generator should yield. */
  pause = false;

  readonly view: ReadView;
  readonly #context: RunContext;
  readonly #lookAtClock = (): void => this.checkpoint();
  readonly limits: QueryLimits;
  readonly #steps: Generator<undefined, void, undefined>;
  readonly #onceValues = new Map<unknown, Value>();
  readonly #heap = new HeapGuard();
  #graph: GraphWalker | undefined;
  #returned = 0;
  #timeMs = 0;
  #sliceStartMs = 0;
  #sliceMs = 0;
  #overrunMaxMs = Number.POSITIVE_INFINITY;
  #waitMs = 0;
  /** Ticks until the last loop's next checkpoint, and when the last one was. */
  #ticks: number = RUN_TUNING.ticksAtFirst;
  #pacedMs = 0;
  /** The block of the document that was kept last, and what its share costs: most come one after the other. */
  #keptBlock: Uint8Array | undefined;
  #keptShare = 0;
  #droppedRows = 0;
  #failedSortKeys = 0;
  #done = false;

  constructor(plan: RunPlan, context: RunContext) {
    this.#context = context;
    const view = context.pasts === undefined ? context.view : new MomentsView(context.view, context.pasts);
    this.view = context.mayRead === undefined ? view : new AskingView(view, context.mayRead);
    this.limits = context.limits === undefined ? QUERY_LIMITS : { ...QUERY_LIMITS, ...context.limits };
    const { memoryMaxBytes, spillAfterBytes, spillMaxBytes } = this.limits;
    const folder = context.temporaryFolder;
    this.memory = new MemoryBudget({
      maxBytes: memoryMaxBytes,
      spillAfterBytes: folder === undefined ? Number.POSITIVE_INFINITY : spillAfterBytes,
    });
    this.spillFile = new SpillFile({ folder: folder ?? '', maxBytes: spillMaxBytes });
    this.workspace = new Workspace(this);
    this.binds = context.binds;
    this.functions = new FunctionHost({
      view: this.view,
      database: context.database,
      nowMs: context.nowMs,
      randomBytes: (length) => context.randomBytes(length),
      checkpoint: this.#lookAtClock,
      wait: (milliseconds) => {
        this.#waitMs += milliseconds;
      },
    });
    this.access = new DocumentAccess(this, { detached: plan.detached });
    this.writes = new WriteCalls(context, { written: () => this.#afterWrite(), checkpoint: this.#lookAtClock });
    this.profile = new Profile(plan.profiledOperators, () => context.monotonicMs());
    this.#steps = started(plan.compiled, this);
  }

  get database(): string {
    return this.#context.database;
  }

  get graph(): GraphWalker {
    return (this.#graph ??= new GraphWalker(this));
  }

  /** Computes the next answers. Throws what fails the statement; the run is then over. */
  next(batch: BatchSize): Batch {
    if (batch.keepsBytes) this.output.renew();
    else this.output.reset();
    this.rows = 0;
    if (this.#done) return { rows: 0, bytes: this.output.bytes.subarray(0, 0), done: true, waitMs: 0 };
    this.maxRows = batch.maxRows;
    this.maxBytes = batch.maxBytes ?? RUN_TUNING.batchMaxBytes;
    this.#sliceMs = batch.sliceMs ?? RUN_TUNING.sliceMs;
    this.#overrunMaxMs = batch.overrunMaxMs ?? Number.POSITIVE_INFINITY;
    this.#sliceStartMs = this.#context.monotonicMs();
    this.#pacedMs = this.#sliceStartMs;
    this.#waitMs = 0;
    this.pause = false;
    try {
      this.#compute();
    } catch (error) {
      this.close();
      throw isStackOverflow(error) ? new QueryTooDeepError() : error;
    }
    const bytes = this.output.bytes.subarray(0, this.output.position);
    return { rows: this.rows, bytes, done: this.#done, waitMs: this.#waitMs };
  }

  #compute(): void {
    const observer = observeWalks(this.#lookAtClock);
    try {
      this.#done = this.#steps.next().done === true;
    } finally {
      observeWalks(observer);
    }
    if (this.#done) this.#letGo();
    this.#timeMs += this.#context.monotonicMs() - this.#sliceStartMs;
    this.#returned += this.rows;
    if (this.#returned > this.limits.rowsMax) throw new QueryLimitError('rowsMax', this.limits.rowsMax);
  }

  /** Ends the run before its end; nothing more is computed, and its temporary file is gone. */
  close(): void {
    if (!this.#done) this.#steps.return();
    this.#done = true;
    this.#letGo();
  }

  #letGo(): void {
    this.workspace.close();
    this.access.forgetTables();
  }

  get statistics(): RunStatistics {
    const { scanned, writes, spillFile } = this;
    const { writtenBytes: spilledBytes } = spillFile;
    return { scanned, returned: this.#returned, ...writes.statistics, spilledBytes, timeMs: this.#timeMs };
  }

  get warnings(): readonly string[] {
    const warnings: string[] = [];
    if (this.#droppedRows > 0) warnings.push(`FILTER dropped ${this.#droppedRows} rows whose condition failed`);
    if (this.#failedSortKeys > 0) warnings.push(`SORT took ${this.#failedSortKeys} failed keys as null`);
    return warnings;
  }

  // What follows is called by generated code.

  /**
   * The checkpoint of a loop. Answers the ticks until its next one: fewer when those since the last one took long, for
   * a row can be a hash of passwords or a walk through a list.
   */
  pace(): number {
    const beforeMs = this.#pacedMs;
    this.checkpoint();
    this.#pacedMs = this.#context.monotonicMs();
    const tookMs = this.#pacedMs - beforeMs;
    const { ticksPerCheckpoint: most, checkpointMs } = RUN_TUNING;
    const wanted = tookMs > checkpointMs ? (this.#ticks * checkpointMs) / tookMs : 2 * this.#ticks;
    this.#ticks = Math.min(Math.max(Math.floor(wanted), 1), most);
    return this.#ticks;
  }

  /** Looks at the clock and at who waits; throws when the statement has to end. */
  checkpoint(): void {
    const nowMs = this.#context.monotonicMs();
    const sliceTimeMs = nowMs - this.#sliceStartMs;
    this.#heap.look(nowMs);
    if (this.#context.signal?.aborted) throw new QueryCancelledError();
    if (this.#timeMs + sliceTimeMs > this.limits.timeMaxMs) throw new QueryTimeoutError(this.limits.timeMaxMs);
    if (sliceTimeMs > this.#overrunMaxMs) throw new QueryOverrunError(this.#overrunMaxMs);
    this.pause = sliceTimeMs >= this.#sliceMs;
  }

  /** Counts members of a row, group or step that is kept against the memory budget; answers their bytes. */
  keep(members: number): number {
    return this.memory.keep((members + 1) * RUN_TUNING.bytesPerMember);
  }

  /** Counts a document that is kept by its place: its share of the block that it keeps in memory. */
  keepDocument(bytes: Uint8Array): number {
    if (bytes !== this.#keptBlock) {
      this.#keptBlock = bytes;
      this.#keptShare = documentBytes(bytes);
    }
    return this.memory.keep(this.#keptShare);
  }

  /** Counts a value that is kept. */
  keepValue(value: Value): number {
    return this.memory.keep(valueBytes(value));
  }

  filterFailed(error: unknown): void {
    if (!isRowError(error)) throw error;
    this.#droppedRows++;
  }

  sortFailed(error: unknown): void {
    if (!isRowError(error)) throw error;
    this.#failedSortKeys++;
  }

  /** The rows of `FOR x IN value`: an array's elements, or the value itself. */
  elements(value: Value): readonly Value[] {
    return Array.isArray(value) ? value : [value];
  }

  /** A bound of a loop over a range. */
  rangeBound(value: Value, side: 'start' | 'end'): number {
    if (typeof value === 'number') return Math.trunc(value);
    if (typeof value === 'bigint') return Number(value);
    throw new CairnError('invalid_argument', `Range ${side} must be a number`);
  }

  /** An offset or count of LIMIT. */
  limitCount(value: Value): number {
    if (typeof value === 'number' && !Number.isInteger(value)) {
      throw new CairnError('invalid_argument', 'LIMIT wants whole numbers');
    }
    if (typeof value === 'bigint') return value > 0n ? Number.MAX_SAFE_INTEGER : 0;
    return typeof value === 'number' && value > 0 ? value : 0;
  }

  /** The answers of a subquery that is the same for every row: computed at its first use. */
  once(key: unknown, compute: () => Value): Value {
    let value = this.#onceValues.get(key);
    if (value === undefined) this.#onceValues.set(key, (value = compute()));
    return value;
  }

  #afterWrite(): void {
    this.access.forgetTables();
    this.#onceValues.clear();
    this.#graph = undefined;
  }
}

/** JavaScript compiles a function when it is first called, and may run out of stack over hundreds of loops in one another. */
function started(compiled: CompiledQuery, run: QueryRun): ReturnType<CompiledQuery> {
  try {
    return compiled(run);
  } catch (error) {
    throw isStackOverflow(error) ? new QueryTooDeepError() : error;
  }
}
