/**
 * Sets off resource bombs as endpoints, one after another, and looks at two things: does each end within its limit and
 * half a second, and what becomes of the others, who read a document by key and by an endpoint meanwhile.
 *
 *     node bench/bombs.ts [limit in ms]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { RESOURCE_BOMBS } from '../packages/scripting/src/javascript/testing/resource-bombs.ts';
import { ServerProcess } from '../test/harness/server-process.ts';
import { temporaryFolder } from '../test/harness/temporary-folder.ts';
import { LUA_BOMBS } from '../test/security/sandbox/lua-bombs.ts';

const LIMIT_MS = Number(process.argv[2] ?? 1_000);
const GRACE_MS = 500;
/** Milliseconds between two requests of each of the others: far below what the server can do, so that waiting shows. */
const PAUSE_MS = 4;
const CALM_MS = 10_000;

const bombs = [
  ...LUA_BOMBS.map(([title, code]) => ({ title, code, language: 'lua' })),
  ...Object.entries(RESOURCE_BOMBS).map(([title, code]) => ({ title, code, language: 'javascript' })),
];

const folder = temporaryFolder('bench-bombs');
const server = await ServerProcess.start({ dataDir: folder.path });
const base = `http://127.0.0.1:${server.port}`;
const authorization = `Basic ${btoa('admin:admin')}`;
const headers = { 'content-type': 'application/json', authorization };
const post = async (path: string, body: unknown): Promise<void> => {
  const answer = await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
};

try {
  await post('/_api/database', { name: 'bench' });
  await post('/_api/database/bench/collection', { name: 'users' });
  await post('/_api/database/bench/document/users', { _key: 'u1', name: 'Ann' });
  await post('/_api/database/bench/services', { key: 's', name: 's' });
  const install = (path: string, language: string, code: string, timeoutMs: number) =>
    post('/_api/database/bench/scripts', {
      ...{ name: path, path, methods: ['GET'], service: 's', language, code },
      limits: { timeout_ms: timeoutMs },
    });
  await install('lua', 'lua', `return db:collection('users'):get('u1')`, 5_000);
  await install('js', 'javascript', `export default (r, db) => db.collection('users').get('u1')`, 5_000);
  for (const [index, { language, code }] of bombs.entries()) await install(`bomb${index}`, language, code, LIMIT_MS);
  const others = ['/_api/database/bench/document/users/u1', '/api/bench/s/lua', '/api/bench/s/js'];
  for (const path of others) await (await fetch(base + path, { headers })).text();

  const calm = await duringIt(others, () => sleep(CALM_MS));
  let late = 0;
  let longest = 0;
  const beside = await duringIt(others, async () => {
    for (const [index, { title, language }] of bombs.entries()) {
      const startMs = performance.now();
      // A stream that comes to a limit breaks off: that is an end as well.
      const status = await fetch(`${base}/api/bench/s/bomb${index}`, { headers })
        .then(
          (answer) => answer.arrayBuffer().then(() => answer.status),
          () => 0,
        )
        .catch(() => 0);
      const tookMs = performance.now() - startMs;
      longest = Math.max(longest, tookMs);
      if (tookMs <= LIMIT_MS + GRACE_MS) continue;
      late++;
      console.log(`LATE ${language} ${title}: ${status} after ${tookMs.toFixed(0)} ms`);
    }
  });
  console.log(
    `${bombs.length} bombs, ${late} ended later than ${LIMIT_MS + GRACE_MS} ms; the longest took ${longest.toFixed(0)} ms`,
  );
  for (const [index, path] of others.entries()) {
    const [before, during] = [calm[index]!, beside[index]!];
    const at = ({ times }: Latencies, share: number) => times[Math.floor((times.length - 1) * share)]!;
    console.log(
      `${path.padEnd(42)} p50 ${at(before, 0.5).toFixed(2)} -> ${at(during, 0.5).toFixed(2)} ms   ` +
        `p99 ${at(before, 0.99).toFixed(2)} -> ${at(during, 0.99).toFixed(2)} ms   ${during.failed} of ${during.times.length} failed`,
    );
  }
} finally {
  await server.stop();
  folder.remove();
}

interface Latencies {
  readonly times: number[];
  failed: number;
}

/** The latencies of whoever asks for each path again and again while `work` goes on. */
async function duringIt(paths: readonly string[], work: () => Promise<void>): Promise<Latencies[]> {
  let isOver = false;
  const asking = paths.map(async (path): Promise<Latencies> => {
    const seen: Latencies = { times: [], failed: 0 };
    while (!isOver) {
      const startMs = performance.now();
      const answer = await fetch(base + path, { headers });
      await answer.text();
      seen.times.push(performance.now() - startMs);
      if (answer.status !== 200) seen.failed++;
      await sleep(PAUSE_MS);
    }
    seen.times.sort((a, b) => a - b);
    return seen;
  });
  await work();
  isOver = true;
  return Promise.all(asking);
}
