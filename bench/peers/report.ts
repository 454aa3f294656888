import type { QueryTimes } from './measure.ts';
import type { QueryName } from './peer.ts';

/** What Cairn's time is to be, as a part of PostgreSQL's: at the first run of a query, and again on unchanged data. */
export const GOALS: Readonly<Record<QueryName, { readonly first: number; readonly again?: number }>> = {
  'filter + count': { first: 0.7, again: 0.15 },
  'filter + project': { first: 0.7, again: 0.15 },
  'group by, 3 aggregates': { first: 0.25, again: 0.15 },
  'sort, limit 10': { first: 0.5, again: 0.15 },
  '10,000 documents': { first: 0.6 },
  'indexed range, 100 rows': { first: 1.2 },
  'join 100 x index': { first: 1.2 },
};
/** The least part of PostgreSQL's rate at indexed equality: not behind it by more than 1.2 times. */
export const EQUALITY_GOAL = 1 / 1.2;

/** Lines of cells under titles, the first column left, the others right. */
export function table(titles: readonly string[], lines: readonly (readonly string[])[]): string {
  const all = [titles, ...lines];
  const widths = titles.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const shown = (cells: readonly string[]) =>
    widths
      .map((width, column) => (column === 0 ? (cells[0] ?? '').padEnd(width) : (cells[column] ?? '').padStart(width)))
      .join('  ');
  return [shown(titles), widths.map((width) => '-'.repeat(width)).join('  '), ...lines.map(shown)].join('\n');
}

export const shownMs = (ms: number | undefined): string => (ms === undefined ? '' : ms.toFixed(ms < 10 ? 2 : 1));
export const shownRate = (rate: number | undefined): string =>
  rate === undefined ? '' : Math.round(rate).toLocaleString('en');

/** A ratio with its goal and whether it is reached. */
export function shownGoal(
  ratio: number | undefined,
  goal: number | undefined,
  reached: (ratio: number, goal: number) => boolean,
): string {
  if (ratio === undefined) return '';
  if (goal === undefined) return ratio.toFixed(2);
  return `${ratio.toFixed(2)} / ${goal.toFixed(2)} ${reached(ratio, goal) ? 'ok' : 'NO'}`;
}

export const atMost = (ratio: number, goal: number): boolean => ratio <= goal;
export const atLeast = (ratio: number, goal: number): boolean => ratio >= goal;

export function ratioOf(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined ? undefined : part / whole;
}

/** Times of all systems at one query, by the system's name. */
export type QueryResults = ReadonlyMap<string, QueryTimes>;
