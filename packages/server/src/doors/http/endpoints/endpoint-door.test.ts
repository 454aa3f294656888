import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeValue, EncodedValue, type Value } from '@cairn/protocol/internal';
import { type ScriptOutcome, type ScriptRun, StreamFailure } from '@cairn/scripting/internal';
import { type RunningServer, startServer } from '../../../server.ts';
import { resolveSettings } from '../../../settings.ts';
import { ADMIN_PASSWORD } from '../../../testing/test-engine.ts';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: { readonly [name: string]: unknown } | undefined;
}

const BASIC = `Basic ${Buffer.from(`admin:${ADMIN_PASSWORD}`).toString('base64')}`;

/** Stands for the script host: the text of a script is the name of what it does. */
class FakeHost {
  readonly runs: ScriptRun[] = [];
  readonly answers = new Map<string, (run: ScriptRun) => Promise<ScriptOutcome> | ScriptOutcome>();

  async run(run: ScriptRun): Promise<ScriptOutcome> {
    this.runs.push(run);
    const answer = this.answers.get(run.source.code);
    return answer === undefined ? json({ code: run.source.code, path: run.request.path }) : answer(run);
  }

  close(): void {}
}

function json(value: unknown, headers: readonly (readonly [string, string])[] = []): ScriptOutcome {
  const type = ['Content-Type', 'application/json; charset=utf-8'] as const;
  return { kind: 'answer', status: 200, headers: [type, ...headers], body: Buffer.from(JSON.stringify(value)) };
}

async function called(run: ScriptRun, name: string, ...parameters: Value[]): Promise<Value> {
  const result = await run.calls.call(name, parameters);
  return result instanceof EncodedValue ? decodeValue(result.bytes, result.start) : result;
}

describe('the door of scripts', function () {
  this.timeout(20_000);
  const host = new FakeHost();
  let folder: string;
  let server: RunningServer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cairn-endpoints-'));
    const flags = { port: 0, dataDir: join(folder, 'data'), logLevel: 'silent', adminPassword: ADMIN_PASSWORD };
    server = await startServer(resolveSettings({ flags }));
    server.engine.scripts.useRunner(host);
    await manage('POST', '/_api/database', { name: 'shop' });
    await manage('POST', '/_api/database/shop/services', { key: 'default' });
    await manage('POST', '/_api/database/shop/services', { key: 'locked', require_auth: true });
    await manage('POST', '/_api/database/shop/services', { key: 'off', enabled: false });
    await manage('POST', '/_api/database/shop/collection', { name: 'users' });
    await install({ path: 'users/:id', code: 'user' });
    await install({ path: 'users/me', code: 'me' });
    await install({ path: 'echo', code: 'echo', methods: ['GET', 'POST', 'PATCH'] });
    await install({ path: 'inside', code: 'inside', service: 'locked' });
  });

  after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function send(method: string, path: string, init: { body?: string; headers?: Record<string, string> } = {}) {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method, redirect: 'manual', ...init });
    const text = await response.text();
    const isJson = text !== '' && response.headers.get('content-type')?.startsWith('application/json') === true;
    const answer: Answer = {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
    return answer;
  }

  async function manage(method: string, path: string, body?: unknown) {
    const headers = { authorization: BASIC, 'content-type': 'application/json' };
    const answer = await send(method, path, { headers, body: body === undefined ? undefined : JSON.stringify(body) });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json!;
  }

  function install(script: { path: string; code: string; [member: string]: unknown }) {
    return manage('POST', '/_api/database/shop/scripts', { name: script.path, methods: ['GET'], ...script });
  }

  const errorOf = ({ status, json: body }: Answer) => [status, body?.error, body?.type];

  it('says where a script answers', async () => {
    const made = await install({ path: '/new/:thing', code: 'x' });
    assert.deepEqual(
      { id: made.id, path: made.path, service: made.service, url: made.url },
      { id: 'shop_default_new__thing', path: 'new/:thing', service: 'default', url: '/api/shop/default/new/:thing' },
    );
  });

  it('checks database, service, switch, credentials and script, in this order', async () => {
    assert.deepEqual(errorOf(await send('GET', '/api/nowhere/default/x')), [
      404,
      "Database 'nowhere' not found",
      'CollectionNotFound',
    ]);
    assert.deepEqual(errorOf(await send('GET', '/api/shop/nowhere/x')), [
      404,
      "Service 'nowhere' not found in database 'shop'",
      'DocumentNotFound',
    ]);
    assert.deepEqual(errorOf(await send('GET', '/api/shop/off/x')), [400, "Service 'off' is disabled", 'BadRequest']);
    assert.deepEqual(errorOf(await send('GET', '/api/shop/locked/none')), [
      401,
      'Authentication required for this service',
      'Unauthorized',
    ]);
    assert.deepEqual(errorOf(await send('GET', '/api/shop/default/none/at/all')), [
      404,
      'No script found for GET shop/default/none/at/all in shop',
      'DocumentNotFound',
    ]);
  });

  it('refuses wrong credentials even where none are needed, and leaves unknown schemes to the script', async () => {
    const wrong = await send('GET', '/api/shop/default/echo', { headers: { authorization: 'Bearer nonsense' } });
    assert.deepEqual([wrong.status, wrong.text], [401, '']);
    const own = await send('GET', '/api/shop/default/echo', { headers: { authorization: 'Weird abc' } });
    assert.equal(own.status, 200);
    assert.equal(host.runs.at(-1)!.request.headers.get('authorization'), 'Weird abc');
  });

  it('tells a script who asks, but not by which password', async () => {
    const answer = await send('GET', '/api/shop/locked/inside', { headers: { authorization: BASIC } });
    assert.equal(answer.status, 200);
    const { user, headers } = host.runs.at(-1)!.request;
    assert.deepEqual([user, headers.has('authorization')], [{ username: 'admin', roles: ['admin'] }, false]);
  });

  it('takes a path that is spelled out before one with parameters', async () => {
    assert.equal((await send('GET', '/api/shop/default/users/me')).json!.code, 'me');
    assert.equal((await send('GET', '/api/shop/default/users/a%20b?x=1&x=2')).json!.code, 'user');
    const { params, query } = host.runs.at(-1)!.request;
    assert.deepEqual([params.get('id'), query.get('x')], ['a b', '2']);
  });

  it('hands over JSON exactly, and takes nothing else', async () => {
    const type = { 'content-type': 'application/vnd.x+json' };
    const body = '{"big":9007199254740993,"list":[],"none":null}';
    assert.equal((await send('POST', '/api/shop/default/echo', { body, headers: type })).status, 200);
    const { bytes, start } = host.runs.at(-1)!.request.body!;
    assert.deepEqual(decodeValue(bytes, start), { big: 9007199254740993n, list: [], none: null });
    const text = { body: 'hello', headers: { 'content-type': 'text/plain' } };
    assert.equal((await send('POST', '/api/shop/default/echo', text)).status, 415);
    const broken = { body: '{"a":', headers: type };
    assert.equal((await send('POST', '/api/shop/default/echo', broken)).status, 400);
    assert.equal((await send('PATCH', '/api/shop/default/echo')).status, 200);
  });

  it('refuses a body that is too large before it is read', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': String(11 * 1024 * 1024) };
      const options = { port: server.port, method: 'POST', path: '/api/shop/default/echo', headers };
      const outgoing = httpRequest(options, (response) => {
        resolve(response.statusCode!);
        outgoing.destroy();
      });
      outgoing.on('error', reject);
      outgoing.write('[');
    });
    assert.equal(status, 413);
  });

  it('lets who sends too much read that it was, on the same connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = `"${'x'.repeat(11 * 1024 * 1024)}"`;
    const ask = (path: string, text: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
        const options = { port: server.port, method: 'POST', path, headers, agent };
        const outgoing = httpRequest(options, (response) => {
          response.resume().on('end', () => resolve(response.statusCode!));
        });
        outgoing.on('error', reject).end(text);
      });
    for (let round = 0; round < 3; round++) {
      assert.equal(await ask('/api/shop/default/echo', body), 413);
      assert.equal(await ask('/api/shop/default/nowhere', body), 404);
      assert.equal(await ask('/_api/database/shop/document/users', body), 401);
      assert.equal(await ask('/api/shop/default/echo', '1'), 200);
    }
    agent.destroy();
  });

  it('answers HEAD by a script that names it, and OPTIONS by itself', async () => {
    assert.equal((await send('HEAD', '/api/shop/default/echo')).status, 404);
    await install({ path: 'head', code: 'echo', methods: ['GET', 'HEAD'] });
    const head = await send('HEAD', '/api/shop/default/head');
    assert.deepEqual([head.status, head.text, Number(head.headers.get('content-length')) > 0], [200, '', true]);
    const options = await send('OPTIONS', '/api/shop/default/echo', { headers: { origin: 'https://a.example' } });
    assert.deepEqual(
      [options.status, options.headers.get('allow'), options.headers.get('access-control-allow-origin')],
      [200, 'GET, PATCH, POST, OPTIONS', '*'],
    );
  });

  it('lets only the pages of its list call a service that has one', async () => {
    const cors = { origins: ['https://a.example'], credentials: true, max_age: 60 };
    await manage('POST', '/_api/database/shop/services', { key: 'pages', cors });
    await install({ path: 'p', code: 'p', service: 'pages' });
    const from = async (origin: string) => (await send('GET', '/api/shop/pages/p', { headers: { origin } })).headers;
    const [own, other] = [await from('https://a.example'), await from('https://b.example')];
    assert.equal(own.get('access-control-allow-origin'), 'https://a.example');
    assert.equal(own.get('access-control-allow-credentials'), 'true');
    assert.deepEqual([other.get('access-control-allow-origin'), other.get('vary')], [null, 'Origin']);
  });

  it('sends what a script says, except how the bytes travel', async () => {
    await install({ path: 'headers', code: 'headers' });
    host.answers.set('headers', () =>
      json(1, [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['Content-Length', '999'],
        ['bad name', 'x'],
        ['X-Bad', 'a\r\nb'],
        ['Access-Control-Allow-Origin', 'https://own.example'],
      ]),
    );
    const { status, headers, text } = await send('GET', '/api/shop/default/headers');
    assert.deepEqual([status, text, headers.getSetCookie()], [200, '1', ['a=1', 'b=2']]);
    assert.equal(headers.get('access-control-allow-origin'), 'https://own.example');
    assert.equal(headers.has('x-bad'), false);
  });

  it('streams', async () => {
    await install({ path: 'stream', code: 'stream' });
    host.answers.set('stream', () => ({
      kind: 'answer',
      status: 200,
      headers: [['Content-Type', 'text/plain']],
      body: (async function* () {
        for (let i = 0; i < 300; i++) yield Buffer.from(`line ${i}\n`);
      })(),
    }));
    const { text, headers } = await send('GET', '/api/shop/default/stream');
    assert.equal(text.split('\n').length, 301);
    assert.equal(headers.get('content-type'), 'text/plain');
  });

  it('answers with the error of a stream that fails before its first part', async () => {
    await install({ path: 'broken', code: 'broken' });
    let failing = new Error('broken:1: first');
    host.answers.set('broken', () => ({
      kind: 'answer',
      status: 200,
      headers: [
        ['Content-Type', 'text/plain'],
        ['Set-Cookie', 'a=1'],
      ],
      // biome-ignore lint/correctness/useYield: that it yields nothing is what is tested
      body: (async function* () {
        await sleep(300);
        throw failing;
      })(),
    }));
    const { status, json, headers } = await send('GET', '/api/shop/default/broken');
    assert.deepEqual([status, json?.error, headers.getSetCookie()], [500, 'broken:1: first', ['a=1']]);
    failing = new StreamFailure('broken: timed out after 5000 ms', 'timeout');
    const late = await send('GET', '/api/shop/default/broken');
    assert.deepEqual([late.status, late.json?.error], [504, failing.message]);
    failing = new StreamFailure('gone', 'error', 410);
    const chosen = await send('GET', '/api/shop/default/broken');
    assert.deepEqual([chosen.status, chosen.json], [410, { error: 'gone' }]);
    assert.equal(server.engine.scripts.statistics.activeScripts, 0);
  });

  it('lets a script that streams go on asking the server until it has ended', async () => {
    await install({ path: 'slowly', code: 'slowly' });
    host.answers.set('slowly', async (run) => {
      const tx = await called(run, 'tx.begin');
      const body = (async function* () {
        for (const key of ['s1', 's2']) {
          await called(run, 'db.insert', 'users', { _key: key }, tx);
          yield Buffer.from(`${key} `);
        }
        yield Buffer.from(String(server.engine.scripts.statistics.activeScripts));
      })();
      return { kind: 'answer', status: 42, headers: [], body };
    });
    const { text, status } = await send('GET', '/api/shop/default/slowly');
    assert.deepEqual([text, status], ['s1 s2 1', 500]);
    assert.deepEqual([server.engine.transactions.size, server.engine.scripts.statistics.activeScripts], [0, 0]);
  });

  it('shows a failure as the script chose it, or with its kind', async () => {
    await install({ path: 'fail', code: 'fail' });
    const failure = { kind: 'failure', headers: [['X-Own', '1']] } as const;
    host.answers.set('fail', () => ({ ...failure, reason: 'error', status: 404, message: 'no', isChosen: true }));
    const chosen = await send('GET', '/api/shop/default/fail');
    assert.deepEqual([chosen.status, chosen.json, chosen.headers.get('x-own')], [404, { error: 'no' }, '1']);
    host.answers.set('fail', () => ({ ...failure, reason: 'timeout', status: 504, message: 'late', isChosen: false }));
    const late = await send('GET', '/api/shop/default/fail');
    assert.deepEqual(late.json, { error: 'late', code: 504, type: 'ScriptTimeout' });
  });

  it('notices changes at every door at once', async () => {
    const seen = async () => (await send('GET', '/api/shop/default/changing')).json?.code;
    const { id } = await install({ path: 'changing', code: 'one' });
    assert.equal(await seen(), 'one');
    await manage('PUT', `/_api/database/shop/scripts/${id}`, { code: 'two' });
    assert.equal(await seen(), 'two');
    await manage('PUT', `/_api/database/shop/document/_scripts/${id}`, { code: 'three' });
    assert.equal(await seen(), 'three');
    const query = "FOR s IN _scripts FILTER s.path == 'changing' UPDATE s WITH { code: 'four' } IN _scripts";
    await manage('POST', '/_api/database/shop/cursor', { query });
    assert.equal(await seen(), 'four');
    await manage('DELETE', `/_api/database/shop/scripts/${id}`);
    assert.equal((await send('GET', '/api/shop/default/changing')).status, 404);
  });

  it('runs a script in the name of its definer, its caller or a role', async () => {
    await install({ path: 'as/definer', code: 'insert' });
    await install({ path: 'as/caller', code: 'insert', run_as: 'caller' });
    await install({ path: 'as/viewer', code: 'insert', run_as: 'viewer' });
    host.answers.set('insert', async (run) => {
      try {
        const { name } = (await called(run, 'db.insert', 'users', { name: 'x' })) as { name: string };
        return json(name);
      } catch (error) {
        return json((error as { code: string }).code);
      }
    });
    assert.equal((await send('GET', '/api/shop/default/as/definer')).text, '"x"');
    assert.equal((await send('GET', '/api/shop/default/as/caller')).text, '"Unauthorized"');
    const admin = { headers: { authorization: BASIC } };
    assert.equal((await send('GET', '/api/shop/default/as/caller', admin)).text, '"x"');
    assert.equal((await send('GET', '/api/shop/default/as/viewer', admin)).text, '"Forbidden"');
  });

  it('rolls back what a run has left open', async () => {
    await install({ path: 'open', code: 'open' });
    host.answers.set('open', async (run) => {
      const tx = await called(run, 'tx.begin');
      await called(run, 'db.insert', 'users', { _key: 'ghost' }, tx);
      return json(await called(run, 'db.get', 'users', 'ghost', tx));
    });
    assert.equal((await send('GET', '/api/shop/default/open')).json!._key, 'ghost');
    assert.equal(server.engine.transactions.size, 0);
  });

  it('describes a service', async () => {
    const described = await manage('GET', '/_api/database/shop/services/default/openapi');
    assert.equal(described.openapi, '3.0.3');
    assert.ok(Object.hasOwn(described.paths as object, '/users/{id}'));
  });

  it('keeps records that are no scripts from harming the others', async () => {
    await manage('POST', '/_api/database/shop/document/_scripts', { _key: 'odd', path: 5, code: null });
    assert.equal((await send('GET', '/api/shop/default/users/me')).status, 200);
    const { scripts } = await manage('GET', '/_api/database/shop/scripts');
    assert.ok((scripts as { id: string }[]).some(({ id }) => id === 'odd'));
  });

  it('refuses what is no script', async () => {
    const headers = { authorization: BASIC, 'content-type': 'application/json' };
    const refused = async (members: object) => {
      const script = { name: 'n', path: `p${Math.random()}`, methods: ['GET'], code: '', ...members };
      return (await send('POST', '/_api/database/shop/scripts', { headers, body: JSON.stringify(script) })).status;
    };
    for (const language of ['cobol', 'JavaScript', '', 5, true, ['lua'], {}]) {
      assert.equal(await refused({ language }), 400, JSON.stringify(language));
    }
    assert.equal(await refused({ methods: undefined }), 422);
    assert.equal(await refused({ run_as: 'nobody' }), 400);
    assert.equal(await refused({ limits: { timeout_ms: -1 } }), 400);
    assert.equal(await refused({ path: 'users/me' }), 400);
  });
});
