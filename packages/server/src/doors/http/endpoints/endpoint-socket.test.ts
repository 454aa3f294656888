import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Value } from '@cairn/protocol/internal';
import type { ScriptOutcome, ScriptRun } from '@cairn/scripting/internal';
import { type RunningServer, startServer } from '../../../server.ts';
import { resolveSettings } from '../../../settings.ts';
import { ADMIN_PASSWORD } from '../../../testing/test-engine.ts';

const DONE: ScriptOutcome = { kind: 'answer', status: 200, headers: [], body: new Uint8Array(0) };

type Life = (ask: (name: string, ...parameters: Value[]) => Promise<Value>) => Promise<unknown>;

/** Runs lives of connections that are written in the test. */
class FakeHost {
  readonly lives = new Map<string, Life>();

  async run(run: ScriptRun): Promise<ScriptOutcome> {
    const ended = new Promise<ScriptOutcome>((resolve) => {
      const failure = { kind: 'failure', reason: 'cancelled', status: 500, headers: [], isChosen: false } as const;
      run.signal?.addEventListener('abort', () => resolve({ ...failure, message: 'cancelled' }));
    });
    const life = this.lives.get(run.source.code)!;
    const lived = life(async (name, ...parameters) => (await run.calls.call(name, parameters)) as Value).then(
      () => DONE,
    );
    return Promise.race([lived, ended]);
  }

  close(): void {}
}

/** What a client has heard, and waits for. */
class Client {
  readonly heard: string[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  #wake: () => void = () => {};

  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, { headers } as never);
    this.socket.onmessage = ({ data }) => {
      this.heard.push(String(data));
      this.#wake();
    };
    this.closed = new Promise((resolve) => {
      this.socket.onclose = ({ code }) => resolve(code);
      this.socket.onerror = () => resolve(0);
    });
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.onopen = () => resolve();
      void this.closed.then(() => reject(new Error('never opened')));
    });
  }

  async hears(count: number): Promise<string[]> {
    while (this.heard.length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.heard;
  }
}

describe('WebSocket scripts', function () {
  this.timeout(20_000);
  const host = new FakeHost();
  let folder: string;
  let server: RunningServer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cairn-sockets-'));
    const flags = { port: 0, dataDir: join(folder, 'data'), logLevel: 'silent', adminPassword: ADMIN_PASSWORD };
    server = await startServer(resolveSettings({ flags }));
    const { engine } = server;
    engine.scripts.useRunner(host);
    for (const database of ['one', 'two']) {
      await engine.createDatabase(database);
      await engine.scripts.services.create(engine.database(database), 'live', {}, 'admin');
    }
  });

  after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function install(database: string, code: string, life: Life, more: object = {}): Promise<void> {
    host.lives.set(code, life);
    const script = { name: code, path: code, methods: ['WS'], code, service: 'live', ...more };
    await server.engine.scripts.management.create(server.engine.database(database), script, 'admin');
  }

  async function client(database: string, path: string): Promise<Client> {
    const made = new Client(`ws://127.0.0.1:${server.port}/api/${database}/live/${path}`);
    await made.opened();
    return made;
  }

  it('last no longer than the session of whom they were opened by', async () => {
    await install('one', 'ticker', async (ask) => {
      for (let text = await ask('ws.recv'); text !== null; text = await ask('ws.recv')) await ask('ws.send', text);
    });
    const { security } = server.engine;
    const { accounts, sessions } = security;
    const ends: [string, (user: string, token: string) => Promise<unknown>][] = [
      ['logged-out', async (_user, token) => sessions.end(await sessions.redeem(token))],
      ['revoked', (user) => accounts.endSessions(user)],
      ['deleted', (user) => accounts.deleteUser(user)],
      ['new-password', (user) => accounts.changePassword(user, 'another password 2')],
    ];
    for (const [user, end] of ends) {
      await accounts.createUser(user, 'a long password 1', []);
      const { token } = await sessions.begin(user, accounts.credentialOf(user)!);
      const url = `ws://127.0.0.1:${server.port}/api/one/live/ticker`;
      const [caller, anonymous] = [new Client(url, { authorization: `Bearer ${token}` }), new Client(url)];
      await Promise.all([caller.opened(), anonymous.opened()]);
      caller.socket.send('first');
      await caller.hears(1);
      await end(user, token);
      caller.socket.send('second');
      assert.equal(await caller.closed, 4401, user);
      assert.deepEqual(caller.heard, ['first'], user);
      anonymous.socket.send('still here');
      assert.deepEqual(await anonymous.hears(1), ['still here']);
      anonymous.socket.close();
    }
  });

  it('lives as long as its script', async () => {
    await install('one', 'echo', async (ask) => {
      for (let text = await ask('ws.recv'); text !== null && text !== 'end'; text = await ask('ws.recv')) {
        await ask('ws.send', `you said ${text}`);
      }
    });
    const { socket, closed, heard } = await client('one', 'echo');
    for (const text of ['a', 'b', 'end']) socket.send(text);
    assert.equal(await closed, 1000);
    assert.deepEqual(heard, ['you said a', 'you said b']);
    assert.equal(server.engine.scripts.statistics.activeSockets, 0);
  });

  it('gives a message of a channel to all who have subscribed in the same database, the sender too', async () => {
    const room: Life = async (ask) => {
      await ask('channel.subscribe', 'room');
      await ask('ws.send', 'ready');
      for (;;) {
        const event = (await ask('ws.recv_any')) as [string, string] | null;
        if (event === null) return;
        if (event[1] === 'ws') await ask('channel.broadcast', 'room', event[0]);
        else await ask('ws.send', `${event[1]}: ${event[0]}`);
      }
    };
    await install('one', 'room', room);
    await install('two', 'room', room);
    const [ann, bob, other] = [await client('one', 'room'), await client('one', 'room'), await client('two', 'room')];
    for (const each of [ann, bob, other]) await each.hears(1);
    ann.socket.send('hello');
    assert.deepEqual(await ann.hears(2), ['ready', 'channel: hello']);
    assert.deepEqual(await bob.hears(2), ['ready', 'channel: hello']);
    assert.deepEqual(other.heard, ['ready']);
    for (const each of [ann, bob, other]) each.socket.close();
    await Promise.all([ann.closed, bob.closed, other.closed]);
  });

  it('tells who comes and goes', async () => {
    await install('one', 'presence', async (ask) => {
      await ask('channel.subscribe', 'hall');
      await ask('presence.join', 'hall', { name: 'x' });
      for (;;) {
        const event = (await ask('ws.recv_any')) as [string, string] | null;
        if (event === null) return;
        const present = (await ask('presence.list', 'hall')) as Value[];
        const { event_type } = JSON.parse(event[0]);
        await ask('ws.send', `${event[1]} ${event_type} ${present.length}`);
      }
    });
    const first = await client('one', 'presence');
    await first.hears(1);
    const second = await client('one', 'presence');
    assert.deepEqual(await first.hears(2), ['presence join 1', 'presence join 2']);
    second.socket.close();
    assert.deepEqual((await first.hears(3))[2], 'presence leave 1');
    first.socket.close();
    await first.closed;
  });

  it('ends a script that computes for longer than its limit without asking for anything', async () => {
    await install('one', 'spin', () => new Promise(() => {}), { limits: { timeout_ms: 50 } });
    const spinning = await client('one', 'spin');
    assert.equal(await spinning.closed, 1011);
    assert.match(spinning.heard[0]!, /^Lua Error: .*timed out/);
  });

  it('ends with its database', async () => {
    await install('two', 'waiting', (ask) => ask('ws.recv'));
    const waiting = await client('two', 'waiting');
    await server.engine.dropDatabase('two');
    assert.equal(await waiting.closed, 1011);
  });

  it('answers as HTTP what it does not let in', async () => {
    const unknown = new Client(`ws://127.0.0.1:${server.port}/api/one/live/nothing`);
    assert.ok([0, 1006].includes(await unknown.closed));
    const plain = await fetch(`http://127.0.0.1:${server.port}/api/one/live/echo`);
    assert.equal(plain.status, 404);
  });
});
