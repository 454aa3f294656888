/** Positions in text are counted in code points. Texts without surrogates are counted in one step. */
const SURROGATE = /[\ud800-\udfff]/;

/** How many code points a text has. */
export function codePointLength(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** The code points from `start` up to, not including, `end`; both are clamped, negative ones count from the end. */
export function sliceCodePoints(text: string, start: number, end?: number): string {
  return SURROGATE.test(text) ? [...text].slice(start, end).join('') : text.slice(start, end);
}

/** How many code points stand before an index of UTF-16 units; -1 stays -1. */
export function codePointIndex(text: string, unitIndex: number): number {
  return unitIndex <= 0 ? unitIndex : codePointLength(text.slice(0, unitIndex));
}
