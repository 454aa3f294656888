/**
 * Every limit of the server that is not a setting, with its unit and its reason. Limits of frames and values stand in
 * the protocol package, limits of keys and records in the storage package.
 */

/** Argon2id runs at one time: each takes 19 MiB and a core for some 30 ms, and the machine has other work. */
export const PASSWORD_HASHES_AT_ONCE = 2;
/** Password checks that may wait for their turn; more are answered `overloaded`, so that a flood cannot pile up. */
export const PASSWORD_HASHES_WAITING_MAX = 256;
/** Those of one address: who guesses fills his own lane and nobody else's, since the addresses take turns. */
export const PASSWORD_HASHES_WAITING_BY_ADDRESS = 64;
/** Password checks that may wait for one user at one address: a client that guesses waits for itself. */
export const PASSWORD_CHECKS_WAITING_BY_PEER = 16;
/** Pause after the first failed login of a user from an address, milliseconds; it doubles with each further one. */
export const FAILED_LOGIN_PAUSE_MS = 50;
/** Longest pause after a failed login, milliseconds. */
export const FAILED_LOGIN_PAUSE_MAX_MS = 5_000;
/** Failures are forgotten after this time without one, milliseconds. */
export const FAILED_LOGIN_MEMORY_MS = 15 * 60_000;
/** Failed logins of one address, whatever the users, before its failures are slowed as those of one user are. */
export const FAILED_LOGINS_BY_ADDRESS_FREE = 20;
/** Pairs of user and address, and addresses, whose failures are remembered; the oldest go first. */
export const FAILED_LOGIN_PEERS_MAX = 10_000;
/** A verified password is believed again for this time without hashing, milliseconds. */
export const CREDENTIAL_MEMORY_MS = 60_000;
/** Verified passwords that are remembered. */
export const CREDENTIALS_REMEMBERED_MAX = 1_000;
/** Session tokens whose signature is not verified again; the oldest go first. */
export const TOKENS_REMEMBERED_MAX = 1_000;
/** Ended sessions of one user that are kept until their tokens expire; one more ends all of his. */
export const SESSIONS_ENDED_BY_USER_MAX = 1_000;
/** Longest password, bytes: hashing megabytes for a stranger is work he should not be able to ask for. */
export const PASSWORD_BYTES_MAX = 1_024;
/** Longest name of a user, characters: what other servers of this interface take. */
export const USER_NAME_CHARACTERS_MAX = 64;
/** Shortest password that a user may be given by a command, characters (NIST SP 800-63B). */
export const PASSWORD_CHARACTERS_MIN = 8;

/** Connections beyond the limit that are let in to be told so; the system turns away those beyond. */
export const CONNECTIONS_REFUSED_AT_ONCE = 64;
/** How often connections are looked at for peers that take nothing or send nothing, milliseconds. */
export const DOOR_SWEEP_MS = 1_000;
/** A peer for whom bytes wait takes at least so many within the time for slow readers: a kilobyte a second at its default. */
export const SLOW_READER_BYTES_MIN = 64 * 1024;
/** How often the delay of the event loop is measured, milliseconds. */
export const LOAD_SAMPLE_MS = 25;
/** The least delay of this while counts, milliseconds: a long turn in between is no overload. */
export const LOAD_SAMPLES_KEPT_MS = 300;
/** With fewer requests than this between two samples what takes long are the requests, not their number. */
export const SHED_REQUESTS_MIN = 32;
/** The share of requests turned away grows by so much in a second at twice the wanted delay, and shrinks so when there is none. */
export const SHED_SHARE_STEP_S = 1;
/** Largest share that is turned away: some must get in, or nobody would see that it has become better. */
export const SHED_SHARE_MAX = 0.98;
/** Part of the time that has to go into requests that were let in; with less, no more are turned away. */
export const WORK_SHARE_MIN = 0.6;
/** How often it is looked at whether the event loop has rest, milliseconds. */
export const RUNNING_SAMPLE_MS = 25;
/** Part of the time from which on the event loop has no rest: what is left goes into asking the system for more. */
export const BUSY_UTILIZATION = 0.95;
/** Without rest for so long it is busy, milliseconds: two looks in a row. */
export const BUSY_FOR_MS = 40;
/** Nobody turned away for so long: it is busy no more, milliseconds. */
export const RUNNING_CALM_MS = 300;
/** Nor is it when it rests for the other half of its time: then what requests wait for is something else. */
export const RESTED_UTILIZATION = 0.5;
/** Averages are those of the last while, which fades away so, milliseconds. */
export const RUNNING_AVERAGED_MS = 500;
/** Requests that end in a millisecond of work, before anything has been measured. */
export const RUNNING_PER_MS_ASSUMED = 50;
/**
 * Part of the wanted delay (`overloadDelayMs`) that requests under way may take to end: what they wait for comes on top of it. With
 * three times as many each of them costs a tenth more, because more of what they hold outlives collections of young objects.
 */
export const RUNNING_WAIT_SHARE = 0.06;
/** Requests that may be under way whatever their rate: with fewer a group commit would have nothing to gather. */
export const RUNNING_FEWEST = 64;
/** What a client that was turned away is told to wait before it asks again, milliseconds. */
export const OVERLOADED_RETRY_MS = 1_000;
/** Bytes of frames that all who have not authenticated may have begun to send: a login has a few hundred. */
export const STRANGERS_BYTES_MAX = 16 * 1024 * 1024;
/** Bytes in flight of all users beyond which each of them may have only a part of what he else may. */
export const BYTES_IN_FLIGHT_ALL_MAX = 512 * 1024 * 1024;
/** That part: one of so many. */
export const CROWDED_SHARE = 8;
/** What a query that is under way counts for among its user's bytes in flight, before anybody knows its answer. */
export const QUERY_BYTES_ASSUMED = 1024 * 1024;
/** A frame that comes in pieces and has no room in its user's account is refused from so many bytes on. */
export const FRAME_PIECES_FREE_BYTES = 4 * 1024;
/** A client that takes no reply for this time, while its user has used up half of his bytes in flight, is closed, milliseconds. */
export const CROWDED_READER_MS = 2_000;
/** Time of one turn of the event loop that queries from outside may take before the next wait for another turn, milliseconds. */
export const QUERY_TURN_MS = 6;
/**
 * Bytes of answers that wait for a client to take them, beside the few megabytes that the system keeps, before nothing more of its
 * connection is begun: who does not read makes no more work.
 */
export const REPLIES_UNREAD_MAX_BYTES = 1024 * 1024;
/** Sending that takes longer counts as time of queries, milliseconds: their answers are the large ones. */
export const SENDING_COUNTED_MS = 0.2;
/**
 * Time of one turn in which requests are taken in from connections that send much at once, milliseconds. A commit needs several turns,
 * but what waits too long to be read is late whatever is done with it.
 */
export const READING_TURN_MS = 10;
/** Bytes that come at once from which on that time is counted: below, counting would cost more than it tells. */
export const READING_TIMED_BYTES = 4 * 1024;
/** How often users who have nothing under way are forgotten, milliseconds. */
export const USAGE_SWEEP_MS = 60_000;
/** A client that has closed its half of a connection waits so long for answers to come, milliseconds; then they are given up. */
export const HALF_CLOSED_PATIENCE_MS = 1_000;
/** How often the files of certificates are looked at, milliseconds. */
export const TLS_FILES_CHECK_MS = 2_000;

/** API keys of a server: all are in memory, because each request may name one. */
export const API_KEYS_MAX = 10_000;
/** The last use of an API key is written down at most so often, milliseconds. */
export const API_KEY_USE_NOTED_MS = 60_000;

/** Bytes of a name (database, collection, index, user, role, savepoint): long enough for anybody, short enough for a path. */
export const NAME_BYTES_MAX = 200;

/** Open transactions of one user: each keeps a snapshot, and old snapshots keep old pages. */
export const TRANSACTIONS_OPEN_BY_USER_MAX = 1_000;
/** Commands that may wait for one transaction that is busy. */
export const TRANSACTION_WAITING_MAX = 256;
/** Open cursors of one user, for the same reason. */
export const CURSORS_OPEN_BY_USER_MAX = 1_000;
/** Rows of a cursor's batch when `batch_size` is missing from `cursor_next`. */
export const CURSOR_BATCH_ROWS = 1_000;
/** Bytes of rows after which a batch is sent although it has fewer rows than asked for. */
export const CURSOR_BATCH_BYTES = 4 * 1024 * 1024;
/** Idle transactions and cursors are looked for at this interval, milliseconds. */
export const IDLE_SWEEP_MS = 1_000;

/** A query gives the event loop a turn after this time, milliseconds: point reads wait no longer than that. */
export const QUERY_SLICE_MS = 5;
/** A query that sleeps looks so often whether it was cancelled or its time is over, milliseconds. */
export const SLEEP_SLICE_MS = 20;
/** How often a statement that lost against another commit is run again on a new snapshot before `conflict` is answered. */
export const CONFLICT_RETRIES = 30;
/** The longest pause before that, milliseconds. */
export const CONFLICT_PAUSE_MAX_MS = 64;

/** The first worker thread is started this long after the server has begun to listen, milliseconds. */
export const LONG_READS_PREPARED_AFTER_MS = 500;
/** Worker threads for long reads at most: each takes some 20 MiB of its own. */
export const READ_THREADS_MAX = 64;
/** Bytes of blocks that all worker threads together keep: a hundred thousand documents of some 280 bytes. */
export const READ_THREADS_CACHE_BYTES = 32 * 1024 * 1024;
/** The main thread's columns have one part of so many, those of the worker threads the others. */
export const COLUMN_SHARE_OF_MAIN = 8;
/** Room for one of these blocks: the largest that the storage makes of small documents. Larger ones are read each time. */
export const READ_THREAD_BLOCK_BYTES = 8 * 1024;
/** Heap of one worker thread: several queries at the limit of what one may keep in memory. */
export const READ_THREAD_HEAP_BYTES = 1024 * 1024 * 1024;
/** A worker thread closes the file of a database that nobody has read there for this time, milliseconds, and forgets its columns. */
export const REPLICA_IDLE_MS = 10 * 60_000;
/** With more databases than this open in a worker thread, those that nobody has read for some seconds are closed. */
export const REPLICAS_KEPT = 32;
/** These seconds, in milliseconds. */
export const REPLICA_CROWDED_IDLE_MS = 10_000;
/** Worker threads in a row that may end before they have loaded; then long reads stay on the main thread. */
export const WORKER_STARTS_MAX = 3;
/** The file of a database is held for a worker thread to open it no longer than this, milliseconds: checkpoints wait meanwhile. */
export const FILE_HOLD_MAX_MS = 1_000;
/** How much later than its deadline a query in a worker thread is answered if the thread does not do it, milliseconds. */
export const LATE_WORKER_MS = 250;
/** A worker thread that says nothing for so long after a query was given up is ended, milliseconds. */
export const HUNG_WORKER_MS = 60_000;
/** A query that has used up so many slices on the main thread begins anew in a worker thread: it was not short after all. */
export const MOVE_AFTER_SLICES = 2;
/** Such a slice, milliseconds. One may go by because the system has given the core to somebody else; two hardly do. */
export const MOVE_AFTER_MS = 2;
/**
 * A single step of a query (a function on long texts, a list of lists) that keeps the main thread for so long begins anew in a worker
 * thread, milliseconds: nothing else is answered meanwhile, and a step cannot be left in its middle.
 */
export const MOVE_STEP_AFTER_MS = 50;

/**
 * Bytes of rows after which they go on in another buffer: pieces go to the socket as they are, so that the rows of a large
 * answer are written once. A little below a power of two, since buffers double and the last row goes beyond.
 */
export const ROWS_PIECE_BYTES = 240 * 1024;
/** Bytes of replies that are encoded before they are handed to the socket, so that one turn's replies go out in one write. */
export const REPLY_WRITE_BYTES = 256 * 1024;

/** Bytes of a request's body over HTTP unless a setting says otherwise: what clients of this interface are used to. */
export const HTTP_BODY_BYTES_MAX = 10 * 1024 * 1024;
/** The most that the setting may say, bytes: a body becomes one text before it is parsed, and V8's texts end at half a gigabyte. */
export const HTTP_BODY_BYTES_LARGEST = 256 * 1024 * 1024;
/** Bytes of the body of a login: credentials are small, and who sends them is a stranger still. */
export const HTTP_LOGIN_BYTES_MAX = 64 * 1024;
/** Code units of one name in a path: the longest key, percent-encoded. */
export const HTTP_PARAMETER_MAX = 4_096;
/** Bytes of an import over HTTP unless a setting says otherwise: it is read while it comes, and clients are used to as much. */
export const HTTP_IMPORT_BYTES_MAX = 500 * 1024 * 1024;
/** Documents of an import that are stored at once: the cost of a commit is spread over them. */
export const IMPORT_BATCH_DOCUMENTS = 1_000;
/** Bytes of text after which such a batch is stored although it has fewer. */
export const IMPORT_BATCH_BYTES = 4 * 1024 * 1024;
/** Bytes of a body over HTTP below which gzip gains nothing: it would leave in one packet all the same. */
export const HTTP_GZIP_BYTES_MIN = 1_400;
/** Level of gzip: the fastest. Higher ones take several times as long and make a tenth less. */
export const HTTP_GZIP_LEVEL = 1;
/** A browser may keep what it was told about other origins for this time, seconds. */
export const HTTP_PREFLIGHT_S = 600;
/** An HTTP connection that sends nothing for this time is closed, milliseconds. */
export const HTTP_KEEP_ALIVE_MS = 72_000;

/** Characters of one script's text: far beyond what anybody writes, far below what would hold up its compiler. */
export const SCRIPT_CODE_MAX_LENGTH = 1024 * 1024;
/** Characters of one environment variable's value. */
export const ENVIRONMENT_VALUE_MAX_LENGTH = 64 * 1024;
/** Values that a database's scripts keep in their cache; the least recently used goes first. */
export const SCRIPT_CACHE_ENTRIES_MAX = 1_000;
/** Bytes of those values together, as msgpack, in one database. */
export const SCRIPT_CACHE_BYTES_MAX = 32 * 1024 * 1024;
/** A cached value is forgotten after this time unless the script says otherwise, seconds. */
export const SCRIPT_CACHE_TTL_S = 3_600;
/** Names that one database's rate limits count under; the one that was longest silent goes first. */
export const RATE_LIMIT_NAMES_MAX = 10_000;
/** Calls that one name of a rate limit remembers: a larger maximum counts as this one. */
export const RATE_LIMIT_CALLS_MAX = 10_000;
/** Lines of `_logs` that a database keeps; the oldest go. */
export const SCRIPT_LOG_LINES_KEPT = 10_000;
/** Lines that wait to be stored, all databases together; beyond that the newest are counted and dropped. */
export const SCRIPT_LOG_LINES_WAITING_MAX = 20_000;
/** Lines wait so long for others to be stored with, milliseconds. */
export const SCRIPT_LOG_DELAY_MS = 100;
/** A visitor's session lasts so long unless the script says otherwise, seconds. */
export const SCRIPT_SESSION_TTL_S = 24 * 3_600;
/** `fetch` gives up after this time, redirects included, milliseconds; a script's own deadline may be sooner. */
export const FETCH_TIMEOUT_MS = 30_000;
/** Redirects that one `fetch` follows, as browsers do. */
export const FETCH_REDIRECTS_MAX = 20;
/** Bytes of an answer that `fetch` takes, after it has been decompressed. */
export const FETCH_BODY_BYTES_MAX = 16 * 1024 * 1024;
/** Bytes of one piece of a stored file. */
export const FILE_CHUNK_BYTES = 1024 * 1024;
/** Bytes of one stored file: it travels whole between script and server. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024;
/** REPL sessions that are remembered, all users together; the one that was longest idle goes first. */
export const REPL_SESSIONS_MAX = 100;
/** A REPL session is forgotten when nobody has typed for this time, milliseconds. */
export const REPL_SESSION_IDLE_MS = 30 * 60_000;
/** Characters of a query's text in the list of running requests: enough to know it by. */
export const RUNNING_TEXT_MAX = 1_000;
/** Code units of a name in an entry of the audit log, and elements of a list: longer ones stand as their digest. */
export const AUDIT_TEXT_MAX = 512;
/** Failed logins that the audit log takes in a minute: strangers make them, and nothing is ever removed from it. */
export const AUDITED_LOGINS_A_MINUTE = 60;
/** Entries that one page of the audit log looks at: a filter that fits nothing must not walk the whole log in one turn. */
export const AUDIT_ENTRIES_LOOKED_AT = 5_000;
/** Entries whose hashes are checked before others get their turn: about 2 ms. */
export const AUDIT_VERIFIED_IN_A_TURN = 500;
/** Work on one picture ends after this time, milliseconds, and the process with it. */
export const IMAGE_TIMEOUT_MS = 15_000;
/** Pictures that wait or are worked on at once: each may take hundreds of megabytes while it is. */
export const IMAGES_WAITING_MAX = 8;
/** The process that works on pictures ends when there have been none for this time, milliseconds. */
export const IMAGE_PROCESS_IDLE_MS = 30_000;

/** Characters of a text or a plan in the slow-query log: what people write, and the beginning of what programs do. */
export const SLOW_QUERY_TEXT_MAX = 10_000;
/** Slow requests that are told and wait to be stored; more are only counted, so that a slow server does not make itself slower. */
export const SLOW_QUERIES_WAITING_MAX = 200;
/** Slow requests wait so long for others to be stored with, milliseconds. */
export const SLOW_QUERY_DELAY_MS = 500;
/** What was found out about the disk holds for this time, milliseconds: watchers ask often. */
export const READINESS_HOLDS_MS = 2_000;
/** With less room than this on the disk the server calls itself not ready: the change log keeps some for checkpoints and then refuses writes. */
export const READY_DISK_BYTES_MIN = 16 * 1024 * 1024;
/** Spans that wait to be sent; more are dropped, since nothing waits for them. */
export const TRACE_SPANS_WAITING_MAX = 4_096;
/** Spans in one message to the collector: about 200 KB. */
export const TRACE_SPANS_A_REQUEST = 512;
/** Spans wait so long for others to be sent with, milliseconds. */
export const TRACE_EXPORT_DELAY_MS = 1_000;
/** A collector has this time to take a message, milliseconds. */
export const TRACE_EXPORT_TIMEOUT_MS = 5_000;
/** The delay of the event loop is looked at over windows of this length, milliseconds. */
export const EVENT_LOOP_WINDOW_MS = 10_000;
/** Events that wait for one WebSocket script. Beyond it the client's messages wait in the network and the oldest of channels are dropped. */
export const SOCKET_EVENTS_WAITING_MAX = 100;
/** Bytes of one WebSocket message of a client. */
export const SOCKET_MESSAGE_BYTES_MAX = 1024 * 1024;
/** Bytes that wait to be sent on one WebSocket: a client that takes nothing is closed. */
export const SOCKET_UNSENT_BYTES_MAX = 4 * 1024 * 1024;
/** WebSocket connections of scripts at once: each keeps a state of its script. */
export const SOCKETS_MAX = 1_000;
/** A WebSocket is asked for a sign of life so often, and closed when none comes until the next time, milliseconds. */
export const SOCKET_PING_MS = 30_000;
/** A WebSocket script gets this time to end after its client has gone, milliseconds. */
export const SOCKET_FAREWELL_MS = 1_000;
/** Longest life of one WebSocket script, milliseconds: clients connect again. */
export const SOCKET_LIFE_MS = 60 * 60_000;
/** Host calls of one WebSocket script's life. */
export const SOCKET_HOST_CALLS_MAX = 10_000_000;
/** Scripts whose runs are counted one by one, all databases together. */
export const SCRIPTS_COUNTED_MAX = 10_000;
/** Pieces with functions that one REPL session puts before the next piece; the oldest go. */
export const REPL_DEFINITIONS_MAX = 100;
