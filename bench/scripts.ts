/**
 * Endpoints on 16 connections: one in Lua and one in JavaScript that read a document, each run in a state of its own; the same document
 * read without a script and by a server of Node's own, to which the rest compares. Then the first run of scripts that the
 * server has not met, and the time of one call of the server from inside a script.
 *
 *     node bench/scripts.ts [requests] [--profile FOLDER]
 */
import { ServerProcess } from '../test/harness/server-process.ts';
import { temporaryFolder } from '../test/harness/temporary-folder.ts';
import { drivenHttp, requestText } from './http-load.ts';
import { people } from './people.ts';

const REQUESTS = Number(process.argv[2] ?? 30_000);
const CONNECTIONS = 16;
const ROUNDS = 3;
const DOCUMENTS = 2_000;
const COLD_SCRIPTS = 20;
const CALLS = 2_000;
const profileAt = process.argv.indexOf('--profile');
const nodeFlags = profileAt === -1 ? [] : ['--cpu-prof', `--cpu-prof-dir=${process.argv[profileAt + 1]}`];

const READS_ONE = {
  lua: `return db:collection('users'):get(request.params.id)`,
  javascript: `export default async (request, db) => db.collection('users').get(request.params.id)`,
};

/** Milliseconds of one call, seen from inside. */
const CALLS_MANY = {
  lua: `local c, started = db:collection('users'), time.now()
        for i = 1, ${CALLS} do c:get('u1') end
        return (time.now() - started) * 1000 / ${CALLS}`,
  javascript: `export default async (request, db) => {
    const started = Date.now();
    for (let i = 0; i < ${CALLS}; i++) await db.collection('users').get('u1');
    return (Date.now() - started) / ${CALLS};
  }`,
};

const folder = temporaryFolder('bench-scripts');
const server = await ServerProcess.start({ dataDir: folder.path, nodeFlags });
try {
  const base = `http://127.0.0.1:${server.port}`;
  const authorization = `Basic ${btoa('admin:admin')}`;
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/json', authorization };
    const answer = await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const install = (path: string, language: string, code: string) =>
    post('/_api/database/bench/scripts', { name: path, path, methods: ['GET'], service: 's', language, code });

  await post('/_api/database', { name: 'bench' });
  await post('/_api/database/bench/collection', { name: 'users' });
  await post('/_api/database/bench/document/users/_batch', [...people(DOCUMENTS)]);
  await post('/_api/database/bench/services', { key: 's', name: 's' });
  for (const language of ['lua', 'javascript'] as const) {
    await install(`${language}/:id`, language, READS_ONE[language]);
    await install(`${language}-calls`, language, CALLS_MANY[language]);
    await (await fetch(`${base}/api/bench/s/${language}/u1`)).text();
  }

  const paths: Record<string, (serial: number) => string> = {
    'without a script': (serial) => `/_api/database/bench/document/users/u${serial}`,
    Lua: (serial) => `/api/bench/s/lua/u${serial}`,
    JavaScript: (serial) => `/api/bench/s/javascript/u${serial}`,
  };
  for (let round = 1; round <= ROUNDS; round++) {
    console.log(`round ${round}`);
    for (const [name, path] of Object.entries(paths)) {
      const texts = Array.from({ length: DOCUMENTS }, (_, serial) =>
        requestText({ path: path((serial * 7919) % DOCUMENTS), headers: { authorization } }),
      );
      const { perSecond, p50, p99, failures } = await drivenHttp({
        port: server.port,
        connections: CONNECTIONS,
        total: REQUESTS,
        request: (serial) => texts[serial % texts.length]!,
      });
      const times = `p50 ${p50.toFixed(2)} ms   p99 ${p99.toFixed(2)} ms`;
      console.log(`${name.padEnd(18)}${perSecond.toFixed(0).padStart(8)}/s   ${times}   ${failures} failed`);
    }
  }

  for (const language of ['lua', 'javascript'] as const) {
    const coldMs: number[] = [];
    for (let i = 0; i < COLD_SCRIPTS; i++) {
      await install(
        `cold-${language}-${i}`,
        language,
        `${language === 'lua' ? '--' : '//'} ${i}\n${READS_ONE[language].replace('request.params.id', `'u${i}'`)}`,
      );
      const startMs = performance.now();
      await (await fetch(`${base}/api/bench/s/cold-${language}-${i}`)).text();
      coldMs.push(performance.now() - startMs);
    }
    coldMs.sort((a, b) => a - b);
    console.log(
      `${language}: first run of a script p50 ${coldMs[COLD_SCRIPTS / 2]!.toFixed(1)} ms, most ${coldMs.at(-1)!.toFixed(1)} ms`,
    );
    const callMs = (await (await fetch(`${base}/api/bench/s/${language}-calls`)).json()) as number;
    console.log(`${language}: one call of the server ${(callMs * 1000).toFixed(0)} us`);
  }
} finally {
  await server.stop();
  folder.remove();
}
