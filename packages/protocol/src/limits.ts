/**
 * Every limit of the protocol, each with its unit and its reason. Whoever reads bytes from outside takes its limit
 * from here, or from settings that begin as a copy of these.
 */
export const LIMITS = {
  /** Bytes of one frame's payload, either way. Existing clients refuse replies over 16 MiB, so nobody gains from more. */
  frameMaxBytes: 16 * 1024 * 1024,
  /** Bytes of a frame before the connection has authenticated: credentials are small, and a stranger gets no 16 MiB. */
  frameBeforeAuthenticationMaxBytes: 64 * 1024,
  /** Levels of arrays and maps inside one another, in documents and in messages: deeper data is an attack or a mistake,
   * and every walk of ours may then use the JavaScript stack. */
  nestingMaxDepth: 100,
  /** Levels of a value that a query computes and does not store: more than a document's, since keys and groups wrap
   * documents; few enough for walks that use the JavaScript stack. */
  computedNestingMaxDepth: 500,
  /** Elements and members that one walk through a value may visit (comparing, writing JSON): as many as a frame could
   * hold. Computed values share parts, so memory does not bound them. About 0.2 s. */
  walkMaxElements: 16 * 1024 * 1024,
  /** Bytes of one value written as msgpack: twice a frame. More can be neither sent nor stored, and what is a little
   * above a frame should reach the frame's own check, which says how large it is. */
  valueMaxBytes: 32 * 1024 * 1024,
  /** UTF-16 units of one value written as JSON: twice a frame, for the same reason. */
  jsonTextMaxLength: 32 * 1024 * 1024,
  /** Commands in one `batch`: a reply is kept for each until the last is done. */
  batchMaxCommands: 10_000,
  /** Bytes of a command's name: the longest of ours has 28, and unknown ones are quoted in the error. */
  commandNameMaxBytes: 64,
  /** Members in the map of one request: the largest command has about 20, clients may spread options into it. */
  requestMaxMembers: 256,
  /** Code units of a `rid` given as text: it is kept while the request runs and sent back. */
  requestIdMaxLength: 128,
  /** Code units of a `traceparent`: 55 today, and room for what later versions add. */
  traceparentMaxLength: 256,
  /** Code units of a database's, collection's, index's, user's or role's name: file systems stop at 255 bytes. */
  nameMaxLength: 128,
  /** Bytes of a document's key: it is part of every index entry, and LMDB's own keys end at 1,978 bytes. */
  documentKeyMaxBytes: 512,
  /** Code units of one query's text: people write 1,000, programs 100,000. */
  queryTextMaxLength: 1024 * 1024,
  /** Rows in one batch of a cursor: a reply must fit a frame, and a slice of work must end. */
  cursorBatchMaxRows: 100_000,
  /** The last moment that dates can tell, milliseconds since 1970 (ECMAScript, 21.4.1.1). */
  timeMaxMs: 8_640_000_000_000_000,
  /** Milliseconds a request may ask for: a day; longer work belongs to a job. */
  timeoutMaxMs: 24 * 60 * 60 * 1000,
} as const;

/** Bounds of records that are read from text: NDJSON, JSON arrays, CSV. */
export const RECORD_LIMITS = {
  /** One document's source text, in bytes: a frame carries at most 16 MiB, so no larger document could be sent. */
  recordMaxBytes: LIMITS.frameMaxBytes,
  /** How much of a bad record's text is repeated where it is told, in bytes: enough to see what it is. */
  shownTextMaxBytes: 64 * 1024,
  /** Columns of a CSV file: a header of more is not a header. */
  csvColumnsMax: 10_000,
} as const;
