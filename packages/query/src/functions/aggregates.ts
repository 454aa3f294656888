import { collectingAggregates } from './aggregate/collecting.ts';
import { countingAggregates } from './aggregate/counting.ts';
import { momentAggregates } from './aggregate/moments.ts';
import { orderAggregates } from './aggregate/order.ts';
import type { AggregateDefinition } from './aggregate-definition.ts';

const definitions: readonly AggregateDefinition[] = [
  countingAggregates,
  momentAggregates,
  orderAggregates,
  collectingAggregates,
].flat();

const byName = new Map<string, AggregateDefinition>();
for (const definition of definitions) {
  for (const name of [definition.name, ...(definition.aliases ?? [])]) {
    if (byName.has(name)) throw new Error(`two aggregates are called ${name}`);
    byName.set(name, definition);
  }
}

/** The aggregate with this name or alias, written in upper case. */
export function aggregateByName(upperName: string): AggregateDefinition | undefined {
  return byName.get(upperName);
}

/** Every aggregate once. */
export function allAggregates(): readonly AggregateDefinition[] {
  return definitions;
}
