import { CairnError, reportWalk, type Value } from '@cairn/protocol/internal';
import type { CallExpression, Expression } from '../ast/expression.ts';
import { Emitter } from '../compile/emitter.ts';
import { ExpressionCompiler } from '../compile/expression/expression-compiler.ts';
import { emptyScope } from '../compile/scope.ts';
import type { FunctionContext } from '../functions/definition.ts';
import { functionByName } from '../functions/registry.ts';
import { parseQuery } from '../parser/parse-query.ts';
import { checkExpression } from '../plan/problems/expression-check.ts';
import { InvalidQueryError } from '../plan/problems/plan-errors.ts';
import { isRowError } from '../runtime/run-errors.ts';
import type { ExpressionRun } from '../runtime/values/expression-run.ts';

/** What a rule calls the document, and the bind variable that stands for whoever asks. */
const DOCUMENT = 'doc';
const USER = 'user';

/** UTF-16 units of a rule: it runs for every document, and a thousand words are more than anybody can check by eye. */
export const RULE_TEXT_MAX = 10_000;

/** What one test is taken to cost, in elements of a walk, so that the deadline of a query over hidden documents is kept. */
const ELEMENTS_PER_TEST = 64;

/** Where a document lies: a block's bytes and the number of the record in it. */
export interface RuledDocument {
  readonly bytes: Uint8Array;
  readonly record: number;
}

/** What a rule is asked with; the same for all documents of one reader. */
export interface RuleRun {
  /** The value of `@user`. */
  readonly user: Value;
  /** Milliseconds since 1970, for functions of dates. */
  readonly nowMs: number;
  readonly database: string;
}

type Test = (run: ExpressionRun, bytes: Uint8Array, record: number, idPrefix: string) => boolean;

/**
 * A condition on a stored document and on who asks, compiled once: an expression of SDBQL over `doc` and `@user`.
 *
 * @example
 * const rule = DocumentRule.compile('doc.owner == @user.username');
 * rule.holds(position, 'shop:orders/', prepareRule({ user: { username: 'ann' }, nowMs, database: 'shop' }));
 */
export class DocumentRule {
  readonly text: string;
  readonly #test: Test;

  private constructor(text: string, test: Test) {
    this.text = text;
    this.#test = test;
  }

  /**
   * @throws CairnError `invalid_argument` for a text that is no expression, that names anything but `doc` and `@user`, or that calls
   *   what is not decided by its arguments alone (chance, stored documents, passwords): a rule must answer the same whoever waits for it
   */
  static compile(text: string): DocumentRule {
    const expression = ruleExpression(text);
    const emitter = new Emitter();
    const compiler = new ExpressionCompiler({ emitter, run: 'run', subquery: refuseSubquery });
    const document = compiler.document({ bytes: 'bytes', record: 'record', idPrefix: 'idPrefix' });
    const condition = compiler.condition(expression, emptyScope.child([[DOCUMENT, document]]));
    emitter.line(`return ${condition};`);
    return new DocumentRule(text, emitter.build(['run', 'bytes', 'record', 'idPrefix']) as unknown as Test);
  }

  /** Whether the document passes. A rule that fails on its values (`1 / 0`, a text that is no date) does not. */
  holds({ bytes, record }: RuledDocument, idPrefix: string, run: ExpressionRun): boolean {
    reportWalk(ELEMENTS_PER_TEST);
    try {
      return this.#test(run, bytes, record, idPrefix) === true;
    } catch (error) {
      // What is not about this document (a deadline, a fault of ours) ends whatever asked; nothing is shown either way.
      if (isRowError(error)) return false;
      throw error;
    }
  }
}

/** What compiled rules run in. */
export function prepareRule({ user, nowMs, database }: RuleRun): ExpressionRun {
  const functions: FunctionContext = {
    ...{ nowMs, database },
    randomBytes: refuse,
    document: refuse,
    documents: refuse,
    collectionCount: refuse,
    indexes: refuse,
    checkpoint: () => {},
    wait: refuse,
  };
  return { binds: new Map([[USER, user]]), functions, checkpoint: () => {} };
}

function ruleExpression(text: string): Expression {
  if (text.length > RULE_TEXT_MAX) {
    throw new CairnError('limit_exceeded', `a rule has at most ${RULE_TEXT_MAX} characters`, {
      details: { limit: RULE_TEXT_MAX },
    });
  }
  const { clauses, ...rest } = parseQuery(`RETURN ${text}`);
  const [clause] = clauses;
  if (clauses.length !== 1 || clause.kind !== 'return' || clause.distinct || ('explain' in rest && rest.explain)) {
    throw new InvalidQueryError('a rule is one expression');
  }
  const fail = ({ error }: { error: CairnError }) => {
    throw error.code === 'invalid_argument' ? error : new InvalidQueryError(error.message);
  };
  checkExpression(clause.expression, new Set([DOCUMENT]), {
    bind: requireUser,
    subquery: refuseSubquery,
    call: requirePure,
    problem: fail,
  });
  return clause.expression;
}

function requireUser(name: string): void {
  if (name !== USER) throw new InvalidQueryError(`a rule knows the bind variable @${USER}, not @${name}`);
}

function requirePure({ name, written }: CallExpression): void {
  const definition = functionByName(name);
  // The clock stands still while a reader reads.
  if (definition === undefined || (definition.pure !== false && definition.category !== 'crypto')) return;
  if (definition.category === 'date') return;
  throw new InvalidQueryError(`a rule may not call ${written}`);
}

function refuseSubquery(): never {
  throw new InvalidQueryError('a rule may not hold a query');
}

function refuse(): never {
  throw new CairnError('invalid_argument', 'not in a rule');
}
