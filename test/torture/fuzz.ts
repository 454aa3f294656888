import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Attack, AttackRun, Findings } from './kit/attack.ts';
import { runAlone } from './kit/run-attack.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MOCHA = resolve(ROOT, 'node_modules/mocha/bin/mocha.js');
const TESTS = [
  'test/fuzz/*.test.ts',
  'packages/query/src/generated-texts.test.ts',
  'packages/storage/src/database/database-model.test.ts',
];
/** For each damaged frame so many damaged queries, and for so many frames one run of the model. */
const QUERIES_A_FRAME = 2.5;
const FRAMES_A_MODEL_RUN = 40;

/** The random tests of the everyday run, for longer: damaged frames, damaged and generated queries, the model of the storage. */
export const fuzz: Attack = {
  name: 'fuzz',
  promise: 'damaged frames and queries harm nobody, and the storage does what its model does',
  shortCycles: 20_000,
  longCycles: 200_000,
  timeLimitMs: (cycles) => 120_000 + cycles * 30,
  run: runTests,
};

async function runTests({ random, cycles }: AttackRun): Promise<Findings> {
  const environment = {
    CAIRN_SEED: String(random.seed),
    CAIRN_FUZZ_SOCKET_FRAMES: String(cycles),
    CAIRN_FUZZ_QUERIES: String(cycles * QUERIES_A_FRAME),
    CAIRN_FUZZ_TEXTS: String(cycles),
    CAIRN_MODEL_RUNS: String(Math.ceil(cycles / FRAMES_A_MODEL_RUN)),
  };
  const child = spawn(process.execPath, [MOCHA, '--no-config', '--reporter', 'dot', ...TESTS], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`the tests ended with status ${status}`);
  return { frames: cycles, queries: cycles * QUERIES_A_FRAME, texts: cycles };
}

if (import.meta.main) await runAlone(fuzz);
