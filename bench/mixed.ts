/**
 * Point reads beside long reads: get from sixteen connections alone, then while one connection scans without a pause, and
 * the same with a writer beside both. Starts servers of its own; the clients run on the same cores.
 *
 *     node bench/mixed.ts [documents] [seconds]
 */
import { ServerProcess } from '../test/harness/server-process.ts';
import { temporaryFolder } from '../test/harness/temporary-folder.ts';
import { WireConnection } from '../test/harness/wire-connection.ts';
import { batchesOfPeople } from './people.ts';
import { driven, framed, type Load, type LoadOutcome } from './wire-load.ts';

const COUNT = Number(process.argv[2] ?? 100_000);
const SECONDS = Number(process.argv[3] ?? 4);
const database = 'bench';
const scan = framed({
  cmd: 'query',
  database,
  sdbql: 'FOR u IN users FILTER u.age > 80 COLLECT WITH COUNT INTO n RETURN n',
});
const gets = Array.from({ length: 2000 }, (_, serial) =>
  framed({ cmd: 'get', database, collection: 'users', key: `u${(serial * 7919) % COUNT}` }),
);
const insert = (serial: number) =>
  framed({ cmd: 'insert', database, collection: 'users', document: { _key: `n${process.pid}-${serial}`, age: 1 } });

/** Runs loads side by side for some seconds and prints each. */
async function together(port: number, title: string, loads: readonly Load[]): Promise<LoadOutcome[]> {
  const endMs = performance.now() + SECONDS * 1000;
  const until = () => performance.now() > endMs;
  const outcomes = await Promise.all(loads.map((load) => driven(port, { ...load, until })));
  console.log(title);
  for (const [at, { perSecond, p50, p99, max }] of outcomes.entries()) {
    const figures = [p50, p99, max].map((ms) => ms.toFixed(2));
    const rate = perSecond.toFixed(0).padStart(8);
    console.log(
      `  ${loads[at].name.padEnd(12)}${rate}/s   p50 ${figures[0]}   p99 ${figures[1]}   max ${figures[2]} ms`,
    );
  }
  return outcomes;
}

async function measure(flags: readonly string[]): Promise<void> {
  const folder = temporaryFolder('mixed');
  const server = await ServerProcess.start({ dataDir: folder.path, flags });
  try {
    const { port } = server;
    const wire = await WireConnection.login(port);
    await wire.call('create_database', { name: database });
    await wire.call('create_collection', { database, name: 'users' });
    for (const documents of batchesOfPeople(COUNT, 1000)) {
      await wire.call('bulk_insert', { database, collection: 'users', documents });
    }
    const get: Load = { name: 'get x16', frame: (serial) => gets[serial % gets.length], connections: 16 };
    const scans: Load = { name: 'scan', frame: () => scan };
    const inserts: Load = { name: 'insert', frame: insert };
    await driven(port, { ...get, total: 20_000 });
    await driven(port, { ...scans, total: 20 });
    const [alone] = await together(port, 'get alone', [get]);
    await together(port, 'scans alone', [scans]);
    const [beside] = await together(port, 'get and scans', [get, scans]);
    await together(port, 'get, scans and inserts', [get, scans, inserts]);
    console.log(`beside scans: ${((100 * beside.perSecond) / alone.perSecond).toFixed(0)} % of get alone`);
    wire.close();
  } finally {
    await server.stop();
    folder.remove();
  }
}

console.log('long reads in worker threads');
await measure([]);
console.log('long reads on the main thread');
await measure(['--read-threads', '0']);
