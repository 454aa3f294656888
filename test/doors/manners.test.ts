import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FrameReader } from '@cairn/protocol/internal';
import { type RunningServer, resolveSettings, startServer } from '@cairn/server';
import { pack, unpack } from 'msgpackr';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { WireConnection } from '../harness/wire-connection.ts';

const PASSWORD = 'correct horse battery';
const MAGIC = Buffer.from('solidb-drv-v1\0', 'latin1');
const ENDLESS = 'FOR a IN 1..100000 FOR b IN 1..100000 FILTER a + b < 0 RETURN 1';

describe('manners at the doors', function () {
  this.timeout(60_000);
  let folder: { path: string; remove: () => void };
  let server: RunningServer;
  const sockets: { destroy(): void }[] = [];

  async function start(flags: Record<string, unknown> = {}): Promise<void> {
    folder = temporaryFolder('manners');
    const base = { port: 0, dataDir: `${folder.path}/data`, logLevel: 'silent', adminPassword: PASSWORD };
    server = await startServer(resolveSettings({ flags: { ...base, ...flags } }));
  }

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await server.close();
    folder.remove();
  });

  async function login(): Promise<WireConnection> {
    const connection = await WireConnection.login(server.port, 'admin', PASSWORD);
    sockets.push(connection.socket);
    return connection;
  }

  async function open(...bytes: Uint8Array[]): Promise<Socket> {
    const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
    sockets.push(socket);
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(Buffer.concat(bytes));
    return socket;
  }

  const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

  const text = (socket: Socket) =>
    new Promise<string>((resolve) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.once('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    });

  /** Waits until the server runs so many requests of others. */
  async function running(count: number): Promise<void> {
    const { running: requests } = server.engine.activity;
    for (const deadline = Date.now() + 15_000; requests.size !== count; await sleep(20)) {
      assert.ok(Date.now() < deadline, `${requests.size} requests under way, not ${count}`);
    }
  }

  function framed(message: object): Buffer {
    const payload = pack(message);
    const header = Buffer.alloc(4);
    header.writeUInt32BE(payload.length);
    return Buffer.concat([header, payload]);
  }

  function httpQuery(query: string): Buffer {
    const body = JSON.stringify({ query });
    const basic = Buffer.from(`admin:${PASSWORD}`).toString('base64');
    const head = `POST /_api/database/_system/cursor HTTP/1.1\r\nhost: x\r\nauthorization: Basic ${basic}\r\n`;
    return Buffer.from(`${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  }

  it('gives up the query of a client that has gone with a plain end, at both doors', async () => {
    await start();
    for (const isFirstOnly of [true, false]) {
      const native = await login();
      native.socket.write(framed({ cmd: 'query', database: '_system', sdbql: ENDLESS }));
      // One more waits behind it, and begins when it is over.
      if (!isFirstOnly) native.socket.write(framed({ cmd: 'query', database: '_system', sdbql: ENDLESS }));
      await running(1);
      native.socket.end();
      await running(0);
    }
    const http = await open(httpQuery(ENDLESS));
    await running(1);
    http.end();
    await running(0);
  });

  it('closes who begins a frame and does not go on, byte by byte too', async () => {
    await start({ requestTimeoutMs: 1_200, handshakeTimeoutMs: 600 });
    const stranger = await open(MAGIC, Buffer.of(0, 0, 1, 0, 7));
    const known = await login();
    known.socket.write(Buffer.of(0, 0, 1, 0));
    const trickle = setInterval(() => known.socket.write(Buffer.of(1)), 100);
    const healthy = await login();
    const begun = Date.now();
    await Promise.all([closed(stranger), closed(known.socket)]);
    clearInterval(trickle);
    assert.ok(Date.now() - begun >= 600);
    // One that says whole frames, or nothing for now, stays.
    assert.equal((await healthy.send({ cmd: 'ping' })).status, 'pong');
  });

  it('closes strangers who say nothing more, and others when the settings say so', async () => {
    await start({ strangerTimeoutMs: 500, idleTimeoutMs: 1_500 });
    const stranger = await open(MAGIC);
    const [idle, busy] = [await login(), await login()];
    busy.socket.write(framed({ cmd: 'query', database: '_system', sdbql: 'RETURN SLEEP(4000)' }));
    await closed(stranger);
    assert.equal(idle.closed, false);
    await closed(idle.socket);
    // Whoever waits for an answer is not silent.
    assert.equal(busy.closed, false);
  });

  it('closes slow headers and slow bodies over HTTP', async () => {
    await start({ requestTimeoutMs: 1_500, handshakeTimeoutMs: 700 });
    const headers = await open(Buffer.from('GET /health HTTP/1.1\r\nhost: x\r\n'));
    const whole = httpQuery('RETURN 1');
    const body = await open(whole.subarray(0, whole.length - 5));
    const trickle = setInterval(() => headers.write('x: y\r\n'), 100);
    const answers = await Promise.all([text(headers), text(body)]);
    clearInterval(trickle);
    for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 408 /);
  });

  it('closes who takes nothing of its replies, and soon when its user has too many waiting', async () => {
    await start({ bytesInFlightByUserMax: 8 * 1024 * 1024 });
    const greedy = await login();
    greedy.socket.pause();
    const query = framed({ cmd: 'query', database: '_system', sdbql: 'FOR i IN 1..40000 RETURN REPEAT("x", 100)' });
    greedy.socket.write(Buffer.concat(Array.from({ length: 10 }, () => query)));
    await closedByServer(greedy);
    const healthy = await login();
    assert.deepEqual(await healthy.query('_system', 'RETURN 1'), [1]);
  });

  /** The paused socket of a client does not see that it was closed; the server does. */
  async function closedByServer(connection: WireConnection): Promise<void> {
    const usage = async () =>
      (await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text()).match(
        /^cairn_native_connections (\d+)/m,
      )![1];
    for (const deadline = Date.now() + 20_000; (await usage()) !== '0'; await sleep(50))
      assert.ok(Date.now() < deadline);
    connection.socket.destroy();
  }

  it('answers at once whom it has no room for, in the words of the protocol', async () => {
    await start({ connectionsMax: 3, connectionsByUserMax: 1 });
    const first = await login();
    const second = await WireConnection.open(server.port);
    sockets.push(second.socket);
    const refused = await second.send({ cmd: 'auth', username: 'admin', password: PASSWORD });
    assert.deepEqual([refused.code, refused.retryable], ['overloaded', true]);
    const third = await open(MAGIC);
    const native = await WireConnection.open(server.port);
    const reply = await native.send({ cmd: 'ping' });
    assert.deepEqual([reply.code, reply.retryable], ['overloaded', true]);
    const http = await text(await open(Buffer.from('GET /health HTTP/1.1\r\nhost: x\r\n\r\n')));
    assert.match(http, /^HTTP\/1\.1 503 [\s\S]*retry-after: 1[\s\S]*"error_code":"overloaded"/);
    third.destroy();
    await sleep(50);
    assert.equal((await fetch(`http://127.0.0.1:${server.port}/health`)).status, 200);
    assert.equal((await first.send({ cmd: 'ping' })).status, 'pong');
  });

  it('lets so many in from one address', async () => {
    await start({ connectionsByAddressMax: 2 });
    await login();
    await login();
    const third = await WireConnection.open(server.port);
    assert.equal((await third.send({ cmd: 'ping' })).code, 'overloaded');
  });

  it('refuses a large frame that is still coming when there is no room for it, and goes on behind it', async () => {
    await start({ bytesInFlightByUserMax: 200_000 });
    const socket = await open(MAGIC, framed({ cmd: 'auth', username: 'admin', password: PASSWORD }));
    const codes: unknown[] = [];
    const reader = new FrameReader();
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk);
      for (let frame = reader.next(); frame instanceof Buffer; frame = reader.next()) {
        const { code, status } = unpack(frame) as { code?: string; status: string };
        codes.push(code ?? status);
      }
    });
    const answered = async (count: number) => {
      for (const deadline = Date.now() + 15_000; codes.length < count; await sleep(10))
        assert.ok(Date.now() < deadline);
    };
    await answered(1);
    const large = framed({ cmd: 'ping', padding: 'x'.repeat(1_000_000) });
    socket.write(large.subarray(0, 500_000));
    await answered(2);
    socket.write(Buffer.concat([large.subarray(500_000), framed({ cmd: 'list_databases' })]));
    await answered(3);
    assert.deepEqual(codes, ['ok', 'overloaded', 'ok']);
  });
});
