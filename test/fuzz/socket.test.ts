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
const FRAMES_A_SAMPLE = 250;
/** What the floor may rise by between two thirds of the frames: a sawtooth's lowest points are not all equally low. */
const KEPT_GROWTH_LIMIT_BYTES = 8 * 1024 * 1024;
const RESIDENT_GROWTH_LIMIT_BYTES = 32 * 1024 * 1024;
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
    await warmUp(server.port, frames, random);
    const samples: MemorySample[] = [];
    for (let sent = 0; sent < FRAMES; sent += FRAMES_A_SAMPLE) {
      await bombard(server.port, frames, random, Math.min(FRAMES_A_SAMPLE, FRAMES - sent));
      const document = (await good.call('get', { database, collection: 'docs', key: 'k' })) as { text: string };
      assert.equal(document.text, 'still here');
      samples.push(await memoryOf(server, good));
    }
    assert.ok(server.running, server.output);
    assertNoGrowth(samples);
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

/** What any load claims once and keeps: code, buffers, two password checks at a time, the thread for long reads. */
async function warmUp(port: number, frames: readonly Buffer[], random: SeededRandom): Promise<void> {
  await bombard(port, frames, random, 500);
  const logins = Array.from({ length: 4 }, (_, n) =>
    WireConnection.login(port, `nobody ${n}`, 'wrong').catch(() => {}),
  );
  await Promise.all([...logins, sleep(2_000)]);
}

interface MemorySample {
  /** What JavaScript holds, and what hangs on it outside of its heap. */
  readonly keptBytes: number;
  /** What the process has from the system. */
  readonly residentBytes: number;
}

async function memoryOf(server: ServerProcess, client: WireConnection): Promise<MemorySample> {
  const { memory } = (await client.call('server_status')) as {
    memory: { heap_used_bytes: number; external_bytes: number };
  };
  return { keptBytes: memory.heap_used_bytes + memory.external_bytes, residentBytes: server.anonymousMemoryBytes() };
}

/**
 * Compares the lowest points of the second and the last third. At any one moment a server holds what the next collection will
 * free, and the allocator keeps what it may need again: tens of megabytes, more or less. Only what does not come down again is growth. The
 * first third is left out: code and buffers that any load would claim.
 */
function assertNoGrowth(samples: readonly MemorySample[]): void {
  const third = Math.floor(samples.length / 3);
  const [middle, last] = [samples.slice(third, 2 * third), samples.slice(-third)];
  const rise = (read: (sample: MemorySample) => number) => Math.min(...last.map(read)) - Math.min(...middle.map(read));
  const kept = rise(({ keptBytes }) => keptBytes);
  const resident = rise(({ residentBytes }) => residentBytes);
  const text = `kept ${mebibytes(kept)}, resident ${mebibytes(resident)} more in the last third than in the second`;
  if (process.env.CAIRN_FUZZ_SAMPLES)
    console.log(samples.map((one) => `${mebibytes(one.keptBytes)}/${mebibytes(one.residentBytes)}`).join(' '), text);
  assert.ok(kept < KEPT_GROWTH_LIMIT_BYTES && resident < RESIDENT_GROWTH_LIMIT_BYTES, text);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

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
