import { compareValues } from '@cairn/protocol/internal';
import type { Expression } from '../../ast/expression.ts';
import type { Query } from '../../ast/query.ts';
import type { Operator } from '../../plan/operator.ts';
import { chain } from '../../plan/operator-facts.ts';
import type { JoinOperator } from '../../plan/operators/join.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ColumnStore } from '../../runtime/columns/column-store.ts';
import type { QueryRun } from '../../runtime/query-run.ts';
import { isStackOverflow, QueryTooDeepError } from '../../runtime/run-errors.ts';
import { Emitter } from '../emitter.ts';
import { ExpressionCompiler } from '../expression/expression-compiler.ts';
import { emptyScope, type Scope } from '../scope.ts';
import { emitCollect } from './emit-collect.ts';
import { emitGraph } from './emit-graph.ts';
import { emitIndex, emitUnion } from './emit-index.ts';
import { emitJoin, emitOuterJoin } from './emit-join.ts';
import { emitAnswers, emitValuesOf } from './emit-return.ts';
import { emitFilter, emitLet, emitLimit } from './emit-row.ts';
import { emitSort, emitTop } from './emit-sort.ts';
import { emitHash, emitKeys, emitRange, emitScan, emitValues } from './emit-source.ts';
import { emitWindow } from './emit-window.ts';
import { emitWrite } from './emit-write.ts';
import { type Consume, type Frame, type PipelineContext, workspaceSlot } from './pipeline-context.ts';
import { requiredNames } from './required-names.ts';

/** A plan as machine code will see it: a generator that stops wherever the run asks it to. */
export type CompiledQuery = (run: QueryRun) => Generator<undefined, void, undefined>;

type RowOperator = Extract<
  Operator,
  {
    kind:
      | 'scan'
      | 'index'
      | 'union'
      | 'keys'
      | 'hash'
      | 'values'
      | 'range'
      | 'filter'
      | 'let'
      | 'join'
      | 'traverse'
      | 'path';
  }
>;

function isOuterJoin(operator: RowOperator): operator is JoinOperator {
  return operator.kind === 'join' && (operator.type === 'right' || operator.type === 'full');
}

/** Rows that a subquery's loops may make before its first look at the clock; the loop around it looks too. */
const subqueryTicks = 64;

export interface CompileOptions {
  /** Count rows and time for each operator of the outermost query (EXPLAIN ANALYZE). */
  readonly profile: boolean;
  /** Let scans read columns where the plan says that they can. */
  readonly columns?: ColumnStore;
}

/**
 * Compiles a plan to one JavaScript function over document bytes.
 * @throws QueryTooDeepError
 */
export function compilePlan(plan: Plan, options: CompileOptions = { profile: false }): CompiledQuery {
  try {
    return new PipelineCompiler(plan, options).compile();
  } catch (error) {
    throw isStackOverflow(error) ? new QueryTooDeepError() : error;
  }
}

/** The text of the compiled function, for people. */
export function compiledSource(plan: Plan): string {
  return new PipelineCompiler(plan, { profile: false }).source();
}

/**
 * Every operator writes its part around the part of the operator above it ("produce" and "consume": T. Neumann,
 * "Efficiently compiling efficient query plans for modern hardware", VLDB 2011), so that a pipeline is one nest of
 * loops without calls between operators.
 */
class PipelineCompiler implements PipelineContext {
  readonly plan: Plan;
  readonly emitter = new Emitter();
  readonly expressions: ExpressionCompiler;
  readonly compareValues = compareValues;
  readonly columns: ColumnStore | undefined;
  readonly #numbers = new Map<Operator, number>();

  constructor(plan: Plan, options: CompileOptions) {
    this.plan = plan;
    this.columns = options.columns;
    if (options.profile)
      for (const [number, operator] of chain(plan.root).entries()) this.#numbers.set(operator, number);
    this.expressions = new ExpressionCompiler({
      emitter: this.emitter,
      run: 'run',
      subquery: (query, scope) => this.#subqueryValue(query, scope),
    });
  }

  compile(): CompiledQuery {
    this.#emitStatement();
    return this.emitter.build(['run'], 'generator') as CompiledQuery;
  }

  source(): string {
    this.#emitStatement();
    return this.emitter.source(['run'], 'generator');
  }

  #emitStatement(): void {
    const { root } = this.plan;
    this.emitter.line('const output = run.output;');
    const frame = this.#openFrame(root, emptyScope, 'run.pace()', true);
    if (root.kind === 'return') emitAnswers(root, this, frame);
    else this.emit(root, frame, () => {});
  }

  emit(operator: Operator, frame: Frame, consume: Consume): void {
    const number = this.#numbers.get(operator);
    if (number === undefined) {
      this.#emitOperator(operator, frame, consume);
      return;
    }
    // Time runs for the operator whose code is being executed; the numbers count from the root, so the consumer's is one less.
    this.emitter.line(`run.profile.enter(${number});`);
    this.#emitOperator(operator, frame, (scope) => {
      this.emitter.line(`run.profile.passRow(${number});`);
      consume(scope);
      this.emitter.line(`run.profile.enter(${number});`);
    });
    this.emitter.line(`run.profile.enter(${number - 1});`);
  }

  #emitOperator(operator: Operator, frame: Frame, consume: Consume): void {
    switch (operator.kind) {
      case 'start':
        this.#emitStart(frame, consume);
        break;
      case 'limit':
        emitLimit(operator, this, frame, consume);
        break;
      case 'sort':
        emitSort(operator, this, frame, consume);
        break;
      case 'top':
        emitTop(operator, this, frame, consume);
        break;
      case 'window':
        emitWindow(operator, this, frame, consume);
        break;
      case 'collect':
        emitCollect(operator, this, frame, consume);
        break;
      case 'insert':
      case 'update':
      case 'replace':
      case 'remove':
      case 'upsert':
        emitWrite(operator, this, frame, consume);
        break;
      case 'return':
        throw new Error('RETURN is the root of its query');
      default:
        if (isOuterJoin(operator)) emitOuterJoin(operator, this, frame, consume);
        else this.emit(operator.input, frame, (scope) => this.#emitForRow(operator, scope, frame, consume));
    }
  }

  /** Operators that do their part for one row of their input at a time. */
  #emitForRow(operator: RowOperator, scope: Scope, frame: Frame, consume: Consume): void {
    switch (operator.kind) {
      case 'scan':
        emitScan(operator, scope, this, frame, consume);
        break;
      case 'index':
        emitIndex(operator, scope, this, frame, consume);
        break;
      case 'union':
        emitUnion(operator, scope, this, frame, consume);
        break;
      case 'keys':
        emitKeys(operator, scope, this, frame, consume);
        break;
      case 'hash':
        emitHash(operator, scope, this, frame, consume);
        break;
      case 'values':
        emitValues(operator, scope, this, frame, consume);
        break;
      case 'range':
        emitRange(operator, scope, this, frame, consume);
        break;
      case 'filter':
        emitFilter(operator, scope, this, consume);
        break;
      case 'let':
        consume(operator.leading ? scope : emitLet(operator, scope, this, frame));
        break;
      case 'join':
        emitJoin(operator, scope, this, frame, consume);
        break;
      case 'traverse':
      case 'path':
        emitGraph(operator, scope, this, frame, consume);
        break;
    }
  }

  /** A block, so that what stands above can be left with a label and its locals end with it. */
  #emitStart(frame: Frame, consume: Consume): void {
    this.emitter.line('{');
    consume(frame.base);
    this.emitter.line('}');
  }

  /** Opens a query: its countdown, and its leading LETs, which are computed before any loop. */
  #openFrame(root: Operator, outer: Scope, ticks: string, mayYield: boolean): Frame {
    const frame = { base: outer, required: requiredNames(root), mayYield, ticks: this.emitter.local('ticks', ticks) };
    for (const operator of [...chain(root)].reverse()) {
      if (operator.kind === 'let' && operator.leading) frame.base = emitLet(operator, frame.base, this, frame);
    }
    return frame;
  }

  emitSubquery(
    expression: Expression & { kind: 'subquery' },
    scope: Scope,
    frame: Frame,
    consume: (value: string) => void,
  ): void {
    const { root } = this.plan.subqueries.get(expression.query)!;
    this.emitter.line('{');
    const inner = this.#openFrame(root, scope, `${frame.ticks}`, frame.mayYield);
    if (root.kind === 'return') emitValuesOf(root, this, inner, consume);
    else this.#emitWithoutAnswers(root, inner, consume);
    this.emitter.line('}');
  }

  /** A subquery that writes and returns nothing. What its answers would go through is written all the same. */
  #emitWithoutAnswers(root: Operator, frame: Frame, consume: (value: string) => void): void {
    this.emit(root, frame, () => {});
    const answer = this.emitter.fresh('answer');
    this.emitter.line(`for (const ${answer} of []) {`);
    consume(answer);
    this.emitter.line('}');
  }

  /** A subquery in the middle of an expression: a function that gives the array of its answers. */
  #subqueryValue(query: Query, scope: Scope): string {
    const { constant } = this.plan.subqueries.get(query)!;
    const name = this.emitter.function('subquery', [], () => {
      this.emitter.line('const answers = [];');
      this.emitter.line(`const account = run.workspace.account(${workspaceSlot(this, 'subquery')});`);
      const expression = { kind: 'subquery', query, span: query.span } as const;
      const frame: Frame = {
        base: scope,
        required: new Map(),
        mayYield: false,
        ticks: `${subqueryTicks}`,
      };
      this.emitSubquery(expression, scope, frame, (value) =>
        this.emitter.line(`answers.push(${value}); account.kept += run.keepValue(${value});`),
      );
      this.emitter.line('return answers;');
    });
    return constant ? `run.once(${this.emitter.constant(query)}, ${name})` : `${name}()`;
  }
}
