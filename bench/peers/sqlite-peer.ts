import Sqlite from 'better-sqlite3';
import { temporaryFolder } from '../../test/harness/temporary-folder.ts';
import type { BenchDocument, Caller, Peer, QueryName, RequestName } from './peer.ts';

const TEXTS: Readonly<Record<QueryName, string>> = {
  'filter + count': "SELECT count(*) FROM users WHERE doc ->> '$.age' > 80",
  'filter + project':
    "SELECT json_object('name', doc ->> '$.name', 'score', doc ->> '$.score') FROM users WHERE doc ->> '$.city' = 'Oslo' AND doc ->> '$.score' > 9000",
  'group by, 3 aggregates':
    "SELECT doc ->> '$.city' AS city, avg(doc ->> '$.age'), max(doc ->> '$.score'), count(*) FROM users GROUP BY city",
  'sort, limit 10': "SELECT doc ->> '$.name' FROM users ORDER BY doc ->> '$.score' DESC LIMIT 10",
  '10,000 documents': 'SELECT json(doc) FROM users LIMIT 10000',
  'indexed range, 100 rows':
    "SELECT doc ->> '$.name' FROM users WHERE doc ->> '$.age' >= 40 AND doc ->> '$.age' < 42 LIMIT 100",
  'join 100 x index':
    "SELECT u.doc ->> '$.name', o.doc ->> '$.total' FROM (SELECT key, doc FROM users WHERE doc ->> '$.age' = 40 LIMIT 100) u JOIN orders o ON o.doc ->> '$.user' = u.key",
};
const REQUESTS: Readonly<Record<RequestName, string>> = {
  get: 'SELECT json(doc) FROM users WHERE key = ?',
  insert: 'INSERT INTO orders (key, doc) VALUES (?, jsonb(?))',
  'indexed equality': "SELECT json(doc) FROM users WHERE doc ->> '$.email' = ?",
};

/** SQLite over jsonb, in this process: its answers travel no network. */
export class SqlitePeer implements Peer {
  readonly name = 'SQLite';
  readonly skips: Peer['skips'] = new Set(['several callers'] as const);
  readonly description: string;
  readonly #database: Sqlite.Database;
  readonly #folder: ReturnType<typeof temporaryFolder>;
  readonly #documents: number;

  constructor(documents: number) {
    this.#documents = documents;
    this.#folder = temporaryFolder('bench-sqlite');
    this.#database = new Sqlite(`${this.#folder.path}/bench.db`);
    this.#database.pragma('journal_mode = WAL');
    this.#database.pragma('synchronous = FULL');
    this.#database.pragma('cache_size = -1000000');
    for (const table of ['users', 'orders']) {
      this.#database.exec(`CREATE TABLE ${table} (key TEXT PRIMARY KEY, doc BLOB NOT NULL) WITHOUT ROWID`);
    }
    const { version } = this.#database.prepare('SELECT sqlite_version() AS version').get() as { version: string };
    this.description = `SQLite ${version}, jsonb, in process (no network), write-ahead log, synchronous = FULL, 1 GB of cache`;
  }

  async load(collection: 'users' | 'orders', batches: Iterable<readonly BenchDocument[]>): Promise<void> {
    const insert = this.#database.prepare(`INSERT INTO ${collection} (key, doc) VALUES (?, jsonb(?))`);
    const insertAll = this.#database.transaction((documents: readonly BenchDocument[]) => {
      for (const { _key, ...body } of documents) insert.run(_key, JSON.stringify(body));
    });
    for (const documents of batches) insertAll(documents);
  }

  async settle(): Promise<void> {
    this.#database.exec('ANALYZE');
    this.#database.pragma('wal_checkpoint(TRUNCATE)');
  }

  async createIndexes(): Promise<void> {
    this.#database.exec("CREATE UNIQUE INDEX by_email ON users (doc ->> '$.email')");
    this.#database.exec("CREATE INDEX by_age ON users (doc ->> '$.age')");
    this.#database.exec("CREATE INDEX by_user ON orders (doc ->> '$.user')");
    this.#database.exec('ANALYZE');
  }

  async caller(): Promise<Caller> {
    const prepared = new Map<string, Sqlite.Statement>();
    const statement = (name: string, sql: string) => {
      let known = prepared.get(name);
      if (known === undefined) prepared.set(name, (known = this.#database.prepare(sql).raw(!sql.startsWith('INSERT'))));
      return known;
    };
    return {
      query: async (name) => statement(name, TEXTS[name]).all().length,
      request: async (name, serial) => {
        const values = this.#values(name, serial);
        if (name === 'insert') this.#database.prepare(REQUESTS.insert).run(...values);
        else statement(name, REQUESTS[name]).get(...values);
      },
      close: async () => {},
    };
  }

  async stop(): Promise<void> {
    this.#database.close();
    this.#folder.remove();
  }

  #values(name: RequestName, serial: number): readonly string[] {
    const person = (serial * 7919) % this.#documents;
    if (name === 'get') return [`u${person}`];
    if (name === 'indexed equality') return [`user${person}@example.com`];
    return [`x${serial}`, JSON.stringify({ user: 'x', total: serial, status: 'new' })];
  }
}
