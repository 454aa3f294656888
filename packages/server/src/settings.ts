import { availableParallelism } from 'node:os';
import { CairnError, LIMITS } from '@cairn/protocol/internal';
import { COLUMN_BUDGET_BYTES, QUERY_LIMITS } from '@cairn/query/internal';
import { z } from 'zod';
import { JOB_LEASE_MS } from './engine/jobs/job-limits.ts';
import { HTTP_BODY_BYTES_LARGEST, HTTP_BODY_BYTES_MAX, HTTP_IMPORT_BYTES_MAX, READ_THREADS_MAX } from './limits.ts';

const port = whole(0, 65_535);
const milliseconds = whole(1, 2_147_483_647);
const count = whole(1, 1_000_000_000);
const countOrNone = whole(0, 1_000_000_000);
const bytes = whole(1, Number.MAX_SAFE_INTEGER);

const DECIMAL = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A number, or its decimal digits as flags and variables have them: an empty text is not 0, and true is not 1. */
function within(min: number, max: number, kind: 'number' | 'whole number' = 'number') {
  const message = `must be a ${kind} from ${min} to ${max}`;
  const number = kind === 'number' ? z.number(message) : z.int(message);
  return z.preprocess(
    (value) => (typeof value === 'string' && DECIMAL.test(value.trim()) ? Number(value) : value),
    number.min(min, message).max(max, message),
  );
}

function whole(min: number, max: number) {
  return within(min, max, 'whole number');
}

const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off', ''])], 'must be true or false')
  .transform(isOn);

function isOn(value: boolean | string): boolean {
  return value === true || (typeof value === 'string' && ['true', '1', 'yes', 'on', ''].includes(value));
}

/** `https://app.example` with or without a port, or `*`. */
const ORIGIN = /^(\*|[a-z][a-z0-9+.-]*:\/\/[^\s/,]+)$/;
const origins = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => (typeof given === 'string' ? given.split(',') : given).map((one) => one.trim()).filter(Boolean))
  .refine((list) => list.every((one) => ORIGIN.test(one)), 'expected origins such as https://app.example, or *');

const hosts = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(','))])
  .transform((names) => names.map((name) => name.trim()).filter((name) => name !== ''));

const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']);

const schema = z.strictObject({
  port: port.default(6745),
  host: z.string().min(1).default('127.0.0.1'),
  dataDir: z.string().min(1).default('./data'),
  backupDir: z.string().min(1).optional(),
  logLevel: logLevel.default('info'),
  adminPassword: z.string().min(1).optional(),
  slowQueryMs: within(0, 2_147_483_647).default(1_000),
  slowQueriesKept: whole(0, 100_000).default(1_000),
  auditLogins: z.enum(['none', 'failed', 'all']).default('failed'),
  traceEndpoint: z.url({ protocol: /^https?$/ }).optional(),
  traceSample: within(0, 1).default(1),
  legacyPools: flag.default(false),
  handshakeTimeoutMs: milliseconds.default(10_000),
  drainTimeoutMs: milliseconds.default(10_000),
  slowReaderTimeoutMs: milliseconds.default(60_000),
  requestTimeoutMs: milliseconds.default(120_000),
  strangerTimeoutMs: milliseconds.default(60_000),
  idleTimeoutMs: whole(0, 2_147_483_647).default(0),
  unixSocket: z.string().min(1).optional(),
  tlsCert: z.string().min(1).optional(),
  tlsKey: z.string().min(1).optional(),
  tlsClientCa: z.string().min(1).optional(),
  tlsRequired: flag.default(false),
  connectionsMax: count.default(10_000),
  connectionsByAddressMax: count.default(5_000),
  connectionsByUserMax: count.default(5_000),
  requestsPerSecondByUser: countOrNone.default(0),
  queriesByUserMax: count.default(128),
  requestsRunningMax: count.default(20_000),
  bytesInFlightByUserMax: bytes.default(128 * 1024 * 1024),
  overloadDelayMs: countOrNone.default(500),
  frameBytesMax: whole(1, LIMITS.frameMaxBytes).default(LIMITS.frameMaxBytes),
  httpBodyBytesMax: whole(1, HTTP_BODY_BYTES_LARGEST).default(HTTP_BODY_BYTES_MAX),
  httpImportBytesMax: bytes.default(HTTP_IMPORT_BYTES_MAX),
  requestsInFlightMax: count.default(1_024),
  bytesInFlightMax: count.default(32 * 1024 * 1024),
  queryTimeoutMs: milliseconds.default(60_000),
  queryMemoryBytes: bytes.default(QUERY_LIMITS.spillAfterBytes),
  queryTemporaryBytes: bytes.default(QUERY_LIMITS.spillMaxBytes),
  columnBytes: whole(0, Number.MAX_SAFE_INTEGER).default(COLUMN_BUDGET_BYTES),
  eagerColumns: flag.default(false),
  jobLeaseMs: milliseconds.default(JOB_LEASE_MS),
  transactionIdleMs: milliseconds.default(60_000),
  transactionsMax: count.default(10_000),
  transactionMemoryBytes: bytes.default(256 * 1024 * 1024),
  transactionsMemoryBytes: bytes.default(512 * 1024 * 1024),
  cursorIdleMs: milliseconds.default(60_000),
  tokenLifetimeMs: milliseconds.default(15 * 60_000),
  sessionLifetimeMs: milliseconds.default(24 * 3_600_000),
  tokenSecret: z.string().min(32, 'a secret has at least 32 characters').optional(),
  readThreads: whole(0, READ_THREADS_MAX).default(() =>
    Math.min(Math.max(availableParallelism() - 1, 1), READ_THREADS_MAX),
  ),
  longReadRows: countOrNone.default(20_000),
  scriptFetchHosts: hosts.default([]),
  corsOrigins: origins.default([]),
  corsCredentials: flag.default(false),
});

/** How the server runs. Made by `resolveSettings`, which checks every member and fills in what is missing. */
export type Settings = Readonly<z.output<typeof schema>>;
export type SettingName = keyof Settings;

export interface SettingDefinition {
  readonly name: SettingName;
  /** `--port` */
  readonly flag: string;
  /** Variables that set it, the first one present decides. */
  readonly variables: readonly string[];
  /** What a value is counted in; absent for text. */
  readonly unit?: string;
  readonly summary: string;
  /** True when the flag stands alone: `--legacy-pools`. */
  readonly isSwitch?: boolean;
  /** True when it must not show in process lists and logs, so that there is a variable but no flag. */
  readonly isSecret?: boolean;
}

function setting(name: SettingName, summary: string, more: Partial<SettingDefinition> = {}): SettingDefinition {
  const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const variable = dashed.replaceAll('-', '_').toUpperCase();
  return { name, flag: `--${dashed}`, variables: [`CAIRN_${variable}`, `SOLIDB_${variable}`], summary, ...more };
}

/** Every setting, for help texts and documentation. */
export const SETTINGS: readonly SettingDefinition[] = [
  setting('port', 'TCP port of both protocols; 0 takes a free one', { unit: 'port' }),
  setting('host', 'address to listen on; anything but loopback is reachable by others'),
  setting('dataDir', 'folder that holds the databases'),
  setting('backupDir', 'folder of the backups (default: backups in the data folder)'),
  setting('logLevel', 'fatal, error, warn, info, debug, trace or silent'),
  setting('adminPassword', 'password of the user admin, read only at the first start', { isSecret: true }),
  setting('slowQueryMs', 'requests that last longer are written into the slow-query log; 0: none', { unit: 'ms' }),
  setting('slowQueriesKept', 'entries that the slow-query log keeps; the oldest go', { unit: 'entries' }),
  setting('auditLogins', 'logins in the audit log: none, failed or all'),
  setting('traceEndpoint', 'collector of OpenTelemetry that gets spans over OTLP/HTTP: http://127.0.0.1:4318'),
  setting('traceSample', 'share of the requests that are traced when nobody else decides, 0 to 1', { unit: 'share' }),
  setting('legacyPools', 'let a silent connection share the identity of its address', { isSwitch: true }),
  setting('handshakeTimeoutMs', 'a connection must say what it speaks within this time', { unit: 'ms' }),
  setting('drainTimeoutMs', 'time that running requests get when the server stops', { unit: 'ms' }),
  setting('slowReaderTimeoutMs', 'a client that takes no reply for this time is closed', { unit: 'ms' }),
  setting('requestTimeoutMs', 'a request that has begun to come must be there within this time', { unit: 'ms' }),
  setting('strangerTimeoutMs', 'a connection that has not authenticated and says nothing for this time is closed', {
    unit: 'ms',
  }),
  setting('idleTimeoutMs', 'any other connection that says nothing for this time is closed; 0 keeps it', {
    unit: 'ms',
  }),
  setting('unixSocket', 'path of a Unix socket to listen on besides; only the user of the server may open it'),
  setting(
    'tlsCert',
    'file of the certificate (PEM) with those between it and its authority; read again when it changes',
  ),
  setting('tlsKey', 'file of the private key (PEM) of the certificate'),
  setting('tlsClientCa', 'file of an authority (PEM): only clients with a certificate of it get a TLS connection'),
  setting('tlsRequired', 'turn away connections that are not encrypted', { isSwitch: true }),
  setting('connectionsMax', 'connections at one time', { unit: 'connections' }),
  setting('connectionsByAddressMax', 'connections from one address at one time', { unit: 'connections' }),
  setting('connectionsByUserMax', 'authenticated native connections of one user at one time', { unit: 'connections' }),
  setting('requestsPerSecondByUser', 'requests of one user in a second; more are answered overloaded; 0 counts none', {
    unit: 'requests',
  }),
  setting('queriesByUserMax', 'queries of one user under way; more are answered overloaded', { unit: 'queries' }),
  setting('requestsRunningMax', 'requests of all users under way; more are answered overloaded', {
    unit: 'requests',
  }),
  setting('bytesInFlightByUserMax', 'bytes of requests and waiting replies of one user; more are answered overloaded', {
    unit: 'bytes',
  }),
  setting('overloadDelayMs', 'requests are turned away while all wait longer than this; 0 turns none away', {
    unit: 'ms',
  }),
  setting('frameBytesMax', 'largest frame in either direction', { unit: 'bytes' }),
  setting('httpBodyBytesMax', 'largest body of a request over HTTP', { unit: 'bytes' }),
  setting('httpImportBytesMax', 'largest import over HTTP, which is read while it comes', { unit: 'bytes' }),
  setting('requestsInFlightMax', 'requests of one connection that wait or run before reading pauses', {
    unit: 'requests',
  }),
  setting('bytesInFlightMax', 'bytes of those requests before reading pauses', { unit: 'bytes' }),
  setting('queryTimeoutMs', 'a query is stopped after this time unless it names its own', { unit: 'ms' }),
  setting('queryMemoryBytes', 'a query that sorts or groups more than this goes on in a temporary file', {
    unit: 'bytes',
  }),
  setting('queryTemporaryBytes', 'largest temporary file of a query; beyond it the query fails', { unit: 'bytes' }),
  setting('columnBytes', 'memory for the fields that scans keep asking for, all threads together; 0 keeps none', {
    unit: 'bytes',
  }),
  setting('eagerColumns', 'keep the fields of a scan from its first run on, of collections of any size', {
    isSwitch: true,
  }),
  setting('jobLeaseMs', 'a job whose worker has not been heard of for this time is taken again', { unit: 'ms' }),
  setting('transactionIdleMs', 'a transaction that nobody uses is rolled back after this time', { unit: 'ms' }),
  setting('transactionsMax', 'open transactions of all users; more are answered overloaded', { unit: 'transactions' }),
  setting('transactionMemoryBytes', 'memory for the writes of one transaction before its commit', { unit: 'bytes' }),
  setting('transactionsMemoryBytes', 'memory for the writes of all open transactions', { unit: 'bytes' }),
  setting('cursorIdleMs', 'a cursor that nobody uses is closed after this time', { unit: 'ms' }),
  setting('tokenLifetimeMs', 'how long a session token is good', { unit: 'ms' }),
  setting('sessionLifetimeMs', 'how long a session can be refreshed before it takes a password again', { unit: 'ms' }),
  setting('tokenSecret', 'secret that tokens are signed with (default: made and kept in the store)', {
    isSecret: true,
  }),
  setting('readThreads', 'threads for long reads; 0 runs them on the main thread', { unit: 'threads' }),
  setting('longReadRows', 'a read that will look at so many documents runs in a thread of its own; 0: every read', {
    unit: 'documents',
  }),
  setting(
    'scriptFetchHosts',
    'hosts that scripts may fetch from although their addresses are private, with commas between',
  ),
  setting('corsOrigins', 'origins whose pages may call over HTTP, with commas between; * for all'),
  setting('corsCredentials', 'let those pages have the browser send the credentials it knows', { isSwitch: true }),
];

/** Where settings come from. Flags beat `CAIRN_*` variables, these beat `SOLIDB_*` ones, and all beat the file. */
export interface SettingSources {
  /** By the name of the setting (`dataDir`); undefined members count as absent. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The parsed config file, by the name of the setting. */
  readonly file?: Readonly<Record<string, unknown>>;
}

/**
 * The settings that the sources say, complete and checked.
 *
 * @example resolveSettings({ flags: { port: 7000 }, environment: process.env }).port // 7000
 * @throws CairnError `invalid_argument` that names the setting and what it wants.
 */
export function resolveSettings(sources: SettingSources): Settings {
  const chosen: Record<string, unknown> = { ...sources.file };
  const origins = new Map<string, string>();
  for (const definition of SETTINGS) {
    const found = fromFlagOrVariable(definition, sources);
    if (found === undefined) continue;
    chosen[definition.name] = found.value;
    origins.set(definition.name, found.origin);
  }
  const parsed = schema.safeParse(chosen);
  if (!parsed.success) throw refused(parsed.error, (name) => origins.get(name) ?? 'the config file');
  refuseWhatDoesNotGoTogether(parsed.data);
  return Object.freeze(parsed.data);
}

function refuseWhatDoesNotGoTogether(settings: Settings): void {
  const { corsCredentials, corsOrigins, tlsCert, tlsKey, tlsClientCa, tlsRequired } = settings;
  const refuse = (message: string) => {
    throw new CairnError('invalid_argument', message);
  };
  if (corsCredentials && corsOrigins.includes('*')) refuse('setting corsCredentials: wants origins by name, not *');
  if (tlsCert !== undefined && tlsKey === undefined) refuse('setting tlsCert: a certificate wants its key too, tlsKey');
  if (tlsKey !== undefined && tlsCert === undefined) refuse('setting tlsKey: a key wants its certificate too, tlsCert');
  if (tlsCert !== undefined) return;
  for (const [name, isSet] of Object.entries({ tlsRequired, tlsClientCa: tlsClientCa !== undefined })) {
    if (isSet) refuse(`setting ${name}: there is no TLS without a certificate and its key, tlsCert and tlsKey`);
  }
}

function fromFlagOrVariable(
  definition: SettingDefinition,
  sources: SettingSources,
): { value: unknown; origin: string } | undefined {
  const flagged = sources.flags?.[definition.name];
  if (flagged !== undefined) return { value: flagged, origin: definition.flag };
  for (const variable of definition.variables) {
    const value = sources.environment?.[variable];
    if (value !== undefined && value !== '') return { value, origin: variable };
  }
  return undefined;
}

/** A value as the setting of that name takes it. @throws CairnError `invalid_argument` */
export function checkedSetting<Name extends SettingName>(name: Name, value: unknown): NonNullable<Settings[Name]> {
  const parsed = schema.pick({ [name]: true } as never).safeParse({ [name]: value });
  if (!parsed.success) throw refused(parsed.error);
  return (parsed.data as Settings)[name]!;
}

/** @param originOf where the value of a setting came from; absent when it came by itself */
function refused(error: z.ZodError, originOf?: (name: string) => string): CairnError {
  const issues = error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return `there is no setting ${issue.keys.join(', ')}`;
    const origin = originOf === undefined ? '' : ` (${originOf(String(issue.path[0]))})`;
    return `setting ${issue.path.join('.')}${origin}: ${issue.message}`;
  });
  return new CairnError('invalid_argument', issues.join('; '));
}

/**
 * The members of a config file: a JSON object with the names of the settings.
 *
 * @throws CairnError `invalid_argument` when the text is not a JSON object.
 */
export function parseConfigFile(text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new CairnError('invalid_argument', `the config file is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>;
  throw new CairnError('invalid_argument', 'the config file must hold one JSON object');
}
