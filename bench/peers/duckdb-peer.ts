import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { BenchDocument, Caller, Peer, QueryName } from './peer.ts';

const TEXTS: Readonly<Partial<Record<QueryName, string>>> = {
  'filter + count': 'SELECT count(*) FROM users WHERE age > 80',
  'filter + project': "SELECT name, score FROM users WHERE city = 'Oslo' AND score > 9000",
  'group by, 3 aggregates': 'SELECT city, avg(age), max(score), count(*) FROM users GROUP BY city',
  'sort, limit 10': 'SELECT name FROM users ORDER BY score DESC LIMIT 10',
};

/** DuckDB over typed columns with one thread, in this process and in memory: the mark for hot columns. */
export class DuckdbPeer implements Peer {
  readonly name = 'DuckDB';
  readonly description = 'DuckDB, typed columns, in process (no network), in memory, one thread';
  readonly skips: Peer['skips'] = new Set([
    '10,000 documents',
    'indexed range, 100 rows',
    'join 100 x index',
    'get',
    'insert',
    'indexed equality',
    'several callers',
  ] as const);
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async start(): Promise<DuckdbPeer> {
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
    await connection.run(
      'CREATE TABLE users (key VARCHAR, name VARCHAR, email VARCHAR, age INTEGER, city VARCHAR, score DOUBLE, active BOOLEAN)',
    );
    return new DuckdbPeer(connection);
  }

  async load(collection: 'users' | 'orders', batches: Iterable<readonly BenchDocument[]>): Promise<void> {
    if (collection === 'orders') return;
    const appender = await this.#connection.createAppender('users');
    for (const documents of batches) {
      for (const user of documents) {
        for (const text of [user._key, user.name, user.email]) appender.appendVarchar(text as string);
        appender.appendInteger(user.age as number);
        appender.appendVarchar(user.city as string);
        appender.appendDouble(user.score as number);
        appender.appendBoolean(user.active as boolean);
        appender.endRow();
      }
    }
    appender.closeSync();
  }

  async settle(): Promise<void> {}

  async createIndexes(): Promise<void> {}

  async caller(): Promise<Caller> {
    return {
      query: async (name) => (await this.#connection.runAndReadAll(TEXTS[name]!)).currentRowCount,
      request: () => Promise.reject(new Error('DuckDB is measured at scans alone')),
      close: async () => {},
    };
  }

  async stop(): Promise<void> {
    this.#connection.closeSync();
  }
}
