import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pack } from 'msgpackr';
import { SeededRandom } from '../harness/seeded-random.ts';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { WireConnection } from '../harness/wire-connection.ts';
import { framed, mutated } from './mutation.ts';
import { FUZZ_DATABASE as database, sampleFrames } from './sample-frames.ts';

const FRAMES = Number(process.env.CAIRN_FUZZ_SOCKET_FRAMES ?? 3000);
const FRAMES_A_CONNECTION = 25;
const GROWTH_LIMIT_BYTES = 64 * 1024 * 1024;
const MAGIC = Buffer.from('solidb-drv-v1\0', 'latin1');

/** Damaged frames against a real server's port, from strangers and from authenticated clients alike. */
describe(`${FRAMES} damaged frames against the socket`, function () {
  this.timeout(600_000);
  const folder = temporaryFolder('fuzz');
  const random = SeededRandom.fromEnvironment();
  let server: ServerProcess;
  before(async () => {
    server = await ServerProcess.start({ dataDir: folder.path });
  });
  after(async () => {
    await server.stop();
    folder.remove();
  });

  it(`neither crash it, nor hang it, nor make it grow, and good requests are answered (seed ${random.seed})`, async () => {
    const good = await WireConnection.login(server.port);
    await good.call('create_database', { name: database });
    await good.call('create_collection', { database, name: 'docs' });
    await good.call('insert', { database, collection: 'docs', document: { _key: 'k', text: 'still here' } });
    const frames = sampleFrames();
    await bombard(server.port, frames, random, 500); // warm-up: code and buffers that any load would claim
    const before = server.anonymousMemoryBytes();
    for (let sent = 0; sent < FRAMES; sent += 1000) {
      await bombard(server.port, frames, random, Math.min(1000, FRAMES - sent));
      const document = (await good.call('get', { database, collection: 'docs', key: 'k' })) as { text: string };
      assert.equal(document.text, 'still here');
    }
    assert.ok(server.running, server.output);
    await sleep(500);
    const growth = server.anonymousMemoryBytes() - before;
    assert.ok(growth < GROWTH_LIMIT_BYTES, `the server grew by ${(growth / 1024 / 1024).toFixed(1)} MiB`);
    good.close();
  });

  it('answers a good request that arrives one byte at a time', async () => {
    const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const bytes = Buffer.concat([MAGIC, framed(pack({ cmd: 'ping' }))]);
    const answer = once(socket, 'data');
    for (const byte of bytes) {
      socket.write(Buffer.from([byte]));
      await sleep(1);
    }
    const [chunk] = (await answer) as [Buffer];
    assert.ok(chunk.includes('pong'));
    socket.destroy();
  });
});

/** Sends `count` damaged frames over fresh connections, half of which authenticate first. */
async function bombard(port: number, frames: readonly Buffer[], random: SeededRandom, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += FRAMES_A_CONNECTION) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    socket.resume(); // answers are read and thrown away
    socket.on('error', () => {}); // the server may close on us: that is its right
    const closed = once(socket, 'close').catch(() => {});
    socket.write(MAGIC);
    if (random.below(2) === 0) {
      socket.write(framed(pack({ cmd: 'auth', database: '_system', username: 'admin', password: 'admin' })));
    }
    for (let turn = 0; turn < FRAMES_A_CONNECTION; turn++) send(socket, mutated(random.pick(frames), frames, random));
    await sleep(random.below(5));
    socket.end();
    await Promise.race([closed, sleep(200)]);
    socket.destroy();
  }
}

function send(socket: Socket, bytes: Buffer): void {
  if (!socket.writable) return;
  if (bytes.length > 64 || bytes.length === 0) socket.write(bytes);
  else for (const byte of bytes) socket.write(Buffer.from([byte]));
}
