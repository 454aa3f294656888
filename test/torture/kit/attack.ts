import type { SeededRandom } from '../../harness/seeded-random.ts';

/** What an attack works with. */
export interface AttackRun {
  readonly random: SeededRandom;
  /** How many kills, images, flips or rounds, as the attack counts them. */
  readonly cycles: number;
  /** A fresh folder; kept when the attack fails. */
  readonly folder: string;
  /** Prints a line of progress. */
  say(line: string): void;
}

/** What was counted, by name: the figures that the report prints. */
export type Findings = Readonly<Record<string, number | string>>;

/** One way of hurting the server, and the promise that must hold all the same. */
export interface Attack {
  /** Its file and its command. */
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly promise: string;
  /** Cycles of the short form, which runs before every change lands. */
  readonly shortCycles: number;
  /** Cycles of the long form. */
  readonly longCycles: number;
  /** The attack has failed when it is not through by then. */
  timeLimitMs(cycles: number): number;
  /** @throws Error (an assertion's as a rule) when the promise is broken, Skipped when this machine cannot do it */
  run(run: AttackRun): Promise<Findings>;
}

/** The machine lacks what the attack needs. It has then neither passed nor failed. */
export class Skipped extends Error {}
