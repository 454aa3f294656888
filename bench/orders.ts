import { SeededRandom } from '../test/harness/seeded-random.ts';

const STATUSES = ['new', 'paid', 'sent', 'done'] as const;

/** Orders of the people that `people` makes, each of a random one: the same ones for the same seed. */
export function* orders(count: number, seed = 43): Generator<Record<string, unknown>> {
  const random = new SeededRandom(seed);
  for (let serial = 0; serial < count; serial++) {
    yield {
      _key: `o${serial}`,
      user: `u${random.below(count)}`,
      total: random.below(100_000) / 100,
      status: random.pick(STATUSES),
      lines: 1 + random.below(9),
    };
  }
}
