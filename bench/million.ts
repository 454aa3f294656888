/**
 * A million documents in a real server: how fast they load, what memory the server claims of its own (`RssAnon`), and
 * how soon a new process answers over them.
 *
 *     node bench/million.ts [documents]
 */
import { ServerProcess } from '../test/harness/server-process.ts';
import { temporaryFolder } from '../test/harness/temporary-folder.ts';
import { WireConnection } from '../test/harness/wire-connection.ts';
import { batchesOfPeople } from './people.ts';

const COUNT = Number(process.argv[2] ?? 1_000_000);
const BATCH = 1000;
const database = 'million';
const QUERIES = {
  'filter + count': 'FOR u IN users FILTER u.age > 80 COLLECT WITH COUNT INTO n RETURN n',
  'filter + project': "FOR u IN users FILTER u.city == 'Oslo' AND u.score > 9990 RETURN {name: u.name, score: u.score}",
  'group, 3 aggregates':
    'FOR u IN users COLLECT city = u.city AGGREGATE avg = AVG(u.age), mx = MAX(u.score), n = COUNT() RETURN {city, avg, mx, n}',
  'sort + limit': 'FOR u IN users SORT u.score DESC LIMIT 10 RETURN u.name',
};

const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
const folder = temporaryFolder('million');
try {
  let server = await ServerProcess.start({ dataDir: folder.path });
  console.log(`memory after the start          ${mebibytes(server.anonymousMemoryBytes())}`);
  let wire = await WireConnection.login(server.port);
  await wire.call('create_database', { name: database });
  await wire.call('create_collection', { database, name: 'users' });

  const started = performance.now();
  let pending: Promise<unknown> = Promise.resolve();
  for (const documents of batchesOfPeople(COUNT, BATCH)) {
    const sent = wire.call('bulk_insert', { database, collection: 'users', documents });
    await pending; // one batch under way while the next is made
    pending = sent;
  }
  await pending;
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `loaded ${COUNT} documents        ${(COUNT / seconds).toFixed(0)}/s (the maker of the documents included)`,
  );
  console.log(`memory after the load           ${mebibytes(server.anonymousMemoryBytes())}`);

  for (const [name, query] of Object.entries(QUERIES)) {
    const times: number[] = [];
    for (let run = 0; run < 5; run++) {
      const start = performance.now();
      await wire.query(database, query);
      times.push(performance.now() - start);
    }
    console.log(`${name.padEnd(32)}${times.map((time) => time.toFixed(0)).join(' ')} ms`);
  }
  console.log(`memory after the queries        ${mebibytes(server.anonymousMemoryBytes())}`);
  wire.close();
  await server.stop();

  const restart = performance.now();
  server = await ServerProcess.start({ dataDir: folder.path });
  wire = await WireConnection.login(server.port);
  await wire.call('get', { database, collection: 'users', key: `u${COUNT >> 1}` });
  console.log(`process start to first answer   ${(performance.now() - restart).toFixed(0)} ms (login included)`);
  console.log(`memory after the restart        ${mebibytes(server.anonymousMemoryBytes())}`);
  wire.close();
  await server.stop();
} finally {
  folder.remove();
}
