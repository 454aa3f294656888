/**
 * Requests a second over HTTP on 32 connections: reads of one document with each way to say who asks, inserts, queries.
 * In the same run a server of Node's own that answers as many bytes and does nothing else, to which the rest compares.
 *
 *     node bench/http.ts [requests] [--profile FOLDER]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ServerProcess } from '../test/harness/server-process.ts';
import { temporaryFolder } from '../test/harness/temporary-folder.ts';
import { drivenHttp, type HttpRequestText, requestText } from './http-load.ts';
import { people } from './people.ts';

const REQUESTS = Number(process.argv[2] ?? 60_000);
const CONNECTIONS = 32;
const ROUNDS = 3;
const DOCUMENTS = 2_000;
const profileAt = process.argv.indexOf('--profile');
const nodeFlags = profileAt === -1 ? [] : ['--cpu-prof', `--cpu-prof-dir=${process.argv[profileAt + 1]}`];

const folder = temporaryFolder('bench-http');
const server = await ServerProcess.start({ dataDir: folder.path, nodeFlags });
const plain = await plainServer();
try {
  const base = `http://127.0.0.1:${server.port}`;
  const post = async (path: string, body: unknown, authorization?: string) => {
    const headers = { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) };
    const answer = await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, string>;
  };
  const { token } = await post('/auth/login', { username: 'admin', password: 'admin' });
  const bearer = `Bearer ${token}`;
  await post('/_api/database', { name: 'bench' }, bearer);
  for (const name of ['users', 'made']) await post('/_api/database/bench/collection', { name }, bearer);
  await post('/_api/database/bench/document/users/_batch', [...people(DOCUMENTS)], bearer);
  const { key } = await post('/_api/auth/api-keys', { name: 'bench', roles: ['admin'] }, bearer);

  const document = '/_api/database/bench/document/users';
  const path = (serial: number) => `${document}/u${(serial * 7919) % DOCUMENTS}`;
  const basic = `Basic ${btoa('admin:admin')}`;
  const query = JSON.stringify({ query: 'FOR u IN users FILTER u._key == @key RETURN u', bindVars: { key: 'u1' } });
  const loads: Record<string, { total: number; request: (serial: number) => HttpRequestText }> = {
    'get, Bearer': {
      total: REQUESTS,
      request: (serial) => ({ path: path(serial), headers: { authorization: bearer } }),
    },
    'get, Basic': { total: REQUESTS, request: (serial) => ({ path: path(serial), headers: { authorization: basic } }) },
    'get, API key': { total: REQUESTS, request: (serial) => ({ path: path(serial), headers: { 'x-api-key': key! } }) },
    'get, msgpack': {
      total: REQUESTS,
      request: (serial) => ({ path: path(serial), headers: { authorization: bearer, accept: 'application/msgpack' } }),
    },
    query: {
      total: REQUESTS / 4,
      request: () => ({
        method: 'POST',
        path: '/_api/database/bench/cursor',
        headers: { authorization: bearer },
        body: query,
      }),
    },
    insert: {
      total: REQUESTS / 4,
      request: (serial) => ({
        method: 'POST',
        path: '/_api/database/bench/document/made',
        headers: { authorization: bearer },
        body: JSON.stringify({ name: `Ann ${serial}`, age: serial % 90, city: 'Oslo' }),
      }),
    },
  };
  for (let round = 1; round <= ROUNDS; round++) {
    console.log(`round ${round}`);
    await show('node:http alone', plain.port, REQUESTS, () => requestText({ path: '/' }));
    for (const [name, { total, request }] of Object.entries(loads)) {
      const texts = Array.from({ length: DOCUMENTS }, (_, serial) => requestText(request(serial)));
      await show(name, server.port, total, (serial) => texts[serial % texts.length]!);
    }
  }
} finally {
  plain.stop();
  await server.stop();
  folder.remove();
}

async function show(name: string, port: number, total: number, request: (serial: number) => Buffer): Promise<void> {
  const { perSecond, p50, p99, failures } = await drivenHttp({ port, connections: CONNECTIONS, total, request });
  const times = `p50 ${p50.toFixed(2)} ms   p99 ${p99.toFixed(2)} ms`;
  console.log(
    `${name.padEnd(18)}${perSecond.toFixed(0).padStart(8)}/s   ${times}${failures === 0 ? '' : `   ${failures} FAILED`}`,
  );
}

/** Node's server without anything of ours, in a process of its own. */
async function plainServer(): Promise<{ readonly port: number; stop(): void }> {
  const text = `
    const body = JSON.stringify({ text: 'x'.repeat(300) });
    require('node:http').createServer((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
      response.end(body);
    }).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
  const child = spawn(process.execPath, ['--max-semi-space-size=4', '-e', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(child.stdout!, 'data')) as [Buffer];
  return { port: Number(String(port)), stop: () => child.kill() };
}
