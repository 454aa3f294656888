import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { WireConnection, WireError } from '../harness/wire-connection.ts';

const DISK_MIB = 48;
const BALLAST_MIB = 16;
const database = 'small';
const collection = 'notes';

/** Needs the right to mount a tmpfs; without it the test is skipped, and says so. */
describe('a full disk', function () {
  this.timeout(120_000);
  const folder = temporaryFolder('full-disk');
  const ballast = join(folder.path, 'ballast');
  let mounted = false;
  let server: ServerProcess | undefined;

  before(function () {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', folder.path], { stdio: 'ignore' });
      mounted = true;
    } catch {
      console.log('        skipped: this user may not mount a tmpfs');
      this.skip();
    }
    writeFileSync(ballast, Buffer.alloc(BALLAST_MIB * 1024 * 1024, 1));
  });
  after(async () => {
    await server?.stop();
    if (mounted) execFileSync('umount', [folder.path]);
    folder.remove();
  });

  it('answers storage_full, loses nothing, and writes go on when there is room', async () => {
    server = await ServerProcess.start({ dataDir: join(folder.path, 'data') });
    let wire = await WireConnection.login(server.port);
    await wire.call('create_database', { name: database });
    await wire.call('create_collection', { database, name: collection });

    const acknowledged = new Set<string>();
    const refusal = await fillUp(wire, acknowledged);
    assert.equal(refusal.code, 'storage_full', refusal.message);
    assert.ok(acknowledged.size > 10, `${acknowledged.size} documents fitted`);
    await holds(wire, acknowledged, 'while the disk is full');

    rmSync(ballast);
    for (let extra = 0; extra < 20; extra++) acknowledged.add(await insert(wire, `after-${extra}`));
    await holds(wire, acknowledged, 'when there is room again');

    wire.close();
    await server.kill();
    server = await ServerProcess.start({ dataDir: join(folder.path, 'data') });
    wire = await WireConnection.login(server.port);
    await holds(wire, acknowledged, 'after a kill and a start');
    wire.close();
  });
});

async function insert(wire: WireConnection, key: string): Promise<string> {
  const document = { _key: key, text: `${key} `.repeat(2000) };
  await wire.call('insert', { database, collection, document });
  return key;
}

/** Inserts until the server refuses, and answers the refusal. */
async function fillUp(wire: WireConnection, acknowledged: Set<string>): Promise<WireError> {
  for (let serial = 0; serial < 100_000; serial++) {
    try {
      acknowledged.add(await insert(wire, `before-${String(serial).padStart(6, '0')}`));
    } catch (error) {
      if (error instanceof WireError) return error;
      throw error;
    }
  }
  throw new Error('the disk never filled');
}

async function holds(wire: WireConnection, acknowledged: ReadonlySet<string>, when: string): Promise<void> {
  const keys = new Set(
    await wire.query(database, 'FOR d IN @@coll FILTER LENGTH(d.text) > 100 RETURN d._key', { '@coll': collection }),
  );
  for (const key of acknowledged) assert.ok(keys.has(key), `${key} is lost ${when}`);
  assert.equal(keys.size, acknowledged.size, `documents that nobody acknowledged are there ${when}`);
}
