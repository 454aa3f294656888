import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame, encodeValue, NATIVE_MAGIC, type ValueObject } from '@cairn/protocol/internal';
import { type RunningServer, startServer } from './server.ts';
import { resolveSettings } from './settings.ts';
import { ADMIN_PASSWORD } from './testing/test-engine.ts';
import { WireClient } from './testing/wire-client.ts';

describe('the server', function () {
  this.timeout(20_000);
  let folder: string;
  let server: RunningServer;
  const clients: WireClient[] = [];

  async function start(flags: Record<string, unknown> = {}): Promise<void> {
    folder = await mkdtemp(join(tmpdir(), 'cairn-doors-'));
    const base = { port: 0, dataDir: join(folder, 'data'), logLevel: 'silent', adminPassword: ADMIN_PASSWORD };
    server = await startServer(resolveSettings({ flags: { ...base, ...flags } }));
  }

  async function open(authenticate = true): Promise<WireClient> {
    const client = await (authenticate
      ? WireClient.authenticated(server.port, ADMIN_PASSWORD)
      : WireClient.connect(server.port));
    clients.push(client);
    return client;
  }

  async function withCollection(): Promise<WireClient> {
    const client = await open();
    await client.call('create_database', { name: 'shop' });
    await client.call('create_collection', { database: 'shop', name: 'users' });
    return client;
  }

  const users = { database: 'shop', collection: 'users' };
  const endless = {
    cmd: 'query',
    database: 'shop',
    sdbql: 'FOR a IN 1..100000 FOR b IN 1..100000 FILTER a + b < 0 RETURN 1',
  };
  const slow = { cmd: 'query', database: 'shop', sdbql: 'FOR a IN 1..3000 FOR b IN 1..1000 FILTER a + b < 0 RETURN 1' };

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers frames that arrive one byte at a time, the magic too', async () => {
    await start();
    const client = await open(false);
    const auth = encodeFrame(encodeValue({ cmd: 'auth', username: 'admin', password: ADMIN_PASSWORD }));
    for (const byte of Buffer.concat([NATIVE_MAGIC, auth, encodeFrame(encodeValue({ cmd: 'list_databases' }))])) {
      client.socket.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    const [first, second] = await client.many(2);
    assert.equal(first!.status, 'ok');
    assert.deepEqual(second!.data, ['_system']);
  });

  it('judges what is pipelined behind an auth by its outcome', async () => {
    await start();
    const client = await open(false);
    client.socket.write(NATIVE_MAGIC);
    const large = 'x'.repeat(100_000);
    client.send(
      { cmd: 'list_databases' },
      { cmd: 'auth', username: 'admin', password: ADMIN_PASSWORD },
      { cmd: 'list_databases' },
      { cmd: 'list_databases', rid: 1 },
      { cmd: 'ping', padding: large },
    );
    const replies = await client.many(5);
    assert.deepEqual(
      replies.map((one) => one.code ?? one.status),
      ['unauthenticated', 'ok', 'ok', 'ok', 'pong'],
    );
  });

  it('answers a large frame from a stranger with MessageTooLarge and goes on', async () => {
    await start();
    const client = await open(false);
    client.socket.write(NATIVE_MAGIC);
    client.send({ cmd: 'ping', padding: 'x'.repeat(100_000) }, { cmd: 'ping' });
    const [refused, pong] = await client.many(2);
    assert.equal(refused!.error, 'MessageTooLarge');
    assert.equal(pong!.status, 'pong');
  });

  it('refuses frames and replies over the limit and goes on', async () => {
    await start({ frameBytesMax: 100_000 });
    const client = await withCollection();
    const documents = Array.from({ length: 400 }, () => ({ text: 'y'.repeat(200) }));
    client.send({ cmd: 'bulk_insert', ...users, documents: [...documents, ...documents] }, { cmd: 'ping' });
    const [refused, pong] = await client.many(2);
    assert.equal(refused!.error, 'MessageTooLarge');
    assert.equal(pong!.status, 'pong');
    for (let i = 0; i < 2; i++) assert.equal((await client.call('bulk_insert', { ...users, documents })).count, 400);
    const tooLarge: ValueObject[] = [
      { cmd: 'query', database: 'shop', sdbql: 'FOR u IN users RETURN u' },
      { cmd: 'export_collection', ...users },
    ];
    for (const request of tooLarge) {
      client.send(request);
      const reply = await client.next();
      assert.deepEqual([reply.error, reply.code], ['MessageTooLarge', 'limit_exceeded']);
      assert.match(String(reply.message), /cursor/);
    }
    assert.equal((await client.call('ping')).status, 'pong');
  });

  it('answers junk with ProtocolError and goes on', async () => {
    await start();
    const client = await open();
    for (const junk of [
      Buffer.alloc(0),
      Buffer.from([0xc1]),
      Buffer.from([0x81, 0xa3]),
      randomBytes(50),
      encodeValue([1]),
      encodeValue({ x: 1 }),
    ]) {
      client.socket.write(encodeFrame(junk));
      const reply = await client.next();
      assert.equal(reply.status, 'error');
      assert.ok('ProtocolError' in (reply.error as object));
    }
    assert.equal((await client.call('ping')).status, 'pong');
  });

  it('answers pipelined requests in order, each seeing what those before it did', async () => {
    await start();
    const client = await withCollection();
    const requests: ValueObject[] = [];
    for (let i = 0; i < 200; i++) {
      requests.push({ cmd: 'insert', ...users, document: { _key: `k${i}`, n: i } });
      if (i % 3 === 0) requests.push({ cmd: 'get', ...users, key: `k${i}` });
      if (i % 7 === 0) requests.push({ cmd: 'update', ...users, key: `k${i}`, document: { n: i + 1000 } });
    }
    client.send(...requests);
    const replies = await client.many(requests.length);
    requests.forEach((request, at) => {
      const key = (request.key ?? (request.document as ValueObject)._key) as string;
      const data = replies[at]!.data as ValueObject;
      assert.equal(replies[at]!.status, 'ok');
      assert.equal(data._key, key);
      assert.equal(data.n, Number(key.slice(1)) + (request.cmd === 'update' ? 1000 : 0));
    });
  });

  it('sends the replies of one turn together', async () => {
    await start();
    const client = await open();
    client.chunks = 0;
    client.send(...Array.from({ length: 100 }, () => ({ cmd: 'ping' })));
    await client.many(100);
    assert.ok(client.chunks <= 3, `${client.chunks} pieces`);
  });

  it('lets requests with an id overtake, and cancels them', async () => {
    await start();
    const client = await withCollection();
    client.send({ ...endless, rid: 'slow' }, { cmd: 'ping', rid: 7 }, { cmd: 'ping' });
    const early = await client.many(2);
    assert.deepEqual(
      early.map((one) => [one.status, one.rid]),
      [
        ['pong', 7],
        ['pong', undefined],
      ],
    );
    assert.deepEqual((await client.call('cancel', { rid: 'none' })).data, { cancelled: false });
    client.send({ cmd: 'batch', commands: [{ cmd: 'cancel', rid: 'slow' }] });
    const replies = await client.many(2);
    const cancelled = replies.find((one) => one.rid === 'slow');
    assert.equal(cancelled!.code, 'cancelled');
  });

  it('stops reading from a client that sends more than it may have under way, and loses nothing', async () => {
    await start({ requestsInFlightMax: 8, bytesInFlightMax: 20_000 });
    const client = await withCollection();
    const count = 500;
    for (let i = 0; i < count; i++) client.send({ cmd: 'insert', ...users, document: { n: i, text: 'z'.repeat(500) } });
    const replies = await client.many(count);
    assert.deepEqual(
      replies.map((one) => (one.data as ValueObject).n),
      Array.from({ length: count }, (_, i) => i),
    );
  });

  it('holds back for a client that does not read, and serves others meanwhile', async () => {
    await start({ bytesInFlightMax: 200_000 });
    const client = await withCollection();
    await client.call('bulk_insert', {
      ...users,
      documents: Array.from({ length: 200 }, () => ({ text: 'w'.repeat(1000) })),
    });
    client.socket.pause();
    const list = { cmd: 'list', ...users, limit: 200 };
    const count = 300;
    client.send(...Array.from({ length: count }, () => list));
    const other = await open();
    for (let i = 0; i < 20; i++) assert.equal((await other.call('ping')).status, 'pong');
    client.socket.resume();
    const replies = await client.many(count);
    assert.ok(replies.every((one) => one.count === 200));
  });

  it('closes connections that say nothing, or half of the magic', async () => {
    await start({ handshakeTimeoutMs: 50 });
    const [silent, half] = [await open(false), await open(false)];
    half.socket.write(NATIVE_MAGIC.subarray(0, 5));
    await Promise.all([silent.closed, half.closed]);
  });

  it('answers what is under way when the client has closed its half', async () => {
    await start();
    const client = await withCollection();
    client.send({ cmd: 'insert', ...users, document: { _key: 'last' } });
    client.socket.end();
    assert.equal((await client.next()).status, 'ok');
    await client.closed;
  });

  it('speaks HTTP on the same port', async () => {
    await start();
    const base = `http://127.0.0.1:${server.port}`;
    for (const path of ['/health', '/_api/health', '/ready']) assert.equal((await fetch(base + path)).status, 200);
    const missing = await fetch(`${base}/nothing`);
    assert.equal(missing.status, 404);
    const { code, error_code } = (await missing.json()) as Record<string, unknown>;
    assert.deepEqual([code, error_code], [404, 'not_found']);
    const client = await open();
    await client.call('list_databases');
    const metrics = await (await fetch(`${base}/metrics`)).text();
    assert.match(metrics, /^cairn_commands_total\{command="list_databases",door="native",outcome="ok"\} 1$/m);
    assert.match(metrics, /^cairn_native_connections 1$/m);
    assert.match(metrics, /^process_resident_memory_bytes /m);
  });

  it('shares an identity between connections only when old pools are allowed', async () => {
    await start({ legacyPools: true });
    const stranger = await open(false);
    stranger.socket.write(NATIVE_MAGIC);
    assert.equal((await stranger.call('list_databases')).code, 'unauthenticated');
    await open();
    assert.equal((await stranger.call('list_databases')).status, 'ok');
  });

  it('finishes what is under way before it stops, and keeps what it acknowledged', async () => {
    await start();
    const client = await withCollection();
    client.send(slow, { cmd: 'ping', rid: 1 });
    await client.next();
    const stopped = server.close();
    assert.equal((await client.next()).status, 'ok');
    await stopped;
    await client.closed;
    const flags = { port: 0, dataDir: join(folder, 'data'), logLevel: 'silent' };
    server = await startServer(resolveSettings({ flags }));
    assert.equal(server.firstAdminPassword, undefined);
    const again = await open();
    assert.deepEqual((await again.call('list_databases')).data, ['_system', 'shop']);
  });

  it('makes up a password at the first start when none is given, and tells it once', async () => {
    await start({ adminPassword: undefined });
    assert.match(server.firstAdminPassword!, /^[0-9a-f]{32}$/);
    const client = await WireClient.authenticated(server.port, server.firstAdminPassword!);
    client.close();
  });

  it('keeps the one showing of a first password when the port is taken', async () => {
    await start();
    const dataDir = join(folder, 'other');
    const taken = resolveSettings({ flags: { port: server.port, dataDir, logLevel: 'silent' } });
    await assert.rejects(startServer(taken), /EADDRINUSE/);
    const free = resolveSettings({ flags: { port: 0, dataDir, logLevel: 'silent' } });
    const other = await startServer(free);
    assert.match(other.firstAdminPassword!, /^[0-9a-f]{32}$/);
    await other.close();
  });

  it('refuses a second server on the same folder', async () => {
    await start();
    const flags = { port: 0, dataDir: join(folder, 'data'), logLevel: 'silent' };
    await assert.rejects(startServer(resolveSettings({ flags })), /already open/);
  });
});
