import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SeededRandom } from '../../harness/seeded-random.ts';
import { type Attack, type Findings, Skipped } from './attack.ts';

export interface AttackOptions {
  readonly seed?: number;
  readonly cycles?: number;
  /** The long form, unless `cycles` says how many. */
  readonly long?: boolean;
}

export type Verdict = 'held' | 'BROKEN' | 'skipped';

export interface AttackReport {
  readonly name: string;
  readonly verdict: Verdict;
  readonly seed: number;
  readonly cycles: number;
  readonly seconds: number;
  readonly findings: Findings;
  /** Why it was skipped or what broke. */
  readonly reason?: string;
}

/** Runs one attack in a folder of its own, prints what it found, and keeps the folder when the promise was broken. */
export async function runAttack(attack: Attack, options: AttackOptions = {}): Promise<AttackReport> {
  const seed = options.seed ?? Number(process.env.CAIRN_SEED ?? Date.now() % 0xffffffff);
  const cycles = options.cycles ?? (options.long ? attack.longCycles : attack.shortCycles);
  const folder = mkdtempSync(join(tmpdir(), `cairn-torture-${attack.name}-`));
  const started = performance.now();
  console.log(`${attack.name}: ${attack.promise}`);
  console.log(`  seed ${seed}, cycles ${cycles}`);
  const done = (verdict: Verdict, findings: Findings, reason?: string): AttackReport => {
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const report = { name: attack.name, verdict, seed, cycles, seconds, findings, reason };
    print(report);
    return report;
  };
  try {
    mkdirSync(folder, { recursive: true });
    const run = { random: new SeededRandom(seed), cycles, folder, say: (line: string) => console.log(`  ${line}`) };
    const findings = await withinTime(attack.run(run), attack.timeLimitMs(cycles));
    rmSync(folder, { recursive: true, force: true });
    return done('held', findings);
  } catch (error) {
    if (error instanceof Skipped) {
      rmSync(folder, { recursive: true, force: true });
      return done('skipped', {}, error.message);
    }
    console.log(`  ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    console.log(`  kept: ${folder}`);
    console.log(`  again: node test/torture/${attack.name}.ts --seed ${seed} --cycles ${cycles}`);
    return done('BROKEN', {}, error instanceof Error ? error.message : String(error));
  }
}

/** For the command of one attack: reads `--seed`, `--cycles` and `--long`, and ends with status 1 when it broke. */
export async function runAlone(attack: Attack, args: readonly string[] = process.argv.slice(2)): Promise<void> {
  const report = await runAttack(attack, parseAttackOptions(args));
  process.exit(report.verdict === 'BROKEN' ? 1 : 0);
}

export function parseAttackOptions(args: readonly string[]): AttackOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: 'string' }, cycles: { type: 'string' }, long: { type: 'boolean' } },
  });
  return { seed: wholeNumber('seed', values.seed), cycles: wholeNumber('cycles', values.cycles), long: values.long };
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a whole number, not '${text}'`);
  return Number(text);
}

function print({ name, verdict, seconds, findings, reason }: AttackReport): void {
  const figures = Object.entries(findings).map(([what, value]) => `${what} ${value}`);
  console.log(`  ${verdict} in ${seconds} s${figures.length > 0 ? `: ${figures.join(', ')}` : ''}`);
  if (verdict === 'skipped') console.log(`  skipped: ${name}: ${reason}`);
}

function withinTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not through within ${Math.round(limitMs / 1000)} s`)), limitMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
