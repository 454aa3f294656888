import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { FETCH_BODY_BYTES_MAX } from '../../../limits.ts';
import { type FetchRequest, type FetchRules, guardedFetch } from './guarded-fetch.ts';
import { isPublicAddress } from './public-address.ts';

describe('fetch for scripts', () => {
  let server: Server;
  let port: number;
  const seen: IncomingMessage[] = [];

  before(async () => {
    server = createServer((request, response) => {
      seen.push(request);
      const url = new URL(request.url!, 'http://x');
      if (url.pathname === '/to') {
        response.writeHead(Number(url.searchParams.get('status') ?? 302), { location: url.searchParams.get('url')! });
        response.end('elsewhere');
      } else if (url.pathname === '/zip') {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unpacked'));
      } else if (url.pathname === '/bomb') {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(FETCH_BODY_BYTES_MAX + 1)));
      } else if (url.pathname === '/loop') {
        response.writeHead(302, { location: '/loop' }).end();
      } else if (url.pathname === '/slow') {
        // Never answers.
      } else {
        let body = '';
        request.on('data', (part) => {
          body += part;
        });
        request.on('end', () => response.writeHead(201, { 'x-own': 'yes' }).end(`${request.method} ${body}`));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  function ask(url: string, request: Partial<FetchRequest> = {}, rules: Partial<FetchRules> = {}) {
    return guardedFetch(
      {
        ...{ url, method: 'GET', headers: new Map(), body: undefined, timeoutMs: 5_000 },
        signal: new AbortController().signal,
        ...request,
      },
      {
        allowHosts: undefined,
        trustedHosts: [`good.example:${port}`],
        resolve: async (host) => [{ address: host === 'mixed.example' ? '93.184.216.34' : '127.0.0.1', family: 4 }],
        ...rules,
      },
    );
  }
  const good = (path: string) => `http://good.example:${port}${path}`;

  it('knows public addresses from all others', () => {
    for (const address of ['93.184.216.34', '1.1.1.1', '172.32.0.1', '2606:4700::1111', '2a00:1450::1']) {
      assert.equal(isPublicAddress(address), true, address);
    }
    const others = [
      ...[
        '127.0.0.1',
        '127.9.9.9',
        '0.0.0.0',
        '10.1.2.3',
        '172.16.0.1',
        '192.168.1.1',
        '169.254.169.254',
        '100.64.0.1',
      ],
      ...[
        '224.0.0.1',
        '255.255.255.255',
        '198.18.0.1',
        '192.0.2.1',
        '::1',
        '::',
        'fe80::1',
        'fc00::1',
        'fd12::1',
        'ff02::1',
      ],
      ...[
        '::ffff:127.0.0.1',
        '::ffff:8.8.8.8',
        '::127.0.0.1',
        '64:ff9b::7f00:1',
        '2002:7f00:1::',
        '2001:0:1::',
        '2001:db8::1',
      ],
      ...['not an address', ''],
    ];
    for (const address of others) assert.equal(isPublicAddress(address), false, address);
  });

  it('refuses every spelling of an address of this machine', async () => {
    const spellings = [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '127.0.0.1.',
      '[::1]',
      '[::ffff:7f00:1]',
    ];
    for (const host of [...spellings, '0', 'localhost', 'LOCALHOST', 'evil.example', '①②⑦.⓪.⓪.①']) {
      await assert.rejects(ask(`http://${host}:${port}/`), /^FetchError: Fetch error: address not allowed: /, host);
    }
  });

  it('refuses other schemes, credentials in the URL and what is no URL', async () => {
    for (const url of [
      'file:///etc/passwd',
      'ftp://x/',
      'data:text/plain,hi',
      'nonsense',
      'http://a:b@good.example/',
    ]) {
      await assert.rejects(ask(url), /^FetchError: Fetch error: /, url);
    }
  });

  it('refuses a name with one address that is not public among others', async () => {
    const resolve = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    await assert.rejects(ask('http://mixed.example/', {}, { resolve }), /address not allowed: mixed\.example/);
  });

  it('asks a host that the server trusts, by the address that was judged', async () => {
    const answer = await ask(good('/'), { method: 'POST', body: Buffer.from('hi'), headers: new Map([['X-A', '1']]) });
    assert.deepEqual(
      [answer.status, Buffer.from(answer.body).toString(), answer.headers.get('x-own')],
      [201, 'POST hi', 'yes'],
    );
    assert.deepEqual([seen.at(-1)!.headers.host, seen.at(-1)!.headers['x-a']], [`good.example:${port}`, '1']);
  });

  it('asks nobody outside of the list of a script', async () => {
    const allowHosts = ['*.good.example'];
    await assert.rejects(ask(good('/'), {}, { allowHosts }), /address not allowed: good\.example/);
    const inside = { allowHosts, trustedHosts: ['api.good.example'] };
    assert.equal((await ask(`http://api.good.example:${port}/`, {}, inside)).status, 201);
  });

  it('judges where a redirect leads, and takes secrets nowhere else', async () => {
    await assert.rejects(ask(good(`/to?url=http://127.0.0.1:${port}/`)), /address not allowed: 127\.0\.0\.1/);
    await assert.rejects(ask(good('/to?url=file:///etc/passwd')), /scheme not allowed: file/);
    const trustedHosts = ['good.example', 'other.example'];
    const headers = new Map([['Authorization', 'secret']]);
    const away = `/to?status=303&url=${encodeURIComponent(`http://other.example:${port}/x`)}`;
    const answer = await ask(good(away), { headers, method: 'POST', body: Buffer.from('b') }, { trustedHosts });
    assert.equal(Buffer.from(answer.body).toString(), 'GET ');
    assert.equal(seen.at(-1)!.headers.authorization, undefined);
    const kept = await ask(good('/to?status=307&url=/y'), { method: 'POST', body: Buffer.from('b') }, { trustedHosts });
    assert.equal(Buffer.from(kept.body).toString(), 'POST b');
    await assert.rejects(ask(good('/loop')), /more than 20 redirects/);
  });

  it('unpacks answers, up to a limit', async () => {
    assert.equal(Buffer.from((await ask(good('/zip'))).body).toString(), 'unpacked');
    await assert.rejects(ask(good('/bomb')), /larger than/);
  });

  it('gives up in time, and when its run ends', async () => {
    await assert.rejects(ask(good('/slow'), { timeoutMs: 30 }), /Fetch error: timed out/);
    const ending = new AbortController();
    const waiting = ask(good('/slow'), { signal: ending.signal });
    setTimeout(() => ending.abort(), 20);
    await assert.rejects(waiting, /Fetch error: cancelled/);
  });
});
