/** A host call as data: what stands in the reference, what the server's table is held to, and what the API of each language builds on. */
export interface HostCallDefinition {
  readonly name: string;
  /** In order; `?` marks those that may be absent or null. Types: text, number, boolean, bytes, value (any), object, list. */
  readonly parameters: readonly string[];
  /** What the call resolves to. */
  readonly result: string;
  readonly summary: string;
  /**
   * Nothing is another for its having been asked: a run that loses its process and has asked for nothing else is begun again. Of a query
   * only its answer tells.
   */
  readonly isReading?: true;
}

const TX = 'tx?: text';

/** Everything a script can ask the server. Each acts in the script's database alone, with the rights that the script runs with. */
export const HOST_CALLS = [
  // Queries and documents. With `tx` they act inside that transaction.
  {
    name: 'db.query',
    parameters: ['sdbql: text', 'binds?: object', TX],
    result: 'list of rows',
    summary: 'Runs a query, reading or writing; all rows come at once.',
  },
  {
    name: 'db.get',
    parameters: ['collection: text', 'key: text', TX],
    result: 'document, or null when there is none',
    summary: 'Reads a document.',
    isReading: true,
  },
  {
    name: 'db.insert',
    parameters: ['collection: text', 'document: object', TX],
    result: 'the stored document',
    summary: 'Stores a new document; `_key` may be among its members. A key that is taken is an error.',
  },
  {
    name: 'db.update',
    parameters: ['collection: text', 'key: text', 'changes: object', TX],
    result: 'the merged document',
    summary: 'Lays members over a document; names that begin with `_` are passed over.',
  },
  {
    name: 'db.replace',
    parameters: ['collection: text', 'key: text', 'document: object', TX],
    result: 'the stored document',
    summary: 'Puts another document in the place of the one with this key.',
  },
  {
    name: 'db.delete',
    parameters: ['collection: text', 'key: text', TX],
    result: 'true',
    summary: 'Removes a document; an error when there is none.',
  },
  {
    name: 'db.find',
    parameters: ['collection: text', 'filter?: object', TX],
    result: 'list of documents in key order',
    summary:
      'Documents whose top-level members equal those of the filter; `{ $gte: 18 }` compares (`$eq $ne $gt $gte $lt $lte $in`). No filter or an empty one takes all; a filter that is no object takes none.',
    isReading: true,
  },
  {
    name: 'db.find_one',
    parameters: ['collection: text', 'filter?: object', TX],
    result: 'document or null',
    summary: 'The first document that `db.find` would give.',
    isReading: true,
  },
  {
    name: 'db.count',
    parameters: ['collection: text', 'filter?: object', TX],
    result: 'number',
    summary: 'How many documents `db.find` would give.',
    isReading: true,
  },
  {
    name: 'db.upsert',
    parameters: ['collection: text', 'key_or_filter: value', 'document: object', TX],
    result: 'the stored document',
    summary:
      'Text: updates the document with that key or stores one under it. Object: updates the first match or stores the document. Anything else stores the document.',
  },
  {
    name: 'db.bulk_insert',
    parameters: ['collection: text', 'documents: list', TX],
    result: 'list of the stored documents',
    summary: 'Stores many documents, all or none.',
  },
  // Transactions. One that is open when the run ends is rolled back.
  {
    name: 'tx.begin',
    parameters: ['isolation?: text'],
    result: 'text, the id',
    summary: 'Begins a transaction: `read_committed` unless named.',
  },
  { name: 'tx.commit', parameters: ['tx: text'], result: 'true', summary: 'Commits it.' },
  { name: 'tx.rollback', parameters: ['tx: text'], result: 'true', summary: 'Undoes it.' },
  // Jobs
  {
    name: 'job.enqueue',
    parameters: ['queue: text', 'script_path: text', 'params?: value', 'options?: object', TX],
    result: 'text, the id',
    summary:
      'Has a script run later. Options: `priority`, `max_retries`, `run_at` (unix seconds), `delay_ms`, `idempotency_key`. The script is not checked to exist.',
  },
  { name: 'job.status', parameters: ['id: text'], result: 'the job or null', summary: 'Reads a job.', isReading: true },
  { name: 'job.cancel', parameters: ['id: text'], result: 'true', summary: 'Cancels a job.' },
  {
    name: 'job.cron',
    parameters: ['schedule: text', 'script_path: text', 'params?: value', 'options?: object'],
    result: 'text, the id',
    summary: 'Has a script run by a schedule; a bad schedule is an error.',
  },
  // What one database keeps between requests
  {
    name: 'cache.set',
    parameters: ['key: text', 'value: value', 'ttl_s?: number'],
    result: 'true',
    summary: 'Keeps a value for an hour, or for `ttl_s` seconds. Null forgets it.',
  },
  {
    name: 'cache.get',
    parameters: ['key: text'],
    result: 'the value or null',
    summary: 'The value that is kept under a key.',
    isReading: true,
  },
  {
    name: 'cache.delete',
    parameters: ['key: text'],
    result: 'boolean',
    summary: 'Forgets it; true when it was there.',
  },
  {
    name: 'rate_limit',
    parameters: ['id: text', 'max: number', 'window_s: number'],
    result: 'boolean: false when it is one too many',
    summary: 'Counts one call under an id in a sliding window.',
  },
  {
    name: 'session.create',
    parameters: ['data?: object', 'ttl_s?: number'],
    result: 'text, the id: 43 characters that cannot be guessed',
    summary: 'Begins a session of a visitor, kept for a day or for `ttl_s` seconds.',
  },
  {
    name: 'session.get',
    parameters: ['id: text'],
    result: 'its data or null',
    summary: 'The data of a session that has not ended.',
    isReading: true,
  },
  {
    name: 'session.set',
    parameters: ['id: text', 'data: object', 'ttl_s?: number'],
    result: 'boolean: false when there is no such session',
    summary: 'Puts other data into a session, and has it last `ttl_s` seconds from now when given.',
  },
  { name: 'session.end', parameters: ['id: text'], result: 'boolean', summary: 'Ends a session.' },
  // The world
  {
    name: 'fetch',
    parameters: ['url: text', 'init?: object: { method?, headers?: object, body?: text or bytes, timeout_ms? }'],
    result: '{ status, status_text, ok, headers: object, body: bytes, url }',
    summary:
      'Asks a web server. The address must be public or allowed by the configuration: `Fetch error: address not allowed: <host>`.',
  },
  {
    name: 'sleep',
    parameters: ['ms: number'],
    result: 'null',
    summary: 'Answers after so many milliseconds.',
    isReading: true,
  },
  {
    name: 'password.hash',
    parameters: ['password: text'],
    result: 'text, argon2id in the PHC format',
    summary: 'Hashes a password.',
    isReading: true,
  },
  {
    name: 'password.verify',
    parameters: ['hash: text', 'password: text'],
    result: 'boolean',
    summary: 'Whether the password has this hash; a text that is no such hash is an error.',
    isReading: true,
  },
  // Files
  {
    name: 'files.upload',
    parameters: [
      'data: bytes, or text in base64 (text that is none is taken as it is)',
      'options?: { filename?, directory? }',
    ],
    result: '{ key, path, filename, size, mime_type, chunks }',
    summary: 'Stores a file.',
  },
  {
    name: 'files.info',
    parameters: ['key: text'],
    result: '{ key, path, filename, directory, size, mime_type, chunks, created_at, width?, height? }',
    summary: 'Facts about a file; an error when there is none.',
    isReading: true,
  },
  {
    name: 'files.read',
    parameters: ['key: text'],
    result: 'bytes',
    summary: 'What is in a file; an error when there is none.',
    isReading: true,
  },
  {
    name: 'files.delete',
    parameters: ['key: text'],
    result: 'boolean',
    summary: 'Removes a file; false when there is none.',
  },
  {
    name: 'files.list',
    parameters: ['options?: { directory?, limit? = 100, offset? = 0 }'],
    result: 'list of what `files.info` gives',
    summary: 'Files in the order in which they were stored.',
    isReading: true,
  },
  {
    name: 'image.process',
    parameters: ['image: bytes, base64 text, or the key of a file', 'operations?: object'],
    result: '{ data: bytes, size, width, height, format, mime_type }',
    summary:
      'Changes a picture: `resize thumbnail crop rotate flip grayscale blur brightness contrast format quality`, in this order.',
    isReading: true,
  },
  // Who asks, and what else runs
  {
    name: 'auth.user',
    parameters: [],
    result: '{ username, authenticated, roles, scoped_databases?, exp? }',
    summary: 'The caller; an anonymous one has the name "" and no roles.',
    isReading: true,
  },
  {
    name: 'auth.has_database_access',
    parameters: ['database: text'],
    result: 'boolean',
    summary: 'Whether the caller may do anything in a database.',
    isReading: true,
  },
  {
    name: 'stats',
    parameters: [],
    result: '{ active_scripts, active_ws, total_scripts_executed, total_ws_connections }',
    summary: 'Counters since the start of the server.',
    isReading: true,
  },
  {
    name: 'module',
    parameters: ['name: text'],
    result: '{ name, language, code, fingerprint }',
    summary: 'The text of a module of the same service: a script without methods, found by its path or name.',
    isReading: true,
  },
  {
    name: 'streams.list',
    parameters: [],
    result: 'list of { name, created_at }',
    summary: 'Streams of the database.',
    isReading: true,
  },
  {
    name: 'streams.stop',
    parameters: ['name: text'],
    result: 'boolean: false when there is none',
    summary: 'Stops a stream.',
  },
  // WebSocket scripts only; elsewhere an error
  {
    name: 'ws.send',
    parameters: ['message: text or bytes'],
    result: 'true',
    summary: 'Sends a message to the client.',
  },
  {
    name: 'ws.recv',
    parameters: ['timeout_ms?: number'],
    result: 'text or bytes; null when the connection is closed or the time is over',
    summary: 'Waits for the next message of the client.',
  },
  {
    name: 'ws.recv_any',
    parameters: ['timeout_ms?: number = 30000'],
    result: '[payload, "ws" | "channel" | "presence"], or null when closed or the time is over',
    summary: 'Waits for whatever comes first: a message of the client, of a channel, or news about presence.',
  },
  {
    name: 'ws.close',
    parameters: ['code?: number', 'reason?: text'],
    result: 'true',
    summary: 'Closes the connection.',
  },
  // Channels: names belong to one database. Every script may broadcast; only WebSocket scripts subscribe.
  {
    name: 'channel.subscribe',
    parameters: ['channel: text'],
    result: 'true',
    summary: 'Has messages of a channel come to `ws.recv_any`.',
  },
  { name: 'channel.unsubscribe', parameters: ['channel: text'], result: 'boolean', summary: 'Ends that.' },
  {
    name: 'channel.broadcast',
    parameters: ['channel: text', 'message: value'],
    result: 'number of connections it was given to',
    summary: 'Gives a message to all who have subscribed, the sender among them; nobody at all is no error.',
  },
  {
    name: 'channel.list',
    parameters: [],
    result: 'list of texts',
    summary: 'The channels that this connection has subscribed to.',
  },
  {
    name: 'presence.join',
    parameters: ['channel: text', 'user_info?: value'],
    result: 'true',
    summary: 'Shows this connection as present in a channel; its subscribers are told.',
  },
  {
    name: 'presence.leave',
    parameters: ['channel: text'],
    result: 'boolean',
    summary: 'Ends that; a closed connection leaves by itself.',
  },
  {
    name: 'presence.list',
    parameters: ['channel: text'],
    result: 'list of { connection_id, user_info, joined_at }',
    summary: 'Who is present in a channel.',
  },
] as const satisfies readonly HostCallDefinition[];

/** The name of something that a script can ask the server. */
export type HostCallName = (typeof HOST_CALLS)[number]['name'];

const reading: ReadonlySet<string> = new Set(
  (HOST_CALLS as readonly HostCallDefinition[]).filter(({ isReading }) => isReading === true).map(({ name }) => name),
);

/** Whether a call changes nothing, whatever it is asked for. */
export function isReadingCall(name: string): boolean {
  return reading.has(name);
}
