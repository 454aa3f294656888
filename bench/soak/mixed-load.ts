import { setTimeout as sleep } from 'node:timers/promises';
import { WireConnection, WireError } from '../../test/harness/wire-connection.ts';
import { HttpChannel, requestText } from '../http-load.ts';
import { people } from '../people.ts';
import { OddClients, WEBSOCKET_SCRIPT } from './odd-clients.ts';
import type { Pace } from './pace.ts';

const DOCUMENTS = 20_000;
/** Documents that come and go: as many as these are there at the most. */
const PASSING_DOCUMENTS = 2_000;
/** Texts of queries that differ: fewer than the plan cache remembers. */
const QUERY_TEXTS = 100;
const NATIVE_WORKERS = 8;
const HTTP_WORKERS = 4;
const SCRIPT_WORKERS = 4;
/** Between two odd requests, milliseconds: some change the catalogue, and the audit log keeps that by design. */
const ODD_EVERY_MS = 200;
/** Then a worker connects anew. */
const REQUESTS_A_CONNECTION = 500;
/** Cursors and transactions that nobody ends: one of so many. */
const LEFT_BEHIND = 21;

const CREDENTIALS = `Basic ${btoa('admin:admin')}`;
const SCRIPTS = {
  lua: `local one = db:collection('users'):get(request.params.id)
        local rows = db:query('FOR u IN users FILTER u._key == @key RETURN u.name', { key = request.params.id })
        return { name = one.name, same = rows[1] == one.name }`,
  javascript: `export default async (request, db) => {
    const one = await db.collection('users').get(request.params.id);
    const rows = await db.query('FOR u IN users FILTER u._key == @key RETURN u.name', { key: request.params.id });
    return { name: one.name, same: rows[0] === one.name };
  }`,
};

const users = { database: 'soak', collection: 'users' };
const passing = { database: 'soak', collection: 'passing' };

/** Everything that the load needs: a database with a fixed number of documents and two endpoints. */
export async function prepare(port: number): Promise<void> {
  const admin = await WireConnection.login(port);
  await admin.call('create_database', { name: 'soak' });
  for (const name of ['users', 'passing']) await admin.call('create_collection', { database: 'soak', name });
  await admin.call('bulk_insert', { ...users, documents: [...people(DOCUMENTS)] });
  await admin.call('create_index', { ...users, name: 'by_age', fields: ['age'], index_type: 'persistent' });
  admin.close();
  const post = async (path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json', authorization: CREDENTIALS };
    const url = `http://127.0.0.1:${port}/_api/database/soak/${path}`;
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };
  await post('services', { key: 's', name: 's' });
  for (const [language, code] of Object.entries(SCRIPTS)) {
    const path = `${language}/:id`;
    await post('scripts', { name: language, path, methods: ['GET'], service: 's', language, code });
  }
  const chat = { name: 'chat', path: 'chat', methods: ['WS'], language: 'lua', code: WEBSOCKET_SCRIPT };
  await post('scripts', { ...chat, service: 's' });
}

/** Clients of all kinds, until `stop`. Each sends its next request when it has the answer and its turn has come. */
export class MixedLoad {
  readonly #port: number;
  readonly #pace: Pace;
  /** Resolves when every client has gone; rejects with what went wrong for one of them. */
  readonly ended: Promise<unknown>;
  #isOver = false;
  /** Logins with a wrong password. */
  strangers = 0;

  constructor(port: number, pace: Pace) {
    this.#port = port;
    this.#pace = pace;
    const many = (count: number, work: (number: number) => Promise<void>) =>
      Array.from({ length: count }, (_, i) => work(i));
    this.ended = Promise.all([
      ...many(NATIVE_WORKERS, (number) => this.#native(number)),
      this.#odd(),
      ...many(HTTP_WORKERS, (number) => this.#http(number, (key) => `/_api/database/soak/document/users/${key}`)),
      ...many(SCRIPT_WORKERS, (number) =>
        this.#http(number, (key) => `/api/soak/s/${number % 2 ? 'lua' : 'javascript'}/${key}`),
      ),
    ]);
  }

  stop(): void {
    this.#isOver = true;
  }

  async #native(number: number): Promise<void> {
    for (let life = 0; !this.#isOver; life++) {
      const connection = await WireConnection.login(this.#port);
      for (let turn = 0; turn < REQUESTS_A_CONNECTION && !this.#isOver; turn++) {
        const serial = number * 131 + life * REQUESTS_A_CONNECTION + turn;
        await this.#pace.turn(() => nativeRequest(connection, serial));
      }
      connection.close();
      if (number === 0) await this.#pace.turn(() => this.#strangerLogin());
    }
  }

  async #http(number: number, path: (key: string) => string): Promise<void> {
    for (let life = 0; !this.#isOver; life++) {
      const channel = await HttpChannel.open(this.#port);
      for (let turn = 0; turn < REQUESTS_A_CONNECTION && !this.#isOver; turn++) {
        const key = keyOf(number * 131 + life * REQUESTS_A_CONNECTION + turn);
        await this.#pace.turn(async () => {
          const status = await channel.ask(requestText({ path: path(key), headers: { authorization: CREDENTIALS } }));
          if (status !== 200) throw new Error(`${path(key)}: ${status}`);
        });
      }
      channel.close();
    }
  }

  async #odd(): Promise<void> {
    for (const clients = new OddClients(this.#port); !this.#isOver; await sleep(ODD_EVERY_MS)) {
      await this.#pace.turn(() => clients.next());
    }
  }

  /** Somebody who guesses: never the same name twice, and now and then that of a user. */
  async #strangerLogin(): Promise<void> {
    const username = this.strangers++ % 10 === 0 ? 'admin' : `stranger${this.strangers}`;
    const connection = await WireConnection.open(this.#port);
    try {
      await connection.call('auth', { database: '_system', username, password: 'a wrong one' });
      throw new Error('a wrong password was taken');
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    } finally {
      connection.close();
    }
  }
}

let begun = 0;

/** Evenly spread over time: what is left behind has a lifetime, and their number must not be what grows. */
function isLeftBehind(): boolean {
  return begun++ % LEFT_BEHIND === 0;
}

function keyOf(serial: number): string {
  return `u${(serial * 7919) % DOCUMENTS}`;
}

/** Of a hundred: 58 gets, 10 updates, 10 inserts with as many removals, 16 queries, 4 transactions, 2 cursors. */
async function nativeRequest(connection: WireConnection, serial: number): Promise<void> {
  const key = keyOf(serial);
  const kind = serial % 50;
  if (kind < 5) await connection.call('update', { ...users, key, document: { score: serial } });
  else if (kind < 10) await passThrough(connection, `p${serial % PASSING_DOCUMENTS}`);
  else if (kind < 14) await connection.query('soak', 'FOR u IN users FILTER u._key == @key RETURN u', { key });
  else if (kind < 18) await connection.query('soak', rangeQuery(serial % QUERY_TEXTS), { age: 18 + (serial % 70) });
  else if (kind < 20) await transaction(connection, key, serial);
  else if (kind === 20) await cursor(connection);
  else await connection.call('get', { ...users, key });
}

function rangeQuery(number: number): string {
  return `FOR u IN users FILTER u.age == @age AND u.score > ${number} LIMIT 10 RETURN { name: u.name, city: u.city }`;
}

/** A document that is there for a moment. Another client may be at the same one: then this one finds it done. */
async function passThrough(connection: WireConnection, key: string): Promise<void> {
  const expected = (error: unknown) => {
    if (!(error instanceof WireError) || !['already_exists', 'not_found', 'conflict'].includes(error.code)) throw error;
  };
  await connection.call('insert', { ...passing, document: { _key: key, text: 'x'.repeat(200) } }).catch(expected);
  await connection.call('delete', { ...passing, key }).catch(expected);
}

async function transaction(connection: WireConnection, key: string, serial: number): Promise<void> {
  const { tx_id } = await connection.send({ cmd: 'begin_transaction', database: 'soak' });
  try {
    await connection.call('get', { ...users, tx_id, key });
    await connection.call('update', { ...users, tx_id, key, document: { seen: serial } });
    if (isLeftBehind()) return; // the server rolls it back when it has been idle for long enough
    await connection.call(serial % 3 === 0 ? 'rollback_transaction' : 'commit_transaction', { tx_id });
  } catch (error) {
    // On a busy machine it may have been idle for too long too.
    if (!(error instanceof WireError) || !['conflict', 'transaction_not_found'].includes(error.code)) throw error;
  }
}

async function cursor(connection: WireConnection): Promise<void> {
  const sdbql = 'FOR u IN users LIMIT 500 RETURN u._key';
  const reply = await connection.send({ cmd: 'query', database: 'soak', sdbql, batch_size: 10 });
  try {
    await connection.call('cursor_next', { cursor: reply.cursor, batch_size: 10 });
    if (!isLeftBehind()) await connection.call('cursor_close', { cursor: reply.cursor });
  } catch (error) {
    if (!(error instanceof WireError) || error.code !== 'not_found') throw error;
  }
}
