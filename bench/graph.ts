/**
 * Walks over 20,000 vertices and 200,000 edges in a real server: vertices within three steps of one, and shortest paths.
 *
 *     node bench/graph.ts [vertices] [edges]
 */
import { ServerProcess } from '../test/harness/server-process.ts';
import { temporaryFolder } from '../test/harness/temporary-folder.ts';
import { WireConnection } from '../test/harness/wire-connection.ts';

const VERTICES = Number(process.argv[2] ?? 20_000);
const EDGES = Number(process.argv[3] ?? 200_000);
const BATCH = 1000;
const RUNS = 30;
const database = 'graph';
const QUERIES = {
  '3 levels outbound': "FOR v IN 1..3 OUTBOUND 'people/p7' knows RETURN v._key",
  '3 levels outbound, whole': "FOR v, e IN 1..3 OUTBOUND 'people/p7' knows RETURN [v, e]",
  '3 levels any direction': "FOR v IN 1..3 ANY 'people/p7' knows RETURN v._key",
  'shortest path': `FOR v IN SHORTEST_PATH 'people/p7' TO 'people/p${VERTICES - 3}' OUTBOUND knows RETURN v._key`,
};

/** The same numbers every time (mulberry32). */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
}

const folder = temporaryFolder('graph');
const server = await ServerProcess.start({ dataDir: folder.path });
try {
  const wire = await WireConnection.login(server.port);
  await wire.call('create_database', { name: database });
  await wire.call('create_collection', { database, name: 'people' });
  await wire.call('create_collection', { database, name: 'knows', type: 'edge' });
  const next = randomNumbers(7);
  for (let at = 0; at < VERTICES; at += BATCH) {
    const documents = Array.from({ length: BATCH }, (_, index) => ({ _key: `p${at + index}`, name: `n${at + index}` }));
    await wire.call('bulk_insert', { database, collection: 'people', documents });
  }
  const started = performance.now();
  for (let at = 0; at < EDGES; at += BATCH) {
    const documents = Array.from({ length: BATCH }, (_, index) => ({
      _key: `e${at + index}`,
      _from: `people/p${next(VERTICES)}`,
      _to: `people/p${next(VERTICES)}`,
      since: 1990 + next(35),
    }));
    await wire.call('bulk_insert', { database, collection: 'knows', documents });
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(`${EDGES} edges loaded at ${(EDGES / seconds).toFixed(0)}/s`);
  for (const [name, query] of Object.entries(QUERIES)) {
    const times: number[] = [];
    let rows = 0;
    for (let run = 0; run < RUNS; run++) {
      const start = performance.now();
      rows = (await wire.query(database, query)).length;
      times.push(performance.now() - start);
    }
    const sorted = times.toSorted((a, b) => a - b);
    const [first, least, middle] = [times[0], sorted[0], sorted[RUNS >> 1]].map((ms) => ms.toFixed(2));
    console.log(`${name.padEnd(28)}${rows} rows: first ${first} ms, least ${least} ms, median ${middle} ms`);
  }
  wire.close();
} finally {
  await server.stop();
  folder.remove();
}
