/** Shares of rows that conditions are taken to let pass where nothing better is known. */
export const GUESS = {
  /** `x.a == @v` on a field that nobody has looked at. */
  equality: 0.1,
  /** `x.a > @v`: one side of a range whose bound only the run knows. */
  range: 0.3,
  /** `x.a LIKE '%b%'` and other tests of a text. */
  pattern: 0.2,
  /** Any other condition. */
  condition: 0.5,
  /** `STARTS_WITH(x.a, @p)`: somebody has typed a few letters. */
  prefix: 0.01,
  /** Values of `x.a IN @list`. */
  listLength: 5,
  /** Elements of an array that only the run knows. */
  elements: 10,
  /** Edges that leave a vertex, where the collection of edges does not say. */
  edgesOfVertex: 5,
} as const;
