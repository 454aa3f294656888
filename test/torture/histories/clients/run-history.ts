import { type Client, connect, type Database } from '@cairn/client';
import type { SeededRandom } from '../../../harness/seeded-random.ts';
import type { Anomaly } from '../lists/anomaly.ts';
import { checkHistory } from '../lists/check-history.ts';
import { unfinishedReads } from '../lists/direct-anomalies.ts';
import type { History, Level } from '../lists/history.ts';
import { writersOf } from '../lists/list-histories.ts';
import { checkLinearizable } from '../registers/linearizability.ts';
import type { RegisterCall } from '../registers/register-history.ts';
import { Board } from './board.ts';
import { ListClient, LOOSE } from './list-client.ts';
import { LISTS, ListStatements } from './list-statements.ts';
import { REGISTER_DOCUMENTS, REGISTERS, RegisterClient } from './register-client.ts';

/** Connections of each client: the commands of a transaction come over any of them. */
const CONNECTIONS_OF_A_CLIENT = 3;
/** Calls on single documents for each hundred transactions. */
const CALLS_PERCENT = 20;

export interface HistoryPlan {
  readonly url: string;
  readonly database: string;
  readonly random: SeededRandom;
  /** What the transactions ask for, each level as often as it is named. */
  readonly levels: readonly Level[];
  readonly clients: number;
  readonly transactions: number;
  /** No transaction begins later, by `performance.now()`. */
  readonly deadline: number;
}

export interface HistoryFindings {
  readonly history: History;
  readonly loose: History;
  readonly calls: ReadonlyMap<number, readonly RegisterCall[]>;
  readonly anomalies: readonly Anomaly[];
  /** Documents whose calls have no order, with the reason. */
  readonly disordered: readonly string[];
}

/** Lets clients work in a database of its own, and checks what they have seen. */
export async function runHistory(plan: HistoryPlan): Promise<HistoryFindings> {
  const clients = await Promise.all(
    Array.from({ length: plan.clients }, () => connect(`${plan.url}/${plan.database}?pool=${CONNECTIONS_OF_A_CLIENT}`)),
  );
  try {
    await prepare(clients[0]!, plan.database);
    const databases = clients.map((client) => client.database());
    const board = new Board(plan.random, plan.levels);
    const { history, loose } = await workOnLists(databases, board, plan);
    const calls = await callRegisters(databases, board, plan);
    await clients[0]!.databases.drop(plan.database);
    const anomalies = [...checkHistory(history), ...unfinishedReads(loose, writersOf(loose, []))];
    return { history, loose, calls, anomalies, disordered: disorders(calls) };
  } finally {
    for (const client of clients) await client.close();
  }
}

async function prepare(client: Client, name: string): Promise<void> {
  await client.databases.create(name);
  const database = client.database(name);
  for (const collection of [LISTS, LOOSE, REGISTERS]) await database.collections.create(collection);
  await database.collection(LISTS).indexes.create({ name: 'by_bucket', fields: ['bucket'] });
}

async function workOnLists(databases: readonly Database[], board: Board, plan: HistoryPlan) {
  const workers = databases.map((database) => new ListClient(database, board));
  await together(workers, plan.transactions, plan.deadline);
  const begunAt = board.now();
  const operations = await new ListStatements(databases[0]!, board.random).all();
  const last = { level: 'plain', operations, outcome: 'committed', begunAt, endedAt: board.now() } as const;
  return {
    history: [...workers.flatMap(({ recorded }) => recorded), last],
    loose: workers.flatMap(({ loose }) => loose),
  };
}

async function callRegisters(databases: readonly Database[], board: Board, plan: HistoryPlan) {
  const calls = new Map<number, RegisterCall[]>();
  for (let document = 0; document < REGISTER_DOCUMENTS; document++) calls.set(document, []);
  const workers = databases.map((database) => new RegisterClient(database, board, calls));
  await together(workers, Math.ceil((plan.transactions * CALLS_PERCENT) / 100), plan.deadline);
  return calls;
}

/** All workers at once, until so much has been begun by them together. */
async function together(workers: readonly { next(): Promise<void> }[], count: number, deadline: number): Promise<void> {
  let begun = 0;
  await Promise.all(
    workers.map(async (worker) => {
      while (begun++ < count && performance.now() < deadline) await worker.next();
    }),
  );
}

function disorders(calls: ReadonlyMap<number, readonly RegisterCall[]>): string[] {
  const found: string[] = [];
  for (const [document, all] of calls) {
    const checked = checkLinearizable(all);
    if (checked.isLinearizable) continue;
    const { kind, value, calledAt } = checked.stuckAt;
    found.push(`document ${document}: ${kind} of ${value} at ${calledAt} fits nowhere behind ${checked.ordered} calls`);
  }
  return found;
}
