import assert from 'node:assert/strict';
import { checkHistories } from './histories/run.ts';
import type { Attack, AttackRun, Findings } from './kit/attack.ts';
import { runAlone } from './kit/run-attack.ts';

/** Of transactions: so many make one history, which is checked as a whole. */
const TRANSACTIONS_OF_A_HISTORY = 10_000;
/** At least one history for each mixture of isolation levels. */
const HISTORIES_MIN = 3;

/** Lets clients work side by side and looks in what they saw for anomalies that their isolation levels forbid. */
export const histories: Attack = {
  name: 'histories',
  promise: 'no history of transactions shows an anomaly that its isolation levels forbid',
  shortCycles: 9000,
  longCycles: 200_000,
  timeLimitMs: (cycles) => 120_000 + cycles * 30,
  run: checkThem,
};

async function checkThem({ random, cycles, say }: AttackRun): Promise<Findings> {
  const report = await checkHistories({
    seed: random.seed,
    transactions: cycles,
    histories: Math.max(HISTORIES_MIN, Math.ceil(cycles / TRANSACTIONS_OF_A_HISTORY)),
    seconds: 60 + cycles * 0.025,
    say,
  });
  const { violations, kept, committed, aborted, calls } = report;
  assert.deepEqual(violations.slice(0, 10), [], `${violations.length} violations, kept in ${kept}`);
  assert.ok(report.transactions >= cycles * 0.9, `only ${report.transactions} transactions in the time there was`);
  return { histories: report.histories, transactions: report.transactions, committed, aborted, calls, anomalies: 0 };
}

if (import.meta.main) await runAlone(histories);
