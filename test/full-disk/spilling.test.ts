import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { WireConnection, WireError } from '../harness/wire-connection.ts';

const SORT = 'FOR i IN 1..400000 SORT CONCAT("text of row ", (i * 7919) % 400009) FILTER i == 1 RETURN i';
const LIMIT_FLAGS = ['--query-memory-bytes', '1000000'];

/** Temporary files that a process has open. */
function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).filter((name) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${name}`).includes('.spill');
    } catch {
      return false;
    }
  }).length;
}

function refusedWith(code: string) {
  return (error: unknown) => error instanceof WireError && error.code === code;
}

describe('queries that spill', function () {
  this.timeout(120_000);
  const folder = temporaryFolder('spilling');
  const dataDir = join(folder.path, 'data');
  const spillFolder = join(dataDir, 'temporary');
  let server: ServerProcess;
  let wire: WireConnection;
  let mounted = false;
  beforeEach(async () => {
    server = await ServerProcess.start({ dataDir, flags: LIMIT_FLAGS });
    wire = await WireConnection.login(server.port);
  });
  afterEach(async () => {
    wire.close();
    await server.stop();
    if (mounted) execFileSync('umount', [spillFolder]);
    mounted = false;
  });
  after(() => folder.remove());

  async function untilClosed(): Promise<void> {
    while (openFiles(server.pid) > 0) await new Promise((done) => setTimeout(done, 20));
  }

  it('answer, and leave nothing behind', async () => {
    assert.deepEqual(await wire.query('_system', SORT), [1]);
    assert.equal(openFiles(server.pid), 0);
    assert.deepEqual(readdirSync(spillFolder), []);
  });

  it('lose their file with the client that is gone, and with a cursor that is closed', async () => {
    const other = await WireConnection.login(server.port);
    other.query('_system', SORT.replaceAll('400000', '40000000')).catch(() => {});
    while (openFiles(server.pid) === 0) await new Promise((done) => setTimeout(done, 20));
    other.socket.resetAndDestroy();
    await untilClosed();

    const sdbql = 'FOR i IN 1..100000 SORT -i RETURN i';
    const { cursor } = await wire.send({ cmd: 'query', database: '_system', sdbql, batch_size: 10 });
    assert.equal(openFiles(server.pid), 1);
    await wire.call('cursor_close', { cursor });
    await untilClosed();
  });

  it('leave nothing to a process that starts after a kill', async () => {
    writeFileSync(join(spillFolder, 'left-over.spill'), 'x');
    wire.query('_system', SORT).catch(() => {});
    while (openFiles(server.pid) === 0) await new Promise((done) => setTimeout(done, 20));
    await server.kill();
    server = await ServerProcess.start({ dataDir, flags: LIMIT_FLAGS });
    wire = await WireConnection.login(server.port);
    assert.deepEqual(readdirSync(spillFolder), []);
  });

  it('fail alone with storage_full when the disk is full', async function () {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', spillFolder], { stdio: 'ignore' });
      mounted = true;
    } catch {
      console.log('        skipped: this user may not mount a tmpfs');
      this.skip();
    }
    const other = await WireConnection.login(server.port);
    const large = assert.rejects(wire.query('_system', SORT), refusedWith('storage_full'));
    assert.deepEqual(await other.query('_system', 'FOR i IN 1..1000 SORT -i LIMIT 1 RETURN i'), [1000]);
    await large;
    assert.equal(openFiles(server.pid), 0);
    other.close();
  });
});
