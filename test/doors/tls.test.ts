import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectPlain, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Client, type ClientOptions, connect } from '@cairn/client';
import { type RunningServer, resolveSettings, startServer } from '@cairn/server';
import { TestAuthority, writePem } from '../harness/certificates.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { WireConnection } from '../harness/wire-connection.ts';

const PASSWORD = 'correct horse battery';

describe('TLS', function () {
  this.timeout(60_000);
  let authority: TestAuthority;
  let folder: string;
  let remove: () => void;
  let files: { cert: string; key: string; ca: string };
  let server: RunningServer | undefined;
  const clients: Client[] = [];

  before(async () => {
    authority = await TestAuthority.create();
  });

  beforeEach(async () => {
    ({ path: folder, remove } = temporaryFolder('tls'));
    files = writePem(folder, { ...(await authority.issue('server one')), ca: authority.ca });
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await server?.close();
    server = undefined;
    remove();
  });

  async function start(flags: Record<string, unknown> = {}): Promise<RunningServer> {
    const base = { port: 0, dataDir: `${folder}/data`, logLevel: 'silent', adminPassword: PASSWORD };
    const tls = { tlsCert: files.cert, tlsKey: files.key };
    server = await startServer(resolveSettings({ flags: { ...base, ...tls, ...flags } }));
    return server;
  }

  async function clientOf(tls: ClientOptions['tls'], port = server!.port): Promise<Client> {
    const client = await connect({ port, user: 'admin', password: PASSWORD, reconnectAttempts: 0, tls });
    clients.push(client);
    return client;
  }

  function health(tls: object): Promise<{ status: number; peer: string }> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: server!.port, path: '/health', agent: false, ...tls };
      const asked = request(options, (response) => {
        const peer = (response.socket as TLSSocket).getPeerCertificate().subject.CN;
        response.resume().on('end', () => resolve({ status: response.statusCode!, peer: String(peer) }));
      });
      asked.on('error', reject).end();
    });
  }

  it('carries both protocols on the one port, beside those without it', async () => {
    await start();
    const encrypted = await clientOf({ ca: authority.ca });
    const database = await encrypted.databases.create('shop').then(() => encrypted.database('shop'));
    await database.collections.create('users');
    const documents = Array.from({ length: 5_000 }, (_, i) => ({ _key: `u${i}`, text: 'x'.repeat(300) }));
    await database.collection('users').bulkInsert(documents);
    // More than a socket takes at once, through the cipher.
    assert.equal((await database.query('FOR u IN users RETURN u')).length, 5_000);
    assert.deepEqual(await health({ ca: authority.ca }), { status: 200, peer: 'server one' });
    await (await clientOf(undefined)).ping();
    assert.equal((await fetch(`http://127.0.0.1:${server!.port}/health`)).status, 200);
  });

  it('shows a certificate that clients can check, and they do', async () => {
    await start();
    await assert.rejects(clientOf(true), /self.signed|unable to (get|verify)|certificate/i);
    const other = await TestAuthority.create('Other Authority');
    await assert.rejects(clientOf({ ca: other.ca }), /certificate|signature/i);
    await (await clientOf({ insecure: true })).ping();
  });

  it('lets in only clients of the authority when one is named', async () => {
    await start({ tlsClientCa: files.ca });
    await assert.rejects(clientOf({ ca: authority.ca }), /connection|closed|alert|handshake|socket/i);
    await assert.rejects(health({ ca: authority.ca }));
    const stranger = await (await TestAuthority.create('Other Authority')).issue('eve');
    await assert.rejects(clientOf({ ca: authority.ca, ...stranger }));
    const known = await authority.issue('ann');
    await (await clientOf({ ca: authority.ca, ...known })).ping();
    assert.equal((await health({ ca: authority.ca, ...known })).status, 200);
  });

  it('turns away what is not encrypted when it must be, in the words of its protocol', async () => {
    await start({ tlsRequired: true });
    const plain = await WireConnection.open(server!.port);
    const reply = await plain.send({ cmd: 'ping' });
    assert.equal(reply.code, 'permission_denied');
    assert.match(JSON.stringify(reply.error), /TLS/);
    const answer = await fetch(`http://127.0.0.1:${server!.port}/health`);
    assert.equal(answer.status, 403);
    assert.match(await answer.text(), /TLS/);
    await (await clientOf({ ca: authority.ca })).ping();
  });

  it('takes a renewed certificate without a restart, and keeps the old one while the new one is broken', async () => {
    await start();
    const before = await clientOf({ ca: authority.ca });
    writeFileSync(files.cert, 'nonsense');
    server!.reload();
    assert.equal((await health({ ca: authority.ca })).peer, 'server one');
    writePem(folder, await authority.issue('server two'));
    server!.reload();
    assert.equal((await health({ ca: authority.ca })).peer, 'server two');
    await before.ping();
    // And by itself, once it sees that the files have changed.
    writePem(folder, await authority.issue('server three'));
    const deadline = Date.now() + 20_000;
    while ((await health({ ca: authority.ca })).peer !== 'server three') {
      assert.ok(Date.now() < deadline, 'the new certificate was not taken');
      await sleep(100);
    }
  });

  it('says at the start what is wrong with the files', async () => {
    await assert.rejects(start({ tlsKey: undefined }), /a certificate wants its key too/);
    await assert.rejects(start({ tlsCert: `${folder}/none.pem` }), /none\.pem/);
    const other = writePem(folder, { other: (await authority.issue('x')).key });
    await assert.rejects(start({ tlsKey: other.other }), /cannot be used/);
    // Nothing is left open: the same folder starts.
    await start();
  });

  it('closes handshakes that do not get on, and lets go of them', async () => {
    await start({ handshakeTimeoutMs: 200 });
    const hello = await clientHello();
    const [begun, silent, junk] = [hello.subarray(0, 20), Buffer.of(0x16), Buffer.from('\x16\x03\x01\x00\x05junk!')];
    await Promise.all([begun, silent, junk].map((bytes) => untilClosed(server!.port, bytes)));
    // One that finishes the handshake and then says nothing.
    const quiet = connectTls({ port: server!.port, host: '127.0.0.1', ca: authority.ca });
    quiet.on('error', () => {});
    await new Promise((resolve) => quiet.once('close', resolve));
  });
});

/** The bytes with which a TLS client begins. */
function clientHello(): Promise<Buffer> {
  return new Promise((resolve) => {
    const listener = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (bytes) => {
        socket.destroy();
        listener.close();
        resolve(bytes);
      });
    });
    listener.listen(0, '127.0.0.1', () => {
      const { port } = listener.address() as { port: number };
      connectTls({ port, host: '127.0.0.1' }).on('error', () => {});
    });
  });
}

function untilClosed(port: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connectPlain({ port, host: '127.0.0.1' }, () => socket.write(bytes));
    socket.on('data', () => {}).on('error', () => {});
    socket.once('close', () => resolve());
  });
}
