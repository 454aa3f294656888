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
  readonly port: number;
  readonly collection: string;
  readonly rates: number[];
}

const folder = temporaryFolder('bench-permissions');
const children: ChildProcess[] = [];
try {
  const [checked, unchecked] = [await started('checked'), await started('unchecked')];
  const contenders: readonly Contender[] = [
    { name: 'without checks', port: unchecked, collection: 'users', rates: [] },
    { name: 'with checks', port: checked, collection: 'users', rates: [] },
    { name: 'with a rule for rows', port: checked, collection: 'owned', rates: [] },
    { name: 'with a hidden field', port: checked, collection: 'veiled', rates: [] },
  ];
  for (let round = -2; round < ROUNDS; round++) {
    // Neither of them is always first: what disturbs a machine does not come evenly.
    for (const contender of round % 2 === 0 ? contenders : [...contenders].reverse()) {
      const rate = await getRate(contender);
      if (round >= 0) contender.rates.push(rate); // two rounds to get warm
    }
  }
  const best = contenders.map(({ rates }) => Math.max(...rates));
  const middle = contenders.map(({ rates }) => rates.toSorted((a, b) => a - b)[rates.length >> 1]!);
  const cost = (values: number[], at: number) => `${((1 - values[at]! / values[0]!) * 100).toFixed(1)} %`;
  for (const [at, { name }] of contenders.entries()) {
    const figures = [best, middle].map((values) => `${values[at]!.toFixed(0)}/s, ${cost(values, at)} less`);
    console.log(`${name.padEnd(22)} best ${figures[0]}   middle ${figures[1]}`);
  }
} finally {
  for (const child of children) {
    child.send('end');
    await once(child, 'exit');
  }
  folder.remove();
}

async function getRate({ port, collection }: Contender): Promise<number> {
  const frames = Array.from({ length: 2000 }, (_, serial) =>
    framed({ cmd: 'get', database, collection, key: `u${(serial * 7919) % COUNT}` }),
  );
  const frame = (serial: number) => frames[serial % frames.length]!;
  const load = { name: collection, frame, total: REQUESTS_A_ROUND, connections: 16, login: CALLER };
  return (await driven(port, load)).perSecond;
}

/** A server with documents, and its port. */
async function started(mode: 'checked' | 'unchecked'): Promise<number> {
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
  return port;
}
