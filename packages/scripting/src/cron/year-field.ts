/** Years that a schedule may name: those in which times are counted from 1970, until the last that anybody plans for. */
const YEAR_MIN = 1970;
const YEAR_MAX = 2100;

const PART = /^(?:\*|(\d{4})(?:-(\d{4}))?)(?:\/(\d{1,3}))?$/;

/**
 * The years of a schedule's last field (`2030`, `2026-2030`, `2026,2028`, `2026/2`), ascending; all of them when it says `*`.
 *
 * @returns undefined for a text that is none
 */
export function yearsOf(field: string): readonly number[] | undefined {
  const years = new Set<number>();
  for (const part of field.split(',')) {
    const match = PART.exec(part);
    if (match === null) return undefined;
    const [, first, last, step = '1'] = match;
    const from = Number(first ?? YEAR_MIN);
    const to = last !== undefined ? Number(last) : first === undefined || match[3] !== undefined ? YEAR_MAX : from;
    if (from < YEAR_MIN || to > YEAR_MAX || from > to || Number(step) === 0) return undefined;
    for (let year = from; year <= to; year += Number(step)) years.add(year);
  }
  return [...years].sort((a, b) => a - b);
}
