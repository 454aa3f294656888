/**
 * What a client sees of a server over the native protocol: requests a second and latency, with one connection, with
 * sixteen, and pipelined; then scans, each timed as the client waits for it. Starts a server of its own.
 *
 *     node bench/wire.ts [documents]
 */
import { ServerProcess } from '../test/harness/server-process.ts';
import { temporaryFolder } from '../test/harness/temporary-folder.ts';
import { WireConnection } from '../test/harness/wire-connection.ts';
import { batchesOfPeople, people } from './people.ts';
import { drive, framed } from './wire-load.ts';

const COUNT = Number(process.argv[2] ?? 100_000);
const database = 'bench';

const SCANS = {
  'filter + count': 'FOR u IN users FILTER u.age > 80 COLLECT WITH COUNT INTO n RETURN n',
  'filter + project': "FOR u IN users FILTER u.city == 'Oslo' AND u.score > 9000 RETURN {name: u.name, score: u.score}",
  'group, 3 aggregates':
    'FOR u IN users COLLECT city = u.city AGGREGATE avg = AVG(u.age), mx = MAX(u.score), n = COUNT() RETURN {city, avg, mx, n}',
  'sort + limit 10': 'FOR u IN users SORT u.score DESC LIMIT 10 RETURN u.name',
  '10,000 documents': 'FOR u IN users LIMIT 10000 RETURN u',
};

const folder = temporaryFolder('bench');
const server = await ServerProcess.start({ dataDir: folder.path });
try {
  const { port } = server;
  const wire = await WireConnection.login(port);
  await wire.call('create_database', { name: database });
  for (const name of ['users', 'single', 'many']) await wire.call('create_collection', { database, name });
  const batches = [...batchesOfPeople(COUNT, 1000)].map((documents) =>
    framed({ cmd: 'bulk_insert', database, collection: 'users', documents }),
  );
  await drive(port, { name: 'bulk, batches of 1000', frame: (serial) => batches[serial], total: batches.length });
  const get = (serial: number) =>
    framed({ cmd: 'get', database, collection: 'users', key: `u${(serial * 7919) % COUNT}` });
  const gets = Array.from({ length: 2000 }, (_, serial) => get(serial));
  const frame = (serial: number) => gets[serial % gets.length];
  await drive(port, { name: 'get', frame, total: 20_000 });
  await drive(port, { name: 'get x16', frame, total: 60_000, connections: 16 });
  await drive(port, { name: 'get, 4 x 64 pipelined', frame, total: 100_000, connections: 4, depth: 64 });
  const documents = [...people(1000)].map(({ _key, ...members }) => members);
  const insert = (collection: string) => (serial: number) =>
    framed({
      cmd: 'insert',
      database,
      collection,
      document: { _key: `n${1e7 + serial}`, ...documents[serial % 1000] },
    });
  await drive(port, { name: 'insert', frame: insert('single'), total: 5000 });
  await drive(port, { name: 'insert x16', frame: insert('many'), total: 30_000, connections: 16 });
  for (const [name, query] of Object.entries(SCANS)) {
    const request = framed({ cmd: 'query', database, sdbql: query });
    await drive(port, { name, frame: () => request, total: 15 });
  }
  wire.close();
} finally {
  await server.stop();
  folder.remove();
}
