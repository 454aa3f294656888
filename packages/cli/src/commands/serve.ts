import { Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';

/**
 * The flags of the server: names, units and summaries as `SETTINGS` of the server has them. They are repeated here
 * because loading the server for `cairn --help` would make it slow; a test keeps the two lists the same.
 */
export const SERVE_FLAGS: readonly { readonly name: string; readonly flags: string; readonly summary: string }[] = [
  {
    name: 'port',
    flags: '-p, --port <port>',
    summary: 'TCP port of both protocols; 0 takes a free one (default 6745)',
  },
  {
    name: 'host',
    flags: '--host <address>',
    summary: 'address to listen on; anything but loopback is reachable by others (default 127.0.0.1)',
  },
  { name: 'dataDir', flags: '--data-dir <folder>', summary: 'folder that holds the databases (default ./data)' },
  {
    name: 'backupDir',
    flags: '--backup-dir <folder>',
    summary: 'folder of the backups (default: backups in the data folder)',
  },
  { name: 'logLevel', flags: '--log-level <level>', summary: 'fatal, error, warn, info, debug, trace or silent' },
  {
    name: 'slowQueryMs',
    flags: '--slow-query-ms <ms>',
    summary: 'requests that last longer are written into the slow-query log; 0: none',
  },
  {
    name: 'slowQueriesKept',
    flags: '--slow-queries-kept <count>',
    summary: 'entries that the slow-query log keeps; the oldest go',
  },
  { name: 'auditLogins', flags: '--audit-logins <which>', summary: 'logins in the audit log: none, failed or all' },
  {
    name: 'traceEndpoint',
    flags: '--trace-endpoint <url>',
    summary: 'collector of OpenTelemetry that gets spans over OTLP/HTTP: http://127.0.0.1:4318',
  },
  {
    name: 'traceSample',
    flags: '--trace-sample <share>',
    summary: 'share of the requests that are traced when nobody else decides, 0 to 1',
  },
  {
    name: 'legacyPools',
    flags: '--legacy-pools',
    summary: 'let a silent connection share the identity of its address',
  },
  {
    name: 'handshakeTimeoutMs',
    flags: '--handshake-timeout-ms <ms>',
    summary: 'a connection must say what it speaks within this time',
  },
  {
    name: 'drainTimeoutMs',
    flags: '--drain-timeout-ms <ms>',
    summary: 'time that running requests get when the server stops',
  },
  {
    name: 'slowReaderTimeoutMs',
    flags: '--slow-reader-timeout-ms <ms>',
    summary: 'a client that takes no reply for this time is closed',
  },
  {
    name: 'requestTimeoutMs',
    flags: '--request-timeout-ms <ms>',
    summary: 'a request that has begun to come must be there within this time',
  },
  {
    name: 'strangerTimeoutMs',
    flags: '--stranger-timeout-ms <ms>',
    summary: 'a connection that has not authenticated and says nothing for this time is closed',
  },
  {
    name: 'idleTimeoutMs',
    flags: '--idle-timeout-ms <ms>',
    summary: 'any other connection that says nothing for this time is closed; 0 keeps it',
  },
  {
    name: 'unixSocket',
    flags: '--unix-socket <path>',
    summary: 'path of a Unix socket to listen on besides; only the user of the server may open it',
  },
  {
    name: 'tlsCert',
    flags: '--tls-cert <file>',
    summary: 'file of the certificate (PEM) with those between it and its authority; read again when it changes',
  },
  {
    name: 'tlsKey',
    flags: '--tls-key <file>',
    summary: 'file of the private key (PEM) of the certificate',
  },
  {
    name: 'tlsClientCa',
    flags: '--tls-client-ca <file>',
    summary: 'file of an authority (PEM): only clients with a certificate of it get a TLS connection',
  },
  {
    name: 'tlsRequired',
    flags: '--tls-required',
    summary: 'turn away connections that are not encrypted',
  },
  { name: 'connectionsMax', flags: '--connections-max <count>', summary: 'connections at one time' },
  {
    name: 'connectionsByAddressMax',
    flags: '--connections-by-address-max <count>',
    summary: 'connections from one address at one time',
  },
  {
    name: 'connectionsByUserMax',
    flags: '--connections-by-user-max <count>',
    summary: 'authenticated native connections of one user at one time',
  },
  {
    name: 'requestsPerSecondByUser',
    flags: '--requests-per-second-by-user <count>',
    summary: 'requests of one user in a second; more are answered overloaded; 0 counts none',
  },
  {
    name: 'queriesByUserMax',
    flags: '--queries-by-user-max <count>',
    summary: 'queries of one user under way; more are answered overloaded',
  },
  {
    name: 'requestsRunningMax',
    flags: '--requests-running-max <count>',
    summary: 'requests of all users under way; more are answered overloaded',
  },
  {
    name: 'bytesInFlightByUserMax',
    flags: '--bytes-in-flight-by-user-max <bytes>',
    summary: 'bytes of requests and waiting replies of one user; more are answered overloaded',
  },
  {
    name: 'overloadDelayMs',
    flags: '--overload-delay-ms <ms>',
    summary: 'requests are turned away while all wait longer than this; 0 turns none away',
  },
  { name: 'frameBytesMax', flags: '--frame-bytes-max <bytes>', summary: 'largest frame in either direction' },
  {
    name: 'httpBodyBytesMax',
    flags: '--http-body-bytes-max <bytes>',
    summary: 'largest body of a request over HTTP',
  },
  {
    name: 'httpImportBytesMax',
    flags: '--http-import-bytes-max <bytes>',
    summary: 'largest import over HTTP, which is read while it comes',
  },
  {
    name: 'requestsInFlightMax',
    flags: '--requests-in-flight-max <count>',
    summary: 'requests of one connection that wait or run before reading pauses',
  },
  {
    name: 'bytesInFlightMax',
    flags: '--bytes-in-flight-max <bytes>',
    summary: 'bytes of those requests before reading pauses',
  },
  {
    name: 'queryTimeoutMs',
    flags: '--query-timeout-ms <ms>',
    summary: 'a query is stopped after this time unless it names its own',
  },
  {
    name: 'queryMemoryBytes',
    flags: '--query-memory-bytes <bytes>',
    summary: 'a query that sorts or groups more than this goes on in a temporary file',
  },
  {
    name: 'queryTemporaryBytes',
    flags: '--query-temporary-bytes <bytes>',
    summary: 'largest temporary file of a query; beyond it the query fails',
  },
  {
    name: 'columnBytes',
    flags: '--column-bytes <bytes>',
    summary: 'memory for the fields that scans keep asking for, all threads together; 0 keeps none',
  },
  {
    name: 'eagerColumns',
    flags: '--eager-columns',
    summary: 'keep the fields of a scan from its first run on, of collections of any size',
  },
  {
    name: 'jobLeaseMs',
    flags: '--job-lease-ms <ms>',
    summary: 'a job whose worker has not been heard of for this time is taken again',
  },
  {
    name: 'transactionIdleMs',
    flags: '--transaction-idle-ms <ms>',
    summary: 'a transaction that nobody uses is rolled back after this time',
  },
  {
    name: 'transactionsMax',
    flags: '--transactions-max <count>',
    summary: 'open transactions of all users; more are answered overloaded',
  },
  {
    name: 'transactionMemoryBytes',
    flags: '--transaction-memory-bytes <bytes>',
    summary: 'memory for the writes of one transaction before its commit',
  },
  {
    name: 'transactionsMemoryBytes',
    flags: '--transactions-memory-bytes <bytes>',
    summary: 'memory for the writes of all open transactions',
  },
  {
    name: 'cursorIdleMs',
    flags: '--cursor-idle-ms <ms>',
    summary: 'a cursor that nobody uses is closed after this time',
  },
  { name: 'tokenLifetimeMs', flags: '--token-lifetime-ms <ms>', summary: 'how long a session token is good' },
  {
    name: 'sessionLifetimeMs',
    flags: '--session-lifetime-ms <ms>',
    summary: 'how long a session can be refreshed before it takes a password again',
  },
  {
    name: 'readThreads',
    flags: '--read-threads <count>',
    summary: 'threads for long reads; 0 runs them on the main thread',
  },
  {
    name: 'longReadRows',
    flags: '--long-read-rows <documents>',
    summary: 'a read that will look at so many documents runs in a thread of its own; 0: every read',
  },
  {
    name: 'scriptFetchHosts',
    flags: '--script-fetch-hosts <hosts>',
    summary: 'hosts that scripts may fetch from although their addresses are private, with commas between',
  },
  {
    name: 'corsOrigins',
    flags: '--cors-origins <origins>',
    summary: 'origins whose pages may call over HTTP, with commas between; * for all',
  },
  {
    name: 'corsCredentials',
    flags: '--cors-credentials',
    summary: 'let those pages have the browser send the credentials it knows',
  },
];

export function serveCommand(context: CommandContext): Command {
  const command = new Command('serve')
    .description('run the server')
    .option('--config <file>', 'JSON file of settings; flags and CAIRN_* variables beat it');
  for (const { flags, summary } of SERVE_FLAGS) command.addOption(new Option(flags, summary));
  return command
    .addHelpText(
      'after',
      '\nThe first start makes the user admin with the password in CAIRN_ADMIN_PASSWORD, or a random one shown once.',
    )
    .action(async (options: Record<string, unknown>) => {
      const { runServe } = await import('../serve/run-serve.ts');
      await runServe(options, context.interrupt.signal);
    });
}
