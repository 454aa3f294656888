/** Limits of the native functions. They run without a pause, so each is chosen so that one call ends in well under a second. */
export const NATIVE_LIMITS = {
  /** Code units of a text that a function makes longer than what it was given (padding, templates, replacements): a quarter of the default memory. */
  textMaxLength: 16 * 1024 * 1024,
  /** Bytes of a pattern, as scripts have always been promised. */
  patternMaxBytes: 1_000,
  /** Counts of a pattern's repetitions together, times its bytes: more than its instructions, known before it is compiled. 0.1 s. */
  patternMaxSize: 50_000,
  /** Code units of a pattern with its classes spelled out in Unicode: `[\\W]` alone is 15,000, and read in 2 ms. */
  patternMaxWidenedLength: 200_000,
  /** Instructions of a compiled pattern times code units of the text: about a second in the worst case. */
  patternMaxSteps: 100_000_000,
  /** Compiled patterns that are kept: a service uses a handful, a hostile script should not fill the process. */
  patternsKeptMax: 200,
  /** Code units of a format of times: directives become up to 30 characters. */
  formatMaxLength: 10_000,
  /** Bytes that one call of a random generator gives: keys and tokens need 64. */
  randomMaxBytes: 1024 * 1024,
  /** Bytes of a token given to `jwt_decode`: a header of HTTP is 16 KiB at most. */
  tokenMaxBytes: 64 * 1024,
  /** Keywords of a schema, those inside one another included: a hand-written one has some hundred. */
  schemaMaxKeywords: 10_000,
  /** Levels of schemas and values inside one another while validating: references may go round in circles. */
  validationMaxDepth: 200,
  /** Checks of one validation: a value of 100,000 elements against a schema of ten keywords, and some room. */
  validationMaxSteps: 2_000_000,
  /** Problems that `validate_detailed` tells of. */
  validationMaxErrors: 50,
  /** Characters of a value that is quoted in a message: the rest is of no use to a reader. */
  quotedMaxLength: 200,
  /** Levels of lists and objects that `sanitize` goes into: as many as a stored document may have. */
  sanitizeMaxDepth: 100,
  /** Bytes of a cookie, name and attributes included: browsers throw larger ones away. */
  cookieMaxBytes: 4096,
} as const;
