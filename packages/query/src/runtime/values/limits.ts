/** Bounds on what one operator may build or be given. */
export const EXPRESSION_LIMITS = {
  /** Elements of an array made by `a..b`: some 80 MB of numbers. */
  rangeElementsMax: 10_000_000,
  /** UTF-16 units of a text made by `+` or a template: a frame's size. Unbounded, forty doublings would fill any memory. */
  textLengthMax: 16_777_216,
  /** UTF-8 bytes of a regular expression: compiled size and matching time grow with it. */
  patternBytesMax: 1024,
  /** Classes of a pattern that have to be written out as ranges: each asks every code point, some 30 ms. */
  patternSetsMax: 8,
  /** UTF-16 units of a pattern up to which its compiled form is kept for the next use. */
  patternLengthCachedMax: 1024,
  /** Length of a text times length of a LIKE pattern with inner wildcards: about a second at worst, between two checks of the deadline. */
  likeStepsMax: 2 ** 28,
  /** Compiled patterns that are kept, of each kind: enough for a query that reads patterns from a small collection. */
  patternsCachedMax: 256,
  /** Elements between two checks of the deadline in loops inside one expression. */
  elementsPerCheckpoint: 1024,
  /** Elements of a constant range up to which it is made once, when the query is compiled. */
  foldedElementsMax: 1000,
} as const;
