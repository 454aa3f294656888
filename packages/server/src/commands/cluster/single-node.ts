import { hostname } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CairnError } from '@cairn/protocol/internal';
import type { Engine } from '../../engine/engine.ts';

const ids = new WeakMap<Engine, string>();
const ID_BYTES = 16;

/** The id of this node, made anew with each start: nobody has to find it again. */
export function nodeId(engine: Engine): string {
  const known = ids.get(engine) ?? Buffer.from(engine.host.randomBytes(ID_BYTES)).toString('hex');
  ids.set(engine, known);
  return known;
}

/** Under which clients reach this node, as it listens. */
export function nodeAddress({ settings: { host, port } }: Engine): string {
  return `${host === '0.0.0.0' || host === '::' ? hostname() : host}:${port}`;
}

/** What all databases together hold. One that cannot be opened counts as empty: others tell what is wrong with it. */
export async function contents(engine: Engine): Promise<{ documents: number; collections: number; commits: number }> {
  let [documents, collections, commits] = [0, 0, 0];
  for (const name of engine.databaseNames()) {
    // There may be a thousand of them, each to be opened first: others get their turn in between.
    await nextTurn();
    try {
      engine.database(name).read((view) => {
        commits += view.lsn;
        for (const collection of view.collectionNames()) {
          collections++;
          documents += view.collection(collection)?.count ?? 0;
        }
      });
    } catch (error) {
      if (!(error instanceof CairnError)) throw error;
    }
  }
  return { documents, collections, commits };
}

/** Share of one core that this process has taken since its start, in percent. */
export function processorUsage(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 10_000 / Math.max(process.uptime(), 1));
}

/** Refuses what would need other nodes. @throws CairnError `invalid_argument` */
export function needsSeveralNodes(command: string): never {
  throw new CairnError('invalid_argument', `${command} takes several nodes, and this is the only one`);
}
