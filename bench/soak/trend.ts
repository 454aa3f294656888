/** By how much a value grows in a minute: the line of least squares through what was measured. */
export function growthPerMinute(measured: readonly { readonly atMs: number; readonly value: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const middleMs = mean(measured.map(({ atMs }) => atMs));
  const middle = mean(measured.map(({ value }) => value));
  let [above, below] = [0, 0];
  for (const { atMs, value } of measured) {
    above += (atMs - middleMs) * (value - middle);
    below += (atMs - middleMs) ** 2;
  }
  return below === 0 ? 0 : (above / below) * 60_000;
}
