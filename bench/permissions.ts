/**
 * What checks of rights cost: get x16 from two servers that differ in nothing else, in turns, and with rules on the documents. The
 * caller is no administrator, so that each of his requests asks for his role and for the collection's rules.
 *
 *     node bench/permissions.ts [rounds]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { temporaryFolder } from '../test/harness/temporary-folder.ts';
import { WireConnection } from '../test/harness/wire-connection.ts';
import { batchesOfPeople } from './people.ts';
import { driven, framed } from './wire-load.ts';

const ROUNDS = Number(process.argv[2] ?? 12);
const COUNT = 20_000;
const REQUESTS_A_ROUND = 30_000;
const database = 'bench';
const CALLER = { username: 'reader', password: 'correct horse battery' };

interface Contender {
  readonly name: string;
  readonly server: BenchServer;
  readonly collection: string;
  readonly rates: number[];
  /** Processor time of the server for one request, microseconds: what others do on the machine matters less to it. */
  readonly timesUs: number[];
}

interface BenchServer {
  readonly port: number;
  readonly process: ChildProcess;
}

const folder = temporaryFolder('bench-permissions');
const children: ChildProcess[] = [];
try {
  const [checked, unchecked] = [await started('checked'), await started('unchecked')];
  const contenders: readonly Contender[] = [
    { name: 'without checks', server: unchecked, collection: 'users', rates: [], timesUs: [] },
    { name: 'with checks', server: checked, collection: 'users', rates: [], timesUs: [] },
    { name: 'with a rule for rows', server: checked, collection: 'owned', rates: [], timesUs: [] },
    { name: 'with a hidden field', server: checked, collection: 'veiled', rates: [], timesUs: [] },
  ];
  for (let round = -2; round < ROUNDS; round++) {
    // Neither of them is always first: what disturbs a machine does not come evenly.
    for (const contender of round % 2 === 0 ? contenders : [...contenders].reverse()) {
      const { perSecond, timeUs } = await measured(contender);
      if (round < 0) continue; // two rounds to get warm
      contender.rates.push(perSecond);
      contender.timesUs.push(timeUs);
    }
  }
  const rates = contenders.map((contender) => Math.max(...contender.rates));
  const times = contenders.map(({ timesUs }) => timesUs.toSorted((a, b) => a - b)[timesUs.length >> 2]!);
  for (const [at, { name }] of contenders.entries()) {
    const less = `${((1 - rates[at]! / rates[0]!) * 100).toFixed(1)} % less`;
    const more = `${((times[at]! / times[0]! - 1) * 100).toFixed(1)} % more`;
    console.log(
      `${name.padEnd(22)} best ${rates[at]!.toFixed(0)}/s, ${less};  ${times[at]!.toFixed(2)} µs of processor time, ${more}`,
    );
  }
} finally {
  for (const child of children) {
    child.send('end');
    await once(child, 'exit');
  }
  folder.remove();
}

async function measured({ server, collection }: Contender): Promise<{ perSecond: number; timeUs: number }> {
  const frames = Array.from({ length: 2000 }, (_, serial) =>
    framed({ cmd: 'get', database, collection, key: `u${(serial * 7919) % COUNT}` }),
  );
  const frame = (serial: number) => frames[serial % frames.length]!;
  const load = { name: collection, frame, total: REQUESTS_A_ROUND, connections: 16, login: CALLER };
  const beforeUs = await processorTimeUs(server);
  const { perSecond } = await driven(server.port, load);
  return { perSecond, timeUs: ((await processorTimeUs(server)) - beforeUs) / REQUESTS_A_ROUND };
}

async function processorTimeUs({ process: child }: BenchServer): Promise<number> {
  child.send('processor time');
  const [timeUs] = (await once(child, 'message')) as [number];
  return timeUs;
}

/** A server with documents. */
async function started(mode: 'checked' | 'unchecked'): Promise<BenchServer> {
  const child = fork(new URL('./permissions-server.ts', import.meta.url), [join(folder.path, mode), mode]);
  children.push(child);
  const [port] = (await once(child, 'message')) as [number];
  const wire = await WireConnection.login(port);
  await wire.call('create_database', { name: database });
  for (const collection of ['users', 'owned', 'veiled']) {
    await wire.call('create_collection', { database, name: collection });
    for (const documents of batchesOfPeople(COUNT, 1000)) {
      await wire.call('bulk_insert', { database, collection, documents });
    }
  }
  await wire.call('set_collection_rules', {
    database,
    collection: 'owned',
    read: 'doc.age > 0 AND @user.username != "x"',
  });
  await wire.call('set_collection_rules', { database, collection: 'veiled', hidden: ['email', 'address.street'] });
  await wire.call('create_user', CALLER);
  await wire.call('assign_role', { username: CALLER.username, role: 'viewer' });
  wire.close();
  return { port, process: child };
}
