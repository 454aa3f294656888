import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../../test/harness/temporary-folder.ts';
import type { BenchDocument, Caller, Peer, QueryName, RequestName } from './peer.ts';
import { copyData, PostgresAnswers, prepare, run, simpleQuery, startup } from './postgres-wire.ts';
import { WireClient } from './wire-client.ts';

/** Where Debian's packages put the programs of each version. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';
const VERSION = '15';
const USER = 'postgres';
const START_TIMEOUT_MS = 30_000;

/** Beside the defaults: memory for all data, and none of the waits that a log which is too small brings to a load. */
const SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: '1GB',
  work_mem: '64MB',
  maintenance_work_mem: '256MB',
  max_wal_size: '4GB',
  random_page_cost: '1.1',
};

const TEXTS: Readonly<Record<QueryName, string>> = {
  'filter + count': "SELECT count(*) FROM users WHERE (doc->>'age')::int > 80",
  'filter + project':
    "SELECT jsonb_build_object('name', doc->'name', 'score', doc->'score') FROM users WHERE doc->>'city' = 'Oslo' AND (doc->>'score')::float8 > 9000",
  'group by, 3 aggregates':
    "SELECT doc->>'city', avg((doc->>'age')::int), max((doc->>'score')::float8), count(*) FROM users GROUP BY doc->>'city'",
  'sort, limit 10': "SELECT doc->>'name' FROM users ORDER BY (doc->>'score')::float8 DESC LIMIT 10",
  '10,000 documents': 'SELECT doc FROM users LIMIT 10000',
  'indexed range, 100 rows':
    "SELECT doc->>'name' FROM users WHERE (doc->>'age')::int >= 40 AND (doc->>'age')::int < 42 LIMIT 100",
  'join 100 x index':
    "SELECT u.doc->>'name', o.doc->'total' FROM (SELECT key, doc FROM users WHERE (doc->>'age')::int = 40 LIMIT 100) u JOIN orders o ON o.doc->>'user' = u.key",
};
const REQUESTS: Readonly<Record<RequestName, string>> = {
  get: 'SELECT doc FROM users WHERE key = $1',
  insert: 'INSERT INTO orders (key, doc) VALUES ($1, $2::jsonb)',
  'indexed equality': "SELECT doc FROM users WHERE doc->>'email' = $1",
};

/** PostgreSQL over jsonb, in a cluster of its own that is removed afterwards. */
export class PostgresPeer implements Peer {
  readonly name = 'PostgreSQL';
  readonly skips: Peer['skips'] = new Set();
  readonly description: string;
  readonly #server: ChildProcess;
  readonly #folder: ReturnType<typeof temporaryFolder>;
  readonly #port: number;
  readonly #documents: number;

  private constructor(
    server: ChildProcess,
    folder: ReturnType<typeof temporaryFolder>,
    options: { port: number; documents: number },
  ) {
    this.#server = server;
    this.#folder = folder;
    this.#port = options.port;
    this.#documents = options.documents;
    const settings = Object.entries(SETTINGS).map(([name, value]) => `${name} = ${value}`);
    this.description = `PostgreSQL ${VERSION}, jsonb, over TCP, defaults and ${settings.join(', ')}`;
  }

  /** Undefined where its programs are not installed. */
  static async start(documents: number): Promise<PostgresPeer | undefined> {
    const programs = `${DEBIAN_FOLDER}/${VERSION}/bin`;
    if (!existsSync(`${programs}/postgres`)) return undefined;
    const folder = temporaryFolder('bench-postgres');
    const data = `${folder.path}/data`;
    own(folder.path);
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    asUser(`${programs}/initdb`, ['-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C']);
    const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const places = ['-c', `unix_socket_directories=${folder.path}`, '-c', 'listen_addresses=127.0.0.1'];
    const [command, ...args] = userCommand(`${programs}/postgres`, [
      '-D',
      data,
      '-p',
      String(port),
      ...places,
      ...settings,
    ]);
    const server = spawn(command!, args, { stdio: 'ignore' });
    const peer = new PostgresPeer(server, folder, { port, documents });
    const client = await peer.#untilListening();
    for (const table of ['users', 'orders']) {
      await client.send(simpleQuery(`CREATE TABLE ${table} (key text PRIMARY KEY, doc jsonb NOT NULL)`));
    }
    client.close();
    return peer;
  }

  async load(collection: 'users' | 'orders', batches: Iterable<readonly BenchDocument[]>): Promise<void> {
    const client = await this.#open();
    for (const documents of batches) {
      await client.send(simpleQuery(`COPY ${collection} (key, doc) FROM STDIN`));
      const lines = documents.map(({ _key, ...body }) => `${_key}\t${JSON.stringify(body).replaceAll('\\', '\\\\')}\n`);
      await client.send(copyData(lines.join('')));
    }
    client.close();
  }

  async settle(): Promise<void> {
    const client = await this.#open();
    for (const table of ['users', 'orders']) await client.send(simpleQuery(`VACUUM ANALYZE ${table}`));
    await client.send(simpleQuery('CHECKPOINT'));
    client.close();
  }

  async createIndexes(): Promise<void> {
    const client = await this.#open();
    await client.send(simpleQuery("CREATE UNIQUE INDEX by_email ON users ((doc->>'email'))"));
    await client.send(simpleQuery("CREATE INDEX by_age ON users (((doc->>'age')::int))"));
    await client.send(simpleQuery("CREATE INDEX by_user ON orders ((doc->>'user'))"));
    for (const table of ['users', 'orders']) await client.send(simpleQuery(`ANALYZE ${table}`));
    client.close();
  }

  async caller(): Promise<Caller> {
    const client = await this.#open();
    for (const [name, sql] of [...Object.entries(TEXTS), ...Object.entries(REQUESTS)])
      await client.send(prepare(name, sql));
    return {
      query: async (name) => (await client.send(run(name, []))).rows,
      request: async (name, serial) => {
        await client.send(run(name, this.#values(name, serial)));
      },
      close: async () => client.close(),
    };
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.#server.once('exit', done));
    this.#server.kill('SIGINT');
    await Promise.race([ended, sleep(10_000)]);
    this.#folder.remove();
  }

  #values(name: RequestName, serial: number): readonly string[] {
    const person = (serial * 7919) % this.#documents;
    if (name === 'get') return [`u${person}`];
    if (name === 'indexed equality') return [`user${person}@example.com`];
    return [`x${serial}`, JSON.stringify({ user: 'x', total: serial, status: 'new' })];
  }

  async #open(): Promise<WireClient> {
    const client = await WireClient.open({ host: '127.0.0.1', port: this.#port }, new PostgresAnswers());
    await client.send(startup(USER, 'postgres'));
    return client;
  }

  async #untilListening(): Promise<WireClient> {
    for (let waitedMs = 0; ; waitedMs += 100) {
      try {
        return await this.#open();
      } catch (error) {
        if (waitedMs > START_TIMEOUT_MS) throw error;
        await sleep(100);
      }
    }
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package makes. */
function userCommand(program: string, args: readonly string[]): string[] {
  return process.getuid?.() === 0
    ? ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', program, ...args]
    : [program, ...args];
}

function asUser(program: string, args: readonly string[]): void {
  const [command, ...rest] = userCommand(program, args);
  execFileSync(command!, rest, { stdio: 'ignore', cwd: '/' });
}

function own(path: string): void {
  if (process.getuid?.() !== 0) return;
  const idOf = (option: string) => Number(execFileSync('id', [option, USER], { encoding: 'utf8' }));
  chownSync(path, idOf('-u'), idOf('-g'));
}
