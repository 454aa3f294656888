/** What COLLECT leaves of a row, as its clause and its operator both say it. */
interface Collected {
  readonly groups: readonly { readonly variable: string }[];
  readonly aggregates: readonly { readonly variable: string }[];
  readonly count?: string;
  readonly into?: { readonly variable: string };
}

/** The variables that stand after a COLLECT: nothing else of the rows before it does. */
export function collectedNames({ groups, aggregates, count, into }: Collected): string[] {
  return [
    ...groups.map((group) => group.variable),
    ...aggregates.map((aggregate) => aggregate.variable),
    ...(count === undefined ? [] : [count]),
    ...(into === undefined ? [] : [into.variable]),
  ];
}
