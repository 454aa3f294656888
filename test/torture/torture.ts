/*
 * All attacks one after another in their short forms, or those that are named:
 *   node test/torture/torture.ts [name …] [--seed N] [--cycles N] [--long]
 * Ends with a line `N passed, N failed, N skipped`; what was skipped has neither passed nor failed.
 */
import { backupUnderLoad } from './backup-under-load.ts';
import { badConnections } from './bad-connections.ts';
import { clockJumps } from './clock-jumps.ts';
import { delayedFlush } from './delayed-flush.ts';
import { failedFlush } from './failed-flush.ts';
import { flippedBits } from './flipped-bits.ts';
import { fullDisk } from './full-disk.ts';
import { fuzz } from './fuzz.ts';
import { histories } from './histories.ts';
import { jobs } from './jobs.ts';
import { killCycles } from './kill-cycles.ts';
import type { Attack } from './kit/attack.ts';
import { type AttackReport, parseAttackOptions, runAttack } from './kit/run-attack.ts';
import { powerCut } from './power-cut.ts';
import { systemCalls } from './system-calls.ts';
import { triggers } from './triggers.ts';

const ATTACKS: readonly Attack[] = [
  fuzz,
  killCycles,
  systemCalls,
  powerCut,
  delayedFlush,
  failedFlush,
  fullDisk,
  flippedBits,
  clockJumps,
  backupUnderLoad,
  histories,
  jobs,
  triggers,
  badConnections,
];

function attackOf(name: string): Attack {
  const attack = ATTACKS.find((one) => one.name === name);
  if (attack !== undefined) return attack;
  throw new Error(`no attack '${name}'; there are ${ATTACKS.map((one) => one.name).join(', ')}`);
}

function summarize(reports: readonly AttackReport[]): void {
  console.log('');
  for (const { name, verdict, cycles, seed, seconds, reason } of reports) {
    const why = reason === undefined ? '' : `: ${reason.split('\n')[0]}`;
    console.log(`${verdict.padEnd(8)}${name.padEnd(20)}${cycles} cycles, seed ${seed}, ${seconds} s${why}`);
  }
  const count = (verdict: AttackReport['verdict']) => reports.filter((report) => report.verdict === verdict).length;
  console.log(`${count('held')} passed, ${count('BROKEN')} failed, ${count('skipped')} skipped`);
}

const args = process.argv.slice(2);
const firstFlag = args.findIndex((argument) => argument.startsWith('--'));
const names = firstFlag < 0 ? args : args.slice(0, firstFlag);
const options = parseAttackOptions(args.slice(names.length));
const attacks = names.length > 0 ? names.map(attackOf) : ATTACKS;
const reports: AttackReport[] = [];
for (const attack of attacks) reports.push(await runAttack(attack, options));
summarize(reports);
process.exit(reports.some(({ verdict }) => verdict === 'BROKEN') ? 1 : 0);
