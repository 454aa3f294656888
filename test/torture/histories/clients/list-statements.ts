import type { Database } from '@cairn/client';
import type { SeededRandom } from '../../../harness/seeded-random.ts';
import type { Operation } from '../lists/history.ts';
import { Board } from './board.ts';

export const LISTS = 'lists';

interface ListDocument {
  readonly bucket: number;
  readonly list: readonly number[];
}

type Row = readonly [key: string, list: readonly number[]];

/** What a database and a transaction have in common. */
type Statements = Pick<Database, 'collection' | 'query'>;

/** The lists of a database or of a transaction, read and written in all the ways that there are. */
export class ListStatements {
  readonly #statements: Statements;
  readonly #random: SeededRandom;

  constructor(statements: Statements, random: SeededRandom) {
    this.#statements = statements;
    this.#random = random;
  }

  /** Appends by one query, or reads the list first: then that is a read too. */
  append(list: number, value: number): Promise<Operation[]> {
    return this.#random.below(2) === 0 ? this.#appendByQuery(list, value) : this.#appendAfterReading(list, value);
  }

  /** Appends in one statement. */
  async #appendByQuery(list: number, value: number): Promise<Operation[]> {
    const binds = { key: keyOf(list), bucket: Board.bucketOf(list), value };
    await this.#statements.query(
      `UPSERT { _key: @key } INSERT { _key: @key, bucket: @bucket, list: [@value] }
       UPDATE { list: PUSH(OLD.list, @value) } IN ${LISTS}`,
      binds,
    );
    return [{ kind: 'append', key: list, value }];
  }

  async #appendAfterReading(list: number, value: number): Promise<Operation[]> {
    const lists = this.#statements.collection<ListDocument>(LISTS);
    const before = await lists.find(keyOf(list));
    const append: Operation = { kind: 'append', key: list, value };
    if (before === undefined) await lists.insert({ _key: keyOf(list), bucket: Board.bucketOf(list), list: [value] });
    else await lists.update(keyOf(list), { list: [...before.list, value] });
    return [{ kind: 'read', key: list, list: before?.list ?? [] }, append];
  }

  /** Appends in one statement outside any transaction. */
  appendAlone(list: number, value: number): Promise<Operation[]> {
    return this.#appendByQuery(list, value);
  }

  async read(list: number): Promise<Operation[]> {
    if (this.#random.below(3) > 0) {
      const found = await this.#statements.collection<ListDocument>(LISTS).find(keyOf(list));
      return [{ kind: 'read', key: list, list: found?.list ?? [] }];
    }
    const rows = await this.#statements.query<readonly number[]>(
      `FOR one IN ${LISTS} FILTER one._key == @key RETURN one.list`,
      { key: keyOf(list) },
    );
    return [{ kind: 'read', key: list, list: rows[0] ?? [] }];
  }

  /** Reads the lists of a bucket: by the index on buckets, or as a range of keys, or by looking at every document. */
  async scan(bucket: number): Promise<Operation[]> {
    const keys = Board.listsOf(bucket);
    const [lower, upper] = [keyOf(keys[0]!), keyOf(keys.at(-1)!)];
    const returned = 'RETURN [one._key, one.list]';
    const [condition, binds] = this.#random.pick<readonly [string, Record<string, unknown>]>([
      ['FILTER one.bucket == @bucket', { bucket }],
      ['FILTER one.bucket >= @bucket AND one.bucket < @bucket + 1', { bucket }],
      ['FILTER one._key >= @lower AND one._key <= @upper SORT one._key DESC', { lower, upper }],
      ['FILTER FLOOR(one.bucket) == @bucket', { bucket }],
    ]);
    const rows = await this.#statements.query<Row>(`FOR one IN ${LISTS} ${condition} ${returned}`, binds);
    return [{ kind: 'scan', keys, found: new Map(rows.map(([key, list]) => [Number(key.slice(1)), list])) }];
  }

  /** Every list that there is. */
  async all(): Promise<Operation[]> {
    const rows = await this.#statements.query<Row>(`FOR one IN ${LISTS} RETURN [one._key, one.list]`);
    return rows.map(([key, list]) => ({ kind: 'read', key: Number(key.slice(1)), list }));
  }
}

function keyOf(list: number): string {
  return `k${String(list).padStart(8, '0')}`;
}
