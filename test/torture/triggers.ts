import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerProcess } from '../harness/server-process.ts';
import { WireConnection } from '../harness/wire-connection.ts';
import { DATABASE, install, prepare, query } from './automation/scripts.ts';
import type { Attack, AttackRun, Findings } from './kit/attack.ts';
import { runAlone } from './kit/run-attack.ts';

const CHANGES_A_CYCLE = 5_000;
const CHANGES_OF_A_KEY = 5;
/** Documents of one statement of a query or of an import. */
const TOGETHER = 10;
const NOTE = `export default async (request, db) => {
  const { changes } = request.body;
  const rows = changes.map(({ key, lsn, event, data, old_data }) => ({ key, lsn, event, n: (data ?? old_data).n }));
  await db.query('FOR row IN @rows INSERT row INTO seen', { rows });
};`;
const NOTE_ONE = `export default async (request, db) => {
  const { key, lsn, event, data, old_data } = request.body;
  await db.collection('seen_one').insert({ key, lsn, event, n: (data ?? old_data).n });
};`;

/** Makes the next changes of some documents: their numbers go from 0 to `CHANGES_OF_A_KEY` - 1. */
type Door = (keys: readonly string[], n: number) => Promise<void>;

interface Seen {
  readonly key: string;
  readonly lsn: number;
  readonly event: string;
  readonly n: number;
  /** When the trigger's note was stored, milliseconds since 1970. */
  readonly at: number;
}

/** Changes documents through four doors while the server is killed, and holds what the trigger was told against what was acknowledged. */
export const triggers: Attack = {
  name: 'triggers',
  promise:
    'a trigger is told of each change, in the order of a document’s commits, and again only after a kill with the same LSN',
  shortCycles: 2,
  longCycles: 10,
  timeLimitMs: (cycles) => 180_000 + cycles * 60_000,
  run: killAndCompare,
};

async function killAndCompare({ random, cycles, folder, say }: AttackRun): Promise<Findings> {
  const acknowledged = new Map<string, number>();
  const killsAtMs: number[] = [];
  let server = await ServerProcess.start({ dataDir: folder });
  try {
    const first = await WireConnection.login(server.port);
    await prepare(first, ['things', 'seen', 'seen_one']);
    await install(first, 'note', NOTE);
    await install(first, 'note-one', NOTE_ONE);
    const common = {
      database: DATABASE,
      collection: 'things',
      events: ['insert', 'update', 'delete'],
      run_timeout_ms: 20_000,
    };
    await first.call('create_trigger', { ...common, name: 'together', script_path: 'note', batch: true });
    await first.call('create_trigger', { ...common, name: 'one', script_path: 'note-one', filter: 'doc.n == 2' });
    first.close();
    for (let cycle = 0; cycle < cycles; cycle++) {
      const writing = writeThroughAll(server.port, cycle, acknowledged);
      await sleep(300 + random.below(1_500));
      killsAtMs.push(Date.now());
      await server.kill();
      await writing;
      server = await ServerProcess.start({ dataDir: folder });
      // What the kill has cut off is done now, so that each cycle makes as many changes.
      await writeThroughAll(server.port, cycle, acknowledged);
      say(`${cycle + 1} kills, ${total(acknowledged)} changes acknowledged`);
    }
    const wire = await WireConnection.login(server.port);
    const seen = await untilAllSeen(wire, 'seen', acknowledged, () => true);
    const one = await untilAllSeen(wire, 'seen_one', acknowledged, (n) => n === 2);
    wire.close();
    return {
      kills: cycles,
      changes: total(acknowledged),
      missed: 0,
      'out of order': 0,
      'told again': check(seen, killsAtMs) + check(one, killsAtMs),
    };
  } finally {
    if (server.running) await server.kill();
  }
}

function total(acknowledged: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const changes of acknowledged.values()) sum += changes;
  return sum;
}

/** Brings the documents of a cycle to their last change, each door its own; ends early when the server does. */
async function writeThroughAll(port: number, cycle: number, acknowledged: Map<string, number>): Promise<void> {
  const keysOfADoor = CHANGES_A_CYCLE / CHANGES_OF_A_KEY / 4;
  const doors: Record<string, Door> = await openDoors(port);
  await Promise.all(
    Object.entries(doors).map(async ([name, change]) => {
      const keys = Array.from({ length: keysOfADoor }, (_, index) => `${name}-${cycle}-${index}`);
      try {
        for (let from = 0; from < keys.length; from += TOGETHER) {
          const together = keys.slice(from, from + TOGETHER);
          for (let n = acknowledged.get(together[0]!) ?? 0; n < CHANGES_OF_A_KEY; n++) {
            await change(together, n);
            for (const key of together) acknowledged.set(key, n + 1);
          }
        }
      } catch (error) {
        if (!isCutOff(error)) throw error;
      }
    }),
  );
}

/** The server has been killed, and whoever spoke to it noticed. */
function isCutOff(error: unknown): boolean {
  return /closed|ECONNRESET|ECONNREFUSED|EPIPE|fetch failed|no answer|terminated/.test(String(error));
}

async function openDoors(port: number): Promise<Record<string, Door>> {
  const [native, bulk, texts] = await Promise.all(Array.from({ length: 3 }, () => WireConnection.login(port)));
  const place = { database: DATABASE, collection: 'things' };
  const headers = {
    authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}`,
    'content-type': 'application/json',
  };
  const http = async (key: string, n: number) => {
    const url = `http://127.0.0.1:${port}/_api/database/${DATABASE}/document/things/${key}?upsert=true`;
    const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify({ _key: key, n }) });
    assert.equal(answer.status, 200, await answer.text());
  };
  return {
    // A change may have been made by a request whose answer the kill has cut off, so each is fit to be made twice.
    native: async (keys, n) => {
      for (const key of keys) await native!.call('insert', { ...place, mode: 'replace', document: { _key: key, n } });
    },
    http: async (keys, n) => {
      for (const key of keys) await http(key, n);
    },
    query: async (keys, n) => {
      const sdbql = 'FOR key IN @keys UPSERT {_key: key} INSERT {_key: key, n: @n} UPDATE {n: @n} IN things';
      await texts!.call('query', { database: DATABASE, sdbql, bind_vars: { keys, n } });
    },
    import: async (keys, n) => {
      const documents = keys.map((key) => ({ _key: key, n }));
      await bulk!.call('import_collection', { ...place, documents, mode: 'replace' });
    },
  };
}

async function untilAllSeen(
  wire: WireConnection,
  collection: string,
  acknowledged: ReadonlyMap<string, number>,
  concerns: (n: number) => boolean,
): Promise<Seen[]> {
  let missing: string[] = [];
  for (let tries = 0; tries < 600; tries++) {
    const seen = await query<Seen>(
      wire,
      `FOR s IN ${collection} SORT s._key RETURN {key: s.key, lsn: s.lsn, event: s.event, n: s.n, at: DATE_TIMESTAMP(s._created_at)}`,
    );
    const told = new Set(seen.map(({ key, n }) => `${key} ${n}`));
    missing = [...acknowledged].flatMap(([key, changes]) =>
      Array.from({ length: changes }, (_, n) => n)
        .filter(concerns)
        .map((n) => `${key} ${n}`)
        .filter((name) => !told.has(name)),
    );
    if (missing.length === 0) return seen;
    await sleep(200);
  }
  return assert.fail(`${missing.length} changes were never told, ${missing.slice(0, 5).join(', ')} among them`);
}

/**
 * Holds the order of what was told, document by document.
 * @returns how many were told again
 */
function check(seen: readonly Seen[], killsAtMs: readonly number[]): number {
  const byKey = new Map<string, Seen[]>();
  for (const one of seen) byKey.set(one.key, [...(byKey.get(one.key) ?? []), one]);
  let again = 0;
  for (const [key, told] of byKey) {
    const first = new Map<number, Seen>();
    let newest = 0;
    let before: Seen | undefined;
    for (const one of told) {
      const earlier = first.get(one.lsn);
      if (earlier === undefined) {
        assert.ok(one.lsn > newest, `${key}: LSN ${one.lsn} was told after ${newest}`);
        newest = one.lsn;
        first.set(one.lsn, one);
      } else {
        again++;
        assert.deepEqual([one.event, one.n], [earlier.event, earlier.n], `${key}: LSN ${one.lsn} was told differently`);
        const isAfterKill = killsAtMs.some((killMs) => earlier.at <= killMs + 50 && killMs <= one.at);
        assert.ok(isAfterKill, `${key}: LSN ${one.lsn} was told twice with no kill in between`);
      }
      const isSameLife =
        before !== undefined && !killsAtMs.some((killMs) => before!.at <= killMs + 50 && killMs <= one.at);
      if (isSameLife) assert.ok(one.lsn > before!.lsn, `${key}: LSN ${one.lsn} was told after ${before!.lsn}`);
      before = one;
    }
  }
  return again;
}

if (import.meta.main) await runAlone(triggers);
