import assert from 'node:assert/strict';
import { HttpTestServer } from '../../testing/http-test-server.ts';
import { ADMIN_PASSWORD } from '../../testing/test-engine.ts';

const AUTHORIZATION = `authorization: Basic ${btoa(`admin:${ADMIN_PASSWORD}`)}`;
const users = '/_api/database/shop/document/users';

/** Requests that no well-behaved client sends: what is answered is one error form, and never two answers to one request. */
describe('odd requests over HTTP', function () {
  this.timeout(30_000);
  let server: HttpTestServer;

  before(async () => {
    server = await HttpTestServer.start();
    await server.send('/_api/database', { body: { name: 'shop' } });
    await server.send('/_api/database/shop/collection', { body: { name: 'users' } });
  });

  after(() => server.close());

  /** The statuses of all answers that come back, and the last body. */
  async function answers(text: string): Promise<{ statuses: number[]; body: string }> {
    const back = await server.sendRaw(Buffer.from(text, 'latin1'));
    const statuses = [...back.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
    return { statuses, body: back.slice(back.lastIndexOf('\r\n\r\n') + 4) };
  }

  const request = (line: string, headers: readonly string[] = [], body = '') =>
    `${line} HTTP/1.1\r\nhost: x\r\n${[AUTHORIZATION, ...headers].join('\r\n')}\r\n\r\n${body}`;

  it('that could be read in two ways are not read at all', async () => {
    const json = 'content-type: application/json';
    const hidden = `GET /_api/databases HTTP/1.1\r\nhost: x\r\n${AUTHORIZATION}\r\n\r\n`;
    const smuggled: string[] = [
      request(`POST ${users}`, [json, 'content-length: 4', 'transfer-encoding: chunked'], `0\r\n\r\n${hidden}`),
      request(`POST ${users}`, [json, 'content-length: 2', 'content-length: 4'], `{}${hidden}`),
      request(`POST ${users}`, [json, 'content-length: 2, 4'], `{}${hidden}`),
      request(`POST ${users}`, [json, 'transfer-encoding: xchunked'], `0\r\n\r\n${hidden}`),
      request(`POST ${users}`, [json, 'transfer-encoding : chunked'], `0\r\n\r\n${hidden}`),
      request(`POST ${users}`, [json, 'transfer-encoding: chunked'], `2;x=\ny\r\n{}\r\n0\r\n\r\n`),
      request(`POST ${users}`, [json, 'content-length: +2'], '{}'),
      request(`POST ${users}`, [json, 'content-length: 0x2'], '{}'),
      request(`GET ${users}`, ['x: a\nb: c']),
      request(`GET ${users}`, ['x: a\rb: c']),
      request(`GET ${users}`, [' folded: x']),
      'GET / HTTP/1.1\nhost: x\n\n\0',
    ];
    for (const text of smuggled) {
      const { statuses, body } = await answers(text);
      assert.ok(statuses.length <= 1 && statuses.every((status) => status === 400), `${text}\n→ ${statuses}`);
      if (statuses.length === 1) assert.equal(JSON.parse(body).code, 400);
    }
  });

  it('have one host', async () => {
    assert.deepEqual((await answers('GET /health HTTP/1.1\r\n\r\n')).statuses, [400]);
    const { statuses } = await answers('GET /health HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n');
    assert.ok(statuses.length === 1);
  });

  it('with too many or too long headers are 431', async () => {
    for (const headers of [
      [`x: ${'y'.repeat(20_000)}`],
      Array.from({ length: 500 }, (_, n) => `x${n}: ${'y'.repeat(50)}`),
    ]) {
      const { statuses, body } = await answers(request('GET /health', headers));
      assert.deepEqual(statuses, [431]);
      assert.equal(JSON.parse(body).error_code, 'limit_exceeded');
    }
    assert.deepEqual((await answers(request(`GET /${'a'.repeat(30_000)}`))).statuses, [431]);
  });

  it('to odd places are decoded once, or refused', async () => {
    const cases: [number, string][] = [
      [400, `${users}/%`],
      [400, `${users}/%zz`],
      [400, `${users}/%ff`],
      [404, `${users}/%00`],
      [404, `${users}/%2e%2e%2f%2e%2e`],
      [404, `${users}/%252e`],
      [404, `${users}/../../../_api/databases`],
      [404, '//_api/databases'],
      [404, `${users}/a%2Fb`],
      [404, '/_API/databases'],
      [200, '/_api/databases/'],
      [404, '/_api/databases/x'],
      [422, `${users}/${'k'.repeat(600)}`],
      [414, `${users}/${'k'.repeat(6_000)}`],
      [404, '/_api/database/__proto__/document/constructor/x'],
      [422, `/_api/database/${'d'.repeat(200)}/document/users/x`],
    ];
    for (const [status, path] of cases) {
      const { statuses, body } = await answers(request(`GET ${path}`, ['connection: close']));
      assert.deepEqual(statuses, [status], `${path.slice(0, 100)} ${body.slice(0, 200)}`);
      assert.ok(body.length < 1_000, path.slice(0, 100));
      if (status !== 200) assert.equal(JSON.parse(body).code, status, path);
    }
  });

  it('find keys by every way to write them', async () => {
    for (const key of ['a/b', 'ü', '%41', 'a b', '..', 'x?y#z', '__proto__']) {
      assert.equal((await server.send(users, { body: { _key: key } })).status, 200, key);
      const found = await answers(
        request(`GET ${users}/${encodeURIComponent(key).replaceAll('.', '%2E')}`, ['connection: close']),
      );
      assert.deepEqual(found.statuses, [200], key);
      assert.equal(JSON.parse(Buffer.from(found.body, 'latin1').toString('utf8'))._key, key);
    }
  });

  it('in absolute form, for proxies, are taken for their path, and asterisks for nothing', async () => {
    const close = ['connection: close'];
    assert.ok(
      ![500, 502].includes((await answers(request('GET http://other.example/_api/databases', close))).statuses[0]!),
    );
    const endpoint = await answers(request('GET http://other.example/api/shop/none/x', close));
    assert.match(endpoint.body, /Service 'none' not found/);
    assert.deepEqual((await answers(request('GET *', close))).statuses, [404]);
    assert.ok((await answers(request('CONNECT evil.example:80', close))).statuses.every((status) => status >= 400));
  });

  it('of unknown methods are 405 with what there is instead, before their bodies are read', async () => {
    for (const method of ['PATCH', 'TRACE', 'PROPFIND', 'QUERY']) {
      const { statuses, body } = await answers(request(`${method} ${users}`, ['connection: close']));
      assert.deepEqual(statuses, [405], method);
      assert.equal(JSON.parse(body).type, 'MethodNotAllowed');
    }
    const waiting = await answers(
      request('PATCH /health', ['content-length: 9000000', 'content-type: application/json'], '{'),
    );
    assert.deepEqual(waiting.statuses, [405]);
  });

  it('that come pipelined are answered in their order', async () => {
    const { statuses } = await answers(
      request('GET /health') + request(`GET ${users}/none`) + request('GET /_api/databases', ['connection: close']),
    );
    assert.deepEqual(statuses, [200, 404, 200]);
  });

  it('get no cookie, and none of theirs lets anybody in', async () => {
    for (const path of ['/health', '/_api/databases', '/docs', '/openapi.json']) {
      assert.equal((await server.send(path)).headers.get('set-cookie'), null, path);
    }
    const { token } = (await server.send('/auth/login', { body: { username: 'admin', password: ADMIN_PASSWORD } }))
      .json;
    const cookie = `token=${token}; authorization=Bearer ${token}; session=${token}`;
    assert.equal((await server.send('/_api/databases', { headers: { cookie, authorization: '' } })).status, 401);
  });

  it('are answered with headers that let no page frame, guess or keep them', async () => {
    for (const path of ['/health', '/_api/databases', '/nothing', `${users}/none`]) {
      const { headers } = await server.send(path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
      assert.equal(headers.get('cache-control'), 'no-store', path);
      assert.match(headers.get('content-security-policy')!, /default-src 'none'/, path);
    }
  });
});
