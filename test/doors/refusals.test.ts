import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FrameReader, NATIVE_MAGIC } from '@cairn/protocol/internal';
import { type RunningServer, resolveSettings, startServer } from '@cairn/server';
import { Packr, pack, unpack } from 'msgpackr';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { WireConnection, WireError } from '../harness/wire-connection.ts';

const PASSWORD = 'correct horse battery';

interface Seen {
  readonly status: string;
  readonly code?: string;
  readonly retryable?: boolean;
  readonly rid?: unknown;
  readonly data?: unknown;
  readonly details?: { readonly limit?: number };
}

/** Sends frames as they are given and reads replies as they come. */
class RawClient {
  readonly socket: Socket;
  readonly #reader = new FrameReader();
  readonly replies: Seen[] = [];

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk: Buffer) => {
      this.#reader.push(chunk);
      for (let frame = this.#reader.next(); frame instanceof Buffer; frame = this.#reader.next()) {
        this.replies.push(unpack(frame) as Seen);
      }
    });
    this.socket.write(NATIVE_MAGIC);
  }

  send(...payloads: Uint8Array[]): void {
    for (const payload of payloads) {
      const header = Buffer.alloc(4);
      header.writeUInt32BE(payload.length);
      this.socket.write(Buffer.concat([header, payload]));
    }
  }

  async until(count: number): Promise<readonly Seen[]> {
    for (const deadline = Date.now() + 30_000; this.replies.length < count; await sleep(5)) {
      assert.ok(Date.now() < deadline, `${this.replies.length} replies, not ${count}`);
    }
    return this.replies;
  }
}

/** A map with a header of 32 bits and its keys as bytes, as some clients send it. */
function oddMap(message: Record<string, unknown>): Buffer {
  const entries = Object.entries(message);
  const header = Buffer.from([0xdf, 0, 0, 0, entries.length]);
  return Buffer.concat([header, ...entries.flatMap(([key, value]) => [pack(Buffer.from(key)), pack(value)])]);
}

describe('refusals at the native door', function () {
  this.timeout(60_000);
  let folder: { path: string; remove: () => void };
  let server: RunningServer;
  const clients: { destroy(): void }[] = [];

  async function start(flags: Record<string, unknown>): Promise<void> {
    folder = temporaryFolder('refusals');
    const base = { port: 0, dataDir: `${folder.path}/data`, logLevel: 'silent', adminPassword: PASSWORD };
    server = await startServer(resolveSettings({ flags: { ...base, ...flags } }));
    const admin = await login();
    await admin.call('create_database', { name: 'shop' });
  }

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await server.close();
    folder.remove();
  });

  async function login(): Promise<WireConnection> {
    const connection = await WireConnection.login(server.port, 'admin', PASSWORD);
    clients.push(connection.socket);
    return connection;
  }

  async function raw(username = 'admin', password = PASSWORD): Promise<RawClient> {
    const client = new RawClient(server.port);
    clients.push(client.socket);
    client.send(pack({ cmd: 'auth', username, password }));
    assert.equal((await client.until(1))[0]!.status, 'ok');
    client.replies.length = 0;
    return client;
  }

  /** Takes the one place that queries have, for as long as the test lasts. */
  async function occupy(username = 'admin', password = PASSWORD): Promise<RawClient> {
    const client = await raw(username, password);
    client.send(pack({ cmd: 'query', database: 'shop', sdbql: 'FOR i IN 1..100 RETURN SLEEP(10000)', rid: 1 }));
    const { running } = server.engine.activity;
    for (const deadline = Date.now() + 15_000; running.size === 0; await sleep(5))
      assert.ok(Date.now() < deadline, JSON.stringify(client.replies));
    return client;
  }

  const query = { cmd: 'query', database: 'shop', sdbql: 'RETURN 1' };

  it('carry the id of their request, whatever it is and however the request is written', async () => {
    await start({ queriesByUserMax: 1 });
    await occupy();
    const client = await raw();
    const ids = [0, 127, 128, 255, 65_535, 65_536, 2 ** 32 - 1, 2 ** 40, -5, -200_000, 'r1', 'ä', 'x'.repeat(60)];
    const narrow = new Packr({ useRecords: false, variableMapSize: true });
    const forms = [pack, (message: object) => narrow.pack(message), (message: object) => oddMap({ ...message })];
    for (const form of forms) {
      client.replies.length = 0;
      client.send(...ids.map((rid) => form({ ...query, rid })));
      const replies = await client.until(ids.length);
      assert.deepEqual(
        replies.map(({ rid }) => (typeof rid === 'bigint' ? Number(rid) : rid)),
        ids,
      );
      for (const { status, code, retryable, details } of replies) {
        assert.deepEqual([status, code, retryable, details?.limit], ['error', 'overloaded', true, 1]);
      }
    }
    const refused = [...server.engine.activity.refusals()].find(({ door }) => door === 'native');
    assert.deepEqual([refused?.code, refused?.count], ['overloaded', 3 * ids.length]);
  });

  it('keep their place among requests without ids, and let everything else in', async () => {
    await start({ queriesByUserMax: 1 });
    await occupy();
    const client = await raw();
    client.send(pack(query), pack({ cmd: 'list_databases' }), pack(query), pack({ cmd: 'ping' }));
    const replies = await client.until(4);
    assert.deepEqual(
      replies.map(({ status, code }) => code ?? status),
      ['overloaded', 'ok', 'overloaded', 'pong'],
    );
    client.replies.length = 0;
    client.send(pack({ ...query, cmd: 'no_such_command', rid: 1 }), pack({ sdbql: 'RETURN 1', rid: 2 }), pack([1]));
    for (const { code } of await client.until(3)) assert.notEqual(code, 'overloaded');
  });

  it('tell nobody but who is there: strangers and ended sessions hear that they are not authenticated', async () => {
    await start({ queriesByUserMax: 1 });
    const admin = await login();
    await admin.call('create_user', { username: 'ann', password: 'long enough 1', roles: ['admin'] });
    await occupy('ann', 'long enough 1');
    const ann = await raw('ann', 'long enough 1');
    ann.send(pack({ ...query, rid: 1 }));
    assert.equal((await ann.until(1))[0]!.code, 'overloaded');
    const stranger = new RawClient(server.port);
    clients.push(stranger.socket);
    stranger.send(pack({ ...query, rid: 1 }));
    assert.equal((await stranger.until(1))[0]!.code, 'unauthenticated');
    await admin.call('delete_user', { username: 'ann' });
    ann.send(pack({ ...query, rid: 2 }));
    assert.equal((await ann.until(2))[1]!.code, 'unauthenticated');
  });

  it('end when there is room again', async () => {
    await start({ queriesByUserMax: 1 });
    const occupant = await occupy();
    const client = await login();
    await assert.rejects(client.call('query', { database: 'shop', sdbql: 'RETURN 1' }), WireError);
    occupant.socket.destroy();
    for (const deadline = Date.now() + 15_000; server.engine.activity.running.size > 0; await sleep(5)) {
      assert.ok(Date.now() < deadline);
    }
    assert.deepEqual(await client.query('shop', 'RETURN 1'), [1]);
  });

  it('are not for who does not read: his requests wait until he has taken what he was answered', async () => {
    await start({});
    const client = await raw();
    client.socket.pause();
    const large = pack({ ...query, sdbql: 'RETURN REPEAT("x", 8000000)' });
    const count = 20;
    client.send(...Array.from({ length: count }, () => large));
    await sleep(1_500);
    const begun = server.engine.activity.at('native').get('query')!.requests;
    assert.ok(begun >= 1 && begun <= 6, `${begun} queries were run for a client that does not read`);
    client.socket.resume();
    const replies = await client.until(count);
    for (const { status, data } of replies)
      assert.deepEqual([status, String((data as string[])[0]).length], ['ok', 8_000_000]);
  });
});
