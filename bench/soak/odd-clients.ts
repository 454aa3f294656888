import { once } from 'node:events';
import { connect } from 'node:net';
import { WireConnection, WireError } from '../../test/harness/wire-connection.ts';
import { requestText } from '../http-load.ts';

const CREDENTIALS = `Basic ${btoa('admin:admin')}`;
const SCAN = 'FOR u IN users COLLECT city = u.city AGGREGATE n = COUNT(), top = MAX(u.score) RETURN { city, n, top }';
/** Scripts whose text is another one each time, under names of which there are so many. */
const CHANGED_SCRIPTS = 10;
/** Collections that come and go, by name: each name stands in a plan that is remembered. */
const SHORT_COLLECTIONS = 50;

/** A script that is the life of a WebSocket: it answers what it is sent, and what others say in the room. */
export const WEBSOCKET_SCRIPT = `solidb.ws.channel.subscribe('room')
  while true do
    local event = solidb.ws.recv_any()
    if not event then return end
    if event[2] == 'ws' then solidb.ws.channel.broadcast('room', event[1]) else solidb.ws.send(event[1]) end
  end`;

/** What happens seldom and leaves things behind where it is done wrong: half-read answers, broken connections, changes of the catalogue. */
export class OddClients {
  readonly #port: number;
  readonly #kinds: readonly (() => Promise<unknown>)[];
  #serial = 0;

  constructor(port: number) {
    this.#port = port;
    this.#kinds = [
      () => this.#longRead(),
      () => this.#leaves('query', { sdbql: SCAN }),
      () => this.#leaves('query', { sdbql: 'FOR u IN users RETURN SLEEP(50)' }),
      () => this.#halfAnExport(),
      () => this.#chats(),
      () => this.#vanishes(),
      () => this.#session(),
      () => this.#catalogue(),
      () => this.#changedScript(),
      () => this.#refused(),
    ];
  }

  /** One of the kinds after the other. */
  async next(): Promise<void> {
    await this.#kinds[this.#serial++ % this.#kinds.length]!();
  }

  /** A scan in a thread of its own. */
  async #longRead(): Promise<void> {
    const connection = await WireConnection.login(this.#port);
    await connection.query('soak', SCAN);
    connection.close();
  }

  /** A client that goes before it is answered. */
  async #leaves(command: string, fields: Record<string, unknown>): Promise<void> {
    const connection = await WireConnection.login(this.#port);
    const answer = connection.call(command, { database: 'soak', ...fields }).catch(() => {});
    setTimeout(() => connection.close(), 3);
    await answer;
  }

  async #halfAnExport(): Promise<void> {
    const socket = connect({ port: this.#port, host: '127.0.0.1' });
    await once(socket, 'connect');
    const path = '/_api/database/soak/collection/users/export';
    socket.write(requestText({ path, headers: { authorization: CREDENTIALS } }));
    await once(socket, 'data');
    socket.destroy();
  }

  async #chats(): Promise<void> {
    const socket = await this.#webSocket();
    const said = once(socket, 'message');
    socket.send('hello');
    await said;
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  }

  /** A WebSocket whose client is gone without a word. */
  async #vanishes(): Promise<void> {
    const socket = connect({ port: this.#port, host: '127.0.0.1' });
    await once(socket, 'connect');
    const headers = {
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-version': '13',
      'sec-websocket-key': btoa('0123456789abcdef'),
    };
    socket.write(requestText({ path: '/api/soak/s/chat', headers }));
    await once(socket, 'data');
    socket.destroy();
  }

  async #webSocket(): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/api/soak/s/chat`);
    await once(socket, 'open');
    return socket;
  }

  async #session(): Promise<void> {
    const { token } = (await this.#ask('POST', '/auth/login', { username: 'admin', password: 'admin' })) as {
      token: string;
    };
    await this.#ask('GET', '/_api/auth/me', undefined, `Bearer ${token}`);
    await this.#ask('POST', '/_api/auth/logout', undefined, `Bearer ${token}`);
  }

  async #catalogue(): Promise<void> {
    const connection = await WireConnection.login(this.#port);
    const place = { database: 'soak', collection: `short${this.#serial % SHORT_COLLECTIONS}` };
    await connection.call('create_collection', { database: 'soak', name: place.collection });
    await connection.call('insert', { ...place, document: { _key: 'a', n: 1 } });
    await connection.call('create_index', { ...place, name: 'by_n', fields: ['n'], index_type: 'persistent' });
    await connection.query('soak', `FOR d IN ${place.collection} FILTER d.n == 1 RETURN d`);
    await connection.call('delete_collection', { database: 'soak', name: place.collection });
    connection.close();
  }

  /** The text is a new one, so that everything that was made of the old one has to go. */
  async #changedScript(): Promise<void> {
    const serial = this.#serial;
    const name = `changed${serial % CHANGED_SCRIPTS}`;
    const language = serial % 2 === 0 ? 'lua' : 'javascript';
    const code = language === 'lua' ? `return ${serial}` : `export default () => ${serial};`;
    const script = { name, path: name, service: 's', methods: ['GET'], language, code };
    await this.#ask('DELETE', `/_api/database/soak/scripts/soak_s_${name}`).catch(() => {});
    await this.#ask('POST', '/_api/database/soak/scripts', script);
    await this.#ask('GET', `/api/soak/s/${name}`);
  }

  /** What does not go through: names that there are not, texts that make no sense, documents that are there. */
  async #refused(): Promise<void> {
    const connection = await WireConnection.login(this.#port);
    const wrong: [string, Record<string, unknown>][] = [
      ['query', { database: 'soak', sdbql: `FOR u IN nowhere${this.#serial} RETURN u` }],
      ['query', { database: 'soak', sdbql: `FOR u IN users RETURN ${'('.repeat(50)}` }],
      ['insert', { database: 'soak', collection: 'users', document: { _key: 'u1' } }],
      ['get', { database: `none${this.#serial}`, collection: 'users', key: 'u1' }],
      ['commit_transaction', { tx_id: `tx:${this.#serial}` }],
    ];
    for (const [command, fields] of wrong) {
      await connection.call(command, fields).then(
        () => assertRefused(command),
        (error) => {
          if (!(error instanceof WireError)) throw error;
        },
      );
    }
    connection.close();
  }

  async #ask(method: string, path: string, body?: unknown, authorization = CREDENTIALS): Promise<unknown> {
    const headers = { 'content-type': 'application/json', authorization };
    const text = body === undefined ? (method === 'POST' ? '{}' : undefined) : JSON.stringify(body);
    const answer = await fetch(`http://127.0.0.1:${this.#port}${path}`, { method, headers, body: text });
    const answered = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${answered}`);
    return answered === '' ? undefined : JSON.parse(answered);
  }
}

function assertRefused(command: string): never {
  throw new Error(`${command} was not refused`);
}
