import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SeededRandom } from '../../harness/seeded-random.ts';
import { ServerProcess } from '../../harness/server-process.ts';
import { temporaryFolder } from '../../harness/temporary-folder.ts';
import { type HistoryFindings, runHistory } from './clients/run-history.ts';
import type { Level } from './lists/history.ts';

export interface HistoryOptions {
  /** Transactions in all. */
  readonly transactions?: number;
  /** Histories that they are divided into, each on a database of its own. */
  readonly histories?: number;
  readonly seed?: number;
  /** No transaction begins later. */
  readonly seconds?: number;
  readonly clients?: number;
  /** Prints a line of progress. */
  readonly say?: (line: string) => void;
}

export interface HistoriesReport {
  readonly seed: number;
  readonly histories: number;
  readonly transactions: number;
  readonly committed: number;
  readonly aborted: number;
  /** Calls on single documents. */
  readonly calls: number;
  readonly seconds: number;
  /** What must not be: anomalies with their transactions, documents without an order. */
  readonly violations: readonly string[];
  /** Where the histories with violations were written to. */
  readonly kept?: string;
}

const TRANSACTIONS = 20_000;
const TRANSACTIONS_OF_A_HISTORY = 5_000;
const CLIENTS = 8;
const SECONDS = 600;

/** The levels of one history after the other. */
const LEVELS: readonly (readonly Level[])[] = [
  ['repeatable_read'],
  ['serializable'],
  ['repeatable_read', 'serializable', 'read_committed', 'read_uncommitted'],
];

/**
 * Runs clients against a server of their own and looks for what their isolation levels forbid: no G0, G1, lost update and
 * G-single from `repeatable_read` on, no G2 at `serializable`, single documents linearizable.
 */
export async function checkHistories(options: HistoryOptions = {}): Promise<HistoriesReport> {
  const seed = options.seed ?? Number(process.env.CAIRN_SEED ?? Date.now() % 0xffffffff);
  const transactions = options.transactions ?? TRANSACTIONS;
  const histories = options.histories ?? Math.max(LEVELS.length, Math.ceil(transactions / TRANSACTIONS_OF_A_HISTORY));
  const say = options.say ?? (() => {});
  const started = performance.now();
  const deadline = started + (options.seconds ?? SECONDS) * 1000;
  const folder = temporaryFolder('histories');
  const server = await ServerProcess.start({ dataDir: join(folder.path, 'data') });
  const counts = { histories: 0, transactions: 0, committed: 0, aborted: 0, calls: 0 };
  const violations: string[] = [];
  let kept: string | undefined;
  try {
    for (let number = 0; number < histories && performance.now() < deadline; number++) {
      const levels = LEVELS[number % LEVELS.length]!;
      const findings = await runHistory({
        url: server.url,
        database: `history${number}`,
        random: new SeededRandom(seed + number),
        levels,
        clients: options.clients ?? CLIENTS,
        transactions: Math.ceil(transactions / histories),
        deadline,
      });
      const found = violationsOf(findings);
      count(counts, findings);
      say(`history ${number} (${levels.join(', ')}): ${describe(findings)}, ${found.length} violations`);
      if (found.length === 0) continue;
      violations.push(...found.map((one) => `history ${number}: ${one}`));
      kept = keep(findings, kept);
    }
  } finally {
    await server.stop();
    folder.remove();
  }
  const seconds = (performance.now() - started) / 1000;
  return { seed, ...counts, seconds, violations, kept };
}

function violationsOf({ anomalies, disordered }: HistoryFindings): string[] {
  return [...anomalies.map(({ kind, text }) => `${kind}: ${text}`), ...disordered];
}

function count(
  counts: Record<'histories' | 'transactions' | 'committed' | 'aborted' | 'calls', number>,
  findings: HistoryFindings,
): void {
  counts.histories++;
  for (const { outcome, isTakenBack } of [...findings.history, ...findings.loose]) {
    if (isTakenBack) continue;
    counts.transactions++;
    counts[outcome === 'committed' ? 'committed' : 'aborted']++;
  }
  for (const calls of findings.calls.values()) counts.calls += calls.length;
}

function describe({ history, loose }: HistoryFindings): string {
  const all = [...history, ...loose].filter(({ isTakenBack }) => !isTakenBack);
  return `${all.length} transactions, ${all.filter(({ outcome }) => outcome === 'committed').length} committed`;
}

/** Writes a history down for whoever looks for the reason. */
function keep({ history, loose, calls, anomalies }: HistoryFindings, folder: string | undefined): string {
  const into = folder ?? mkdtempSync(join(tmpdir(), 'cairn-histories-kept-'));
  const plain = (_name: string, value: unknown) => (value instanceof Map ? [...value] : value);
  const name = join(into, `${performance.now().toFixed()}.json`);
  writeFileSync(name, JSON.stringify({ anomalies, history, loose, calls }, plain));
  return into;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      transactions: { type: 'string' },
      histories: { type: 'string' },
      seed: { type: 'string' },
      seconds: { type: 'string' },
      clients: { type: 'string' },
    },
  });
  const numbers = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]));
  const report = await checkHistories({ ...numbers, say: (line) => console.log(line) });
  for (const violation of report.violations) console.log(violation);
  if (report.kept !== undefined) console.log(`kept: ${report.kept}`);
  const { transactions, committed, aborted, histories, calls, seconds, seed } = report;
  console.log(
    `seed ${seed}: ${transactions} transactions (${committed} committed, ${aborted} aborted) in ${histories} histories, ` +
      `${calls} calls on single documents, ${report.violations.length} violations, ${seconds.toFixed(1)} s`,
  );
  process.exitCode = report.violations.length === 0 ? 0 : 1;
}

if (import.meta.main) await main();
