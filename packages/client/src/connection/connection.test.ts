import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CairnError, type ValueObject } from '@cairn/protocol/internal';
import { CairnConnectionError } from '../errors/cairn-connection-error.ts';
import { CairnServerError } from '../errors/cairn-server-error.ts';
import { Connection } from './connection.ts';
import { type FakeHandler, FakeServer } from './fake-server.ts';

const OPEN_TIMEOUT_MS = 5_000;

describe('a connection', () => {
  let server: FakeServer | undefined;
  let connection: Connection | undefined;

  afterEach(async () => {
    connection?.close();
    await server?.stop();
    server = undefined;
  });

  async function open(handler: FakeHandler, options = {}): Promise<Connection> {
    server = await FakeServer.start(handler, options);
    connection = await Connection.open({ host: '127.0.0.1', port: server.port }, OPEN_TIMEOUT_MS);
    return connection;
  }

  it('reads replies that arrive one byte at a time', async () => {
    const link = await open((request) => ({ status: 'ok', data: { echo: request.text } }), {
      byteByByte: true,
    });
    const replies = await Promise.all(['a', 'ü', '😀'].map((text) => link.request('echo', { text })));
    assert.deepEqual(
      replies.map((reply) => (reply.data as ValueObject).echo),
      ['a', 'ü', '😀'],
    );
  });

  it('gives each of many pipelined requests its own reply, in whatever order they come', async () => {
    const link = await open(async (request) => {
      await sleep(Number(request.n) % 7);
      return { status: 'ok', data: request.n };
    });
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    const replies = await Promise.all(numbers.map((n) => link.request('echo', { n })));
    assert.deepEqual(
      replies.map((reply) => reply.data),
      numbers,
    );
  });

  it('matches by order the replies of a server that sends no rid', async () => {
    const link = await open((request) => ({ status: 'ok', data: request.n, rid: null }));
    const waiting = [1, 2, 3].map((n) => link.request('echo', { n }));
    // The fake adds the rid of the request; a reply without one is made by sending none.
    assert.deepEqual(
      (await Promise.all(waiting)).map((reply) => reply.data),
      [1, 2, 3],
    );
  });

  it('turns error replies into errors with code, details and retryable', async () => {
    const link = await open(() => ({
      status: 'error',
      error: { DatabaseError: "Collection 'x' not found" },
      code: 'not_found',
      retryable: true,
      details: { collection: 'x' },
    }));
    await assert.rejects(link.request('get', {}), (error: CairnServerError) => {
      assert.ok(error instanceof CairnServerError);
      assert.deepEqual(
        [error.code, error.message, error.variant, error.retryable, error.details.collection],
        ['not_found', "Collection 'x' not found", 'DatabaseError', true, 'x'],
      );
      return true;
    });
  });

  it('understands the bare variant and errors without a code', async () => {
    const link = await open((request) =>
      request.n === 1
        ? { status: 'error', error: 'MessageTooLarge', code: 'limit_exceeded' }
        : { status: 'error', error: { AuthError: 'no' } },
    );
    await assert.rejects(link.request('a', { n: 1 }), { code: 'limit_exceeded', variant: 'MessageTooLarge' });
    await assert.rejects(link.request('a', { n: 2 }), { code: 'internal', variant: 'AuthError' });
  });

  it('gives up at the deadline and cancels on the server; later replies do no harm', async () => {
    const link = await open(async (request) => {
      if (request.cmd === 'slow') await sleep(60);
      return { status: 'ok', data: request.cmd };
    });
    await assert.rejects(link.request('slow', {}, { timeoutMs: 20 }), { code: 'timeout', name: 'CairnTimeoutError' });
    assert.equal((await link.request('quick', {})).data, 'quick');
    await sleep(80);
    assert.equal((await link.request('quick', {})).data, 'quick');
    const cancel = server!.requests.find((request) => request.cmd === 'cancel')!;
    const slow = server!.requests.find((request) => request.cmd === 'slow')!;
    assert.equal(cancel.target, slow.rid);
    assert.equal(slow.timeout_ms, 20);
    assert.equal(link.load, 0);
  });

  it('gives up when its signal is aborted, with the reason as cause', async () => {
    const link = await open(() => undefined);
    const controller = new AbortController();
    const waiting = link.request('slow', {}, { signal: controller.signal });
    controller.abort('enough');
    await assert.rejects(waiting, { code: 'cancelled', cause: 'enough' });
    await assert.rejects(link.request('slow', {}, { signal: controller.signal }), { code: 'cancelled' });
    await sleep(10);
    assert.deepEqual(server!.commands, ['slow', 'cancel']);
  });

  it('fails what is under way when the server hangs up', async () => {
    const link = await open(() => 'hang up');
    await assert.rejects(
      link.request('get', {}),
      (error: CairnConnectionError) => error.sent && error.code === 'connection_failed',
    );
    assert.equal(link.isOpen, false);
    await assert.rejects(link.request('get', {}), (error: CairnConnectionError) => !error.sent);
  });

  it('refuses a request that does not fit a frame, and goes on', async () => {
    const link = await open(() => ({ status: 'ok' }));
    await assert.rejects(link.request('insert', { document: 'x'.repeat(17 * 1024 * 1024) }), {
      code: 'limit_exceeded',
    });
    assert.equal((await link.request('ping', {})).status, 'ok');
  });

  it('refuses what cannot be sent as an error of its own, and goes on', async () => {
    const link = await open(() => ({ status: 'ok' }));
    const itself: Record<string, unknown> = {};
    itself.self = itself;
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = { deep };
    const values = [itself, deep, Symbol('x'), 1n << 70n, new Float32Array([1]), { list: [new BigInt64Array(2)] }];
    for (const document of values) {
      await assert.rejects(link.request('insert', { document }), (error: CairnError) => {
        assert.match(error.message, /^insert cannot be sent: /);
        return error instanceof CairnError && error.code === 'invalid_argument';
      });
    }
    for (const timeoutMs of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 86_400_001]) {
      await assert.rejects(link.request('ping', {}, { timeoutMs }), { code: 'invalid_argument' }, String(timeoutMs));
    }
    assert.equal((await link.request('ping', {})).status, 'ok');
    await link.request('query', { timeout_ms: 5 });
    assert.equal(server?.requests.at(-1)?.timeout_ms, 5);
  });

  it('breaks on nonsense from the server', async () => {
    for (const nonsense of [
      Buffer.from([0, 0, 0, 1, 0xc1]),
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0, 0, 0, 1, 5]),
    ]) {
      const liar = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.write(nonsense)));
      await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
      const { port } = liar.address() as { port: number };
      const link = await Connection.open({ host: '127.0.0.1', port }, OPEN_TIMEOUT_MS);
      await assert.rejects(link.request('ping', {}), CairnConnectionError);
      liar.close();
    }
  });

  it('says which address refused', async () => {
    server = await FakeServer.start(() => undefined);
    const { port } = server;
    await server.stop();
    await assert.rejects(Connection.open({ host: '127.0.0.1', port }, OPEN_TIMEOUT_MS), (error: CairnError) => {
      return error instanceof CairnConnectionError && error.message.includes(String(port)) && error.retryable;
    });
  });
});
