/** Bounds on what one call may build, so that a short text cannot ask for all of the memory. */
export const FUNCTION_LIMITS = {
  /** Elements of an array made by one call (RANGE, FLATTEN …): some 80 MB of numbers. */
  arrayElementsMax: 10_000_000,
  /** Code units of a text made by one call (REPEAT, PAD_LEFT …): a frame's size. */
  textLengthMax: 16_777_216,
  /** Depth to which objects are merged; stored values nest at most 100 deep. */
  mergeDepthMax: 128,
  /** Hits that one FULLTEXT call answers, best first. */
  fulltextHitsMax: 100,
  /** Milliseconds of one SLEEP: it is there to try time limits, which end it. */
  sleepMaxMs: 10_000,
  /** Characters of a NANOID. */
  nanoidLengthMax: 256,
} as const;
