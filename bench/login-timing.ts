/*
 * Can an unknown user be told from a wrong password by the time of the answer?
 *   node bench/login-timing.ts [--tries 500]
 * Each try is the first failure of its user, so that all are held back alike; known and unknown users take turns.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Engine, resolveSettings } from '@cairn/server';

/** What the server waits after the first failure of a user, milliseconds. */
const PAUSE_MS = 50;

const { values } = parseArgs({ options: { tries: { type: 'string', default: '500' } } });
const tries = Number(values.tries);
const folder = mkdtempSync(join(tmpdir(), 'cairn-login-'));
const settings = resolveSettings({ flags: { logLevel: 'silent' } });
const engine = await Engine.open({ dataDir: join(folder, 'data'), settings });
const { security } = engine;

/** Milliseconds until a login is refused, without the pause that follows every failure. */
async function refusal(user: string, address: string): Promise<number> {
  const begun = performance.now();
  await security.logIn(user, 'a wrong password', address).catch(() => {});
  return performance.now() - begun - PAUSE_MS;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

// The pauses of the server keep no process alive.
const alive = setInterval(() => {}, 1_000);
try {
  await security.accounts.createUser('ann', 'correct horse battery', ['viewer']);
  const [known, unknown]: [number[], number[]] = [[], []];
  for (let i = 0; i < tries; i++) {
    // Every pair from an address of its own: each failure is its address' first.
    known.push(await refusal('ann', `10.0.${i >> 8}.${i & 255}`));
    unknown.push(await refusal('eve', `10.1.${i >> 8}.${i & 255}`));
  }
  const [wrong, nobody] = [median(known), median(unknown)];
  const difference = (100 * Math.abs(wrong - nobody)) / wrong;
  console.log(
    `wrong password: median ${wrong.toFixed(2)} ms; unknown user: median ${nobody.toFixed(2)} ms of ${tries} each`,
  );
  console.log(`difference ${difference.toFixed(1)} %`);
} finally {
  clearInterval(alive);
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
}
