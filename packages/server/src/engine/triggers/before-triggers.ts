import {
  CairnError,
  decodeValue,
  ERROR_CODES,
  type ErrorCode,
  encodeValue,
  isObject,
  type Value,
  type ValueObject,
} from '@cairn/protocol/internal';
import type { ScriptFailure, Trigger } from '@cairn/scripting/internal';
import type { Database, Transaction } from '@cairn/storage/internal';
import type { Automation } from '../automation/automation.ts';
import { withoutSystemMembers } from '../documents/document-body.ts';
import { retryingConflicts } from '../transactions/conflict-retries.ts';
import type { OpenTransactions } from '../transactions/open-transactions.ts';
import type { InstalledTrigger } from './installed-trigger.ts';
import type { DecidedChange, ProposedChange } from './proposed-change.ts';
import { BEFORE_TIMEOUT_MAX_MS, STATEMENT_PASSES_MAX, TRIGGER_DEPTH_MAX } from './trigger-limits.ts';
import { type OpenProposal, WriteGate } from './write-gate.ts';

/** Whose statement it is. */
export interface StatementAuthor {
  readonly user?: string;
  readonly depth?: number;
}

/** The savepoint before each pass over a statement. */
const PASS = '\0pass';

/** Has scripts decide about changes before they are made, inside the transaction that makes them. */
export class BeforeTriggers {
  readonly #automation: Automation;
  readonly #transactions: OpenTransactions;

  constructor(automation: Automation, transactions: OpenTransactions) {
    this.#automation = automation;
    this.#transactions = transactions;
  }

  /** Has any collection of the database, or this one, before-triggers? */
  concerns(database: Database, collection?: string): boolean {
    const triggers = this.#automation.of(database)?.triggers;
    if (triggers === undefined || !triggers.hasBefore) return false;
    return collection === undefined || triggers.before(collection).length > 0;
  }

  /** What the writes of a statement pass through; undefined where no collection of the database has before-triggers. */
  gate(database: Database): WriteGate | undefined {
    if (!this.concerns(database)) return undefined;
    const { triggers } = this.#automation.of(database)!;
    return new WriteGate((collection, event) =>
      triggers.before(collection).some(({ record }) => record.events.includes(event)),
    );
  }

  /**
   * Runs a statement in a transaction of its own and commits it; again, when another commit was first.
   * @param statement runs in the transaction given, with its writes going through the gate
   */
  async commit<T>(
    database: Database,
    author: StatementAuthor,
    statement: (transaction: Transaction, gate: WriteGate) => T | Promise<T>,
  ): Promise<{ result: T; lsn: number }> {
    return retryingConflicts(this.#automation.shared.host, async () => {
      const transaction = database.begin({ isolation: 'repeatable_read' });
      try {
        const result = await this.within(database, transaction, author, (gate) => statement(transaction, gate));
        const { user, depth } = author;
        return { result, lsn: await database.commit(transaction, { user, depth }) };
      } catch (error) {
        database.rollback(transaction);
        throw error;
      }
    });
  }

  /**
   * Runs a statement in a transaction, as often as its before-triggers make it necessary. Whoever calls takes back what a failing
   * one leaves behind.
   */
  async within<T>(
    database: Database,
    transaction: Transaction,
    author: StatementAuthor,
    statement: (gate: WriteGate) => T | Promise<T>,
  ): Promise<T> {
    const gate = this.gate(database) ?? new WriteGate(() => false);
    for (let pass = 0; pass < STATEMENT_PASSES_MAX; pass++) {
      gate.beginPass();
      transaction.savepoint(PASS);
      let outcome: { result: T } | { error: unknown };
      try {
        outcome = { result: await statement(gate) };
      } catch (error) {
        outcome = { error };
      }
      const { open } = gate;
      if (open.length > 0) transaction.rollbackTo(PASS);
      transaction.releaseSavepoint(PASS);
      if (open.length === 0) {
        if ('error' in outcome) throw outcome.error;
        return outcome.result;
      }
      await this.#decide(database, transaction, { author, gate, open });
    }
    throw new CairnError(
      'limit_exceeded',
      `the statement is another one each time it is run: its before-triggers cannot decide about it`,
    );
  }

  async #decide(
    database: Database,
    transaction: Transaction,
    { author, gate, open }: { author: StatementAuthor; gate: WriteGate; open: readonly OpenProposal[] },
  ): Promise<void> {
    const depth = (author.depth ?? 0) + 1;
    if (depth > TRIGGER_DEPTH_MAX) {
      throw new CairnError(
        'limit_exceeded',
        `more than ${TRIGGER_DEPTH_MAX} triggers stand behind this change: taken for a loop`,
      );
    }
    const lent = this.#transactions.lend(database, transaction);
    const run = new BeforeRun(this.#automation, { database, author: { ...author, depth }, transactionId: lent.id });
    try {
      const names = new Set(open.map(({ change }) => change.collection));
      let changes: (ProposedChange & DecidedChange)[] = open.map(({ change }) => change);
      for (const name of names) {
        for (const trigger of this.#automation.of(database)!.triggers.before(name)) {
          changes = await run.ask(trigger, changes);
        }
      }
      for (const [index, { place }] of open.entries()) gate.decide(place, changes[index]!);
    } finally {
      lent.giveBack();
    }
  }
}

/** The before-triggers of one pass. */
class BeforeRun {
  readonly #automation: Automation;
  readonly #place: { database: Database; author: StatementAuthor; transactionId: string };

  constructor(automation: Automation, place: { database: Database; author: StatementAuthor; transactionId: string }) {
    this.#automation = automation;
    this.#place = place;
  }

  /** What a trigger makes of the changes that concern it. @throws CairnError what it refuses them with */
  async ask(trigger: InstalledTrigger, changes: readonly ProposedChange[]): Promise<ProposedChange[]> {
    const { record } = trigger;
    const answers = [...changes];
    const concerned = changes.flatMap((change, index) => (this.#concerns(trigger, change) ? [index] : []));
    const size = record.batch ? record.batch_size : 1;
    for (let from = 0; from < concerned.length; from += size) {
      const part = concerned.slice(from, from + size);
      const bodies = part.map((index) => this.#body(changes[index]!));
      const { name: trigger_name, collection } = record;
      const body: ValueObject = record.batch
        ? { trigger_name, collection, timing: 'before', changes: bodies }
        : { trigger_name, timing: 'before', ...bodies[0]! };
      const documents = documentsOf(await this.#run(record, body), record, part.length);
      part.forEach((index, place) => {
        const document = documents[place];
        if (document === undefined || document === null || answers[index]!.body === undefined) return;
        answers[index] = { ...answers[index]!, body: bodyOf(record, document) };
      });
    }
    return answers;
  }

  #concerns(trigger: InstalledTrigger, change: ProposedChange): boolean {
    return (
      change.collection === trigger.record.collection && trigger.concerns(change.event, documentOf(change), change.old)
    );
  }

  #body(change: ProposedChange): ValueObject {
    const { event, collection, key, old } = change;
    const data = documentOf(change);
    return { event, collection, key, ...(data !== null && { data }), ...(old !== null && { old_data: old }) };
  }

  async #run(trigger: Trigger, body: ValueObject): Promise<Value> {
    const runScript = this.#automation.shared.runScript();
    if (runScript === undefined) {
      throw new CairnError('overloaded', 'the server cannot run triggers yet', { retryable: true });
    }
    const { database, author, transactionId } = this.#place;
    const counts = this.#automation.shared.triggerCounts;
    counts.runs++;
    const outcome = await runScript(database.name, trigger.script_path, body, {
      signal: new AbortController().signal,
      timeoutMs: Math.min(trigger.run_timeout_ms, BEFORE_TIMEOUT_MAX_MS),
      user: author.user,
      depth: author.depth ?? 1,
      transactionId,
    });
    if (outcome.kind === 'answer')
      return outcome.resultJson === undefined ? null : (JSON.parse(outcome.resultJson) as Value);
    if (outcome.isChosen) counts.aborts++;
    else counts.failures++;
    throw refusal(trigger, outcome);
  }
}

function documentOf({ key, body }: ProposedChange): Value {
  return body === undefined ? null : { _key: key, ...(decodeValue(body) as ValueObject) };
}

function bodyOf(trigger: Trigger, document: Value): Uint8Array {
  if (!isObject(document)) throw notUnderstood(trigger);
  return withoutSystemMembers(encodeValue(document)).body;
}

/**
 * What a script answers: nothing or true, to let the change be; `{document}`, to have this one stored (`{documents}` for several,
 * null for those that stay); `{abort: {code, message}}` or false, to refuse it.
 */
function documentsOf(answer: Value, trigger: Trigger, count: number): readonly Value[] {
  if (answer === null || answer === true) return [];
  if (answer === false) throw aborted(trigger, {});
  if (!isObject(answer)) throw notUnderstood(trigger);
  if (Object.hasOwn(answer, 'abort')) throw aborted(trigger, answer.abort);
  if (!trigger.batch && Object.hasOwn(answer, 'document')) return [answer.document as Value];
  if (trigger.batch && Array.isArray(answer.documents) && answer.documents.length === count) return answer.documents;
  throw notUnderstood(trigger);
}

function aborted(trigger: Trigger, abort: Value | undefined): CairnError {
  const given = isObject(abort) ? abort : {};
  const message = typeof given.message === 'string' ? given.message : `Trigger '${trigger.name}' refused the change`;
  const code = ERROR_CODES.find((one) => one === given.code) ?? 'invalid_argument';
  return new CairnError(code, message, {
    details: { trigger: trigger.name, ...(given.code !== undefined && { code: given.code }) },
  });
}

/** Statuses that a script chooses, and the codes that they are. */
const CODE_OF_STATUS: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [401, 'permission_denied'],
  [403, 'permission_denied'],
  [404, 'not_found'],
  [409, 'conflict'],
  [422, 'schema_violation'],
  [429, 'limit_exceeded'],
]);

function refusal(trigger: Trigger, { isChosen, status, message, reason }: ScriptFailure): CairnError {
  const details = { trigger: trigger.name, status };
  if (isChosen) return new CairnError(CODE_OF_STATUS.get(status) ?? 'invalid_argument', message, { details });
  const code = reason === 'timeout' ? 'timeout' : 'invalid_argument';
  return new CairnError(code, `Trigger '${trigger.name}' failed: ${message}`, { details });
}

function notUnderstood(trigger: Trigger): CairnError {
  return new CairnError(
    'invalid_argument',
    `Trigger '${trigger.name}' must answer nothing, {document: …} or {abort: {code, message}}`,
    { details: { trigger: trigger.name } },
  );
}
