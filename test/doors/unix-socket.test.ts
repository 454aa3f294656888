import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@cairn/client';
import { type RunningServer, resolveSettings, startServer } from '@cairn/server';
import { TestAuthority, writePem } from '../harness/certificates.ts';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const PASSWORD = 'correct horse battery';

describe('the Unix socket', function () {
  this.timeout(60_000);
  let folder: { path: string; remove: () => void };
  let path: string;
  let server: RunningServer | undefined;

  beforeEach(() => {
    folder = temporaryFolder('unix');
    path = join(folder.path, 'cairn.sock');
  });

  afterEach(async () => {
    await server?.close();
    server = undefined;
    folder.remove();
  });

  async function start(flags: Record<string, unknown> = {}): Promise<void> {
    const base = { port: 0, dataDir: join(folder.path, 'data'), logLevel: 'silent', adminPassword: PASSWORD };
    server = await startServer(resolveSettings({ flags: { ...base, unixSocket: path, ...flags } }));
  }

  function get(route: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath: path, path: route, agent: false }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode!));
      });
      asked.on('error', reject).end();
    });
  }

  it('takes both protocols, from the user of the server alone', async () => {
    await start();
    assert.equal(statSync(path).mode & 0o777, 0o600);
    await using client = await connect({ path, user: 'admin', password: PASSWORD });
    assert.ok((await client.databases.list()).length > 0);
    assert.deepEqual(await Promise.all(['/health', '/metrics'].map(get)), [200, 200]);
  });

  it('needs no TLS where others do: nothing leaves the machine', async () => {
    await start();
    await server!.close();
    const files = writePem(folder.path, await (await TestAuthority.create()).issue('server'));
    await start({ tlsCert: files.cert, tlsKey: files.key, tlsRequired: true });
    assert.equal(await get('/health'), 200);
  });

  it('takes over the path of a server that was killed, and gives it back at its end', async () => {
    const killed = await ServerProcess.start({ dataDir: join(folder.path, 'other'), flags: ['--unix-socket', path] });
    // It listens on its port first.
    while (!existsSync(path)) await sleep(10);
    await killed.kill();
    assert.ok(existsSync(path));
    await start();
    assert.equal(await get('/health'), 200);
    await server!.close();
    assert.ok(!existsSync(path));
  });

  it('takes neither the path of a running server nor that of a file', async () => {
    await start();
    const settings = { port: 0, dataDir: join(folder.path, 'other'), logLevel: 'silent', unixSocket: path };
    await assert.rejects(startServer(resolveSettings({ flags: settings })), /another process listens/);
    assert.equal(await get('/health'), 200);
    const file = join(folder.path, 'file');
    writeFileSync(file, 'precious');
    await assert.rejects(startServer(resolveSettings({ flags: { ...settings, unixSocket: file } })), /no socket/);
    assert.ok(existsSync(file));
  });
});
