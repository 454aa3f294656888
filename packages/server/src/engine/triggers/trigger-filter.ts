import { CairnError, type Value } from '@cairn/protocol/internal';
import { type PreparedQuery, QueryEngine } from '@cairn/query/internal';
import type { ReadView } from '@cairn/storage/internal';
import type { Host } from '../../host.ts';
import { FILTER_LENGTH_MAX, FILTER_TIME_MAX_MS } from './trigger-limits.ts';

/** A filter sees its two documents and nothing else. */
const NOTHING: ReadView = {
  lsn: 0,
  catalogueVersion: 0,
  collection: () => undefined,
  collectionNames: () => [],
  release() {},
};

const engine = new QueryEngine({ columns: { budgetBytes: 0 } });

/** The condition of a trigger: an expression over `doc` and `old`. */
export class TriggerFilter {
  readonly #prepared: PreparedQuery;
  readonly #database: string;
  readonly #host: Host;

  /** @throws CairnError what is wrong with the expression; `invalid_argument` for one that reads collections */
  constructor(expression: string, database: string, host: Host) {
    if (expression.length > FILTER_LENGTH_MAX) {
      throw new CairnError('limit_exceeded', `a filter has at most ${FILTER_LENGTH_MAX} characters`);
    }
    this.#database = database;
    this.#host = host;
    const text = `LET doc = @doc LET old = @old FILTER (\n${expression}\n) RETURN 1`;
    this.#prepared = engine.prepare(text, { database, view: NOTHING, binds: bindsOf(null, null) });
    if (!this.#prepared.writes && this.#prepared.collections.length === 0 && this.#prepared.explain === undefined)
      return;
    throw new CairnError('invalid_argument', 'a filter is an expression over doc and old, without collections');
  }

  /** Is it true of these documents? @throws CairnError when it cannot be computed */
  holds(doc: Value, old: Value): boolean {
    const { nowMs, randomBytes, monotonicMs } = this.#host;
    const run = engine.start(this.#prepared, {
      ...{ database: this.#database, view: NOTHING, binds: bindsOf(doc, old) },
      ...{ nowMs: nowMs(), randomBytes, monotonicMs },
      limits: { timeMaxMs: FILTER_TIME_MAX_MS },
    });
    const { rows, done } = run.next({ maxRows: 2 });
    if (rows > 0 || done) return rows > 0;
    throw new CairnError('timeout', `a filter may take ${FILTER_TIME_MAX_MS} ms and may not wait`);
  }
}

function bindsOf(doc: Value, old: Value): ReadonlyMap<string, Value> {
  return new Map([
    ['doc', doc],
    ['old', old],
  ]);
}
