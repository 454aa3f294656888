import { FrameReader } from '@cairn/protocol/internal';
import { pack, unpack } from 'msgpackr';
import { ServerProcess } from '../../test/harness/server-process.ts';
import { temporaryFolder } from '../../test/harness/temporary-folder.ts';
import type { BenchDocument, Caller, Peer, QueryName, RequestName } from './peer.ts';
import { type Answer, type AnswerReader, WireClient } from './wire-client.ts';

const MAGIC = Buffer.from('solidb-drv-v1\0', 'latin1');
const database = 'bench';
/** The name of Cairn without hot columns. */
export const WITHOUT_COLUMNS = 'no columns';
const REQUESTS_AND_INDEXED = [
  'get',
  'insert',
  'indexed equality',
  'indexed range, 100 rows',
  'join 100 x index',
  'several callers',
] as const;

const TEXTS: Readonly<Record<QueryName, string>> = {
  'filter + count': 'FOR u IN users FILTER u.age > 80 COLLECT WITH COUNT INTO n RETURN n',
  'filter + project': "FOR u IN users FILTER u.city == 'Oslo' AND u.score > 9000 RETURN {name: u.name, score: u.score}",
  'group by, 3 aggregates':
    'FOR u IN users COLLECT city = u.city AGGREGATE avg = AVG(u.age), mx = MAX(u.score), n = COUNT() RETURN {city, avg, mx, n}',
  'sort, limit 10': 'FOR u IN users SORT u.score DESC LIMIT 10 RETURN u.name',
  '10,000 documents': 'FOR u IN users LIMIT 10000 RETURN u',
  'indexed range, 100 rows': 'FOR u IN users FILTER u.age >= 40 AND u.age < 42 LIMIT 100 RETURN u.name',
  'join 100 x index':
    'FOR u IN users FILTER u.age == 40 LIMIT 100 FOR o IN orders FILTER o.user == u._key RETURN {n: u.name, t: o.total}',
};

const WARM_UP_ROUNDS = 5;
const WARM_UP_TEXTS = [
  'FOR o IN orders FILTER o.lines > 7 COLLECT WITH COUNT INTO n RETURN n',
  "FOR o IN orders FILTER o.status == 'new' AND o.total > 900 RETURN {user: o.user, total: o.total}",
  'FOR o IN orders COLLECT s = o.status AGGREGATE a = AVG(o.total), m = MAX(o.lines), n = COUNT() RETURN {s, a, m, n}',
  'FOR o IN orders SORT o.total DESC LIMIT 10 RETURN o.user',
  'FOR o IN orders LIMIT 10000 RETURN o',
];

/** Cairn in a server process of its own, asked over its native protocol. */
export class CairnPeer implements Peer {
  readonly name: string;
  readonly skips: Peer['skips'];
  readonly description: string;
  readonly #server: ServerProcess;
  readonly #folder: ReturnType<typeof temporaryFolder>;
  readonly #documents: number;

  private constructor(
    server: ServerProcess,
    folder: ReturnType<typeof temporaryFolder>,
    options: { readonly documents: number; readonly columns: boolean },
  ) {
    this.#server = server;
    this.#folder = folder;
    this.#documents = options.documents;
    this.name = options.columns ? 'Cairn' : WITHOUT_COLUMNS;
    this.skips = new Set(options.columns ? [] : REQUESTS_AND_INDEXED);
    this.description = options.columns
      ? `Cairn on Node ${process.version}, defaults, over TCP, each write on the disk before its answer`
      : 'the same with --column-bytes 0: every scan reads the documents, as a first one does';
  }

  /** @param columns false: no hot columns are kept, and only scans are measured */
  static async start(documents: number, { columns }: { readonly columns: boolean }): Promise<CairnPeer> {
    const folder = temporaryFolder('bench-cairn');
    const flags = columns ? [] : ['--column-bytes', '0'];
    const server = await ServerProcess.start({ dataDir: folder.path, flags });
    const peer = new CairnPeer(server, folder, { documents, columns });
    const client = await peer.#open();
    await client.send(framed({ cmd: 'create_database', name: database }));
    for (const name of ['users', 'orders']) await client.send(framed({ cmd: 'create_collection', database, name }));
    client.close();
    return peer;
  }

  async load(collection: 'users' | 'orders', batches: Iterable<readonly BenchDocument[]>): Promise<void> {
    const client = await this.#open();
    for (const documents of batches) await client.send(framed({ cmd: 'bulk_insert', database, collection, documents }));
    client.close();
  }

  /** A server that has been in use: the engine's code has run, over documents that no measured scan reads. */
  async settle(): Promise<void> {
    const client = await this.#open();
    for (let round = 0; round < WARM_UP_ROUNDS; round++) {
      for (const sdbql of WARM_UP_TEXTS) await client.send(framed({ cmd: 'query', database, sdbql }));
    }
    client.close();
  }

  async createIndexes(): Promise<void> {
    const client = await this.#open();
    const create = (collection: string, name: string, field: string, unique = false) =>
      client.send(framed({ cmd: 'create_index', database, collection, name, fields: [field], unique }));
    await create('users', 'by_email', 'email', true);
    await create('users', 'by_age', 'age');
    await create('orders', 'by_user', 'user');
    client.close();
  }

  async caller(): Promise<Caller> {
    const client = await this.#open();
    return {
      query: async (name) => (await client.send(framed({ cmd: 'query', database, sdbql: TEXTS[name] }))).rows,
      request: async (name, serial) => {
        await client.send(framed(this.#request(name, serial)));
      },
      close: async () => client.close(),
    };
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    this.#folder.remove();
  }

  #request(name: RequestName, serial: number): Record<string, unknown> {
    const person = (serial * 7919) % this.#documents;
    switch (name) {
      case 'get':
        return { cmd: 'get', database, collection: 'users', key: `u${person}` };
      case 'insert':
        return {
          cmd: 'insert',
          database,
          collection: 'orders',
          document: { _key: `x${serial}`, user: 'x', total: serial, status: 'new' },
        };
      case 'indexed equality': {
        const sdbql = 'FOR u IN users FILTER u.email == @email RETURN u';
        return { cmd: 'query', database, sdbql, bind_vars: { email: `user${person}@example.com` } };
      }
    }
  }

  async #open(): Promise<WireClient> {
    const client = await WireClient.open({ host: '127.0.0.1', port: this.#server.port }, new CairnAnswers());
    const { password } = this.#server;
    const login = framed({ cmd: 'auth', database: '_system', username: 'admin', password });
    await client.send(Buffer.concat([MAGIC, login]));
    return client;
  }
}

class CairnAnswers implements AnswerReader {
  readonly #frames = new FrameReader();

  push(chunk: Buffer): void {
    this.#frames.push(chunk);
  }

  next(): Answer | undefined {
    const frame = this.#frames.next();
    if (frame === undefined) return undefined;
    if (!Buffer.isBuffer(frame)) throw new Error('a reply was larger than a frame may be');
    if (frame.subarray(0, 40).includes('error')) {
      const reply = unpack(frame) as { status: string };
      if (reply.status === 'error') throw new Error(JSON.stringify(reply));
    }
    return { rows: rowsOf(frame) };
  }
}

/** How many elements `data` has, read from the head of its array. */
function rowsOf(bytes: Buffer): number {
  const name = bytes.subarray(0, 64).indexOf('data');
  if (name < 0) return 0;
  const head = bytes[name + 4]!;
  if (head >= 0x90 && head <= 0x9f) return head & 0x0f;
  if (head === 0xdc) return bytes.readUInt16BE(name + 5);
  return head === 0xdd ? bytes.readUInt32BE(name + 5) : 1;
}

function framed(message: Record<string, unknown>): Buffer {
  const payload = pack(message);
  const frame = Buffer.alloc(4 + payload.length);
  frame.writeUInt32BE(payload.length);
  frame.set(payload, 4);
  return frame;
}
