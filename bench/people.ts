import { SeededRandom } from '../test/harness/seeded-random.ts';

const CITIES = ['Paris', 'Rome', 'Oslo', 'Lima', 'Kyoto', 'Cairo', 'Quito', 'Delhi'] as const;

/** Documents of about 282 bytes with ten members, one of them nested: the same ones for the same seed. */
export function* people(count: number, seed = 42): Generator<Record<string, unknown>> {
  const random = new SeededRandom(seed);
  for (let serial = 0; serial < count; serial++) {
    yield {
      _key: `u${serial}`,
      name: `User ${serial}`,
      email: `user${serial}@example.com`,
      age: 18 + random.below(70),
      city: random.pick(CITIES),
      score: random.below(1_000_000) / 100,
      active: random.below(2) === 1,
      tags: [`t${random.below(20)}`, `t${random.below(20)}`],
      address: {
        street: `${random.below(999)} Main St`,
        zip: String(10_000 + random.below(89_999)),
        geo: { lat: random.below(180) - 90, lon: random.below(360) - 180 },
      },
      bio: 'lorem ipsum dolor sit amet '.repeat(4),
    };
  }
}

/** The same in arrays of `size`. */
export function* batchesOfPeople(count: number, size: number, seed = 42): Generator<Record<string, unknown>[]> {
  let batch: Record<string, unknown>[] = [];
  for (const person of people(count, seed)) {
    batch.push(person);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
