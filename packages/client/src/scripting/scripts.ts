import type { Value, ValueObject } from '@cairn/protocol';
import type { Channel } from '../connection/channel.ts';
import type { CommandFields } from '../connection/connection.ts';
import type { CommandOptions } from '../options.ts';

export type ScriptLanguage = 'lua' | 'javascript';

/** What a run may use; what is absent is the server's default. */
export interface ScriptLimitOptions {
  /** Wall clock, waits included. */
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
  readonly resultBytes?: number;
  readonly hostCalls?: number;
  readonly logBytes?: number;
}

/** A script as it is installed. */
export interface ScriptRequest {
  /** Stands in error messages: `name:line: …`. */
  readonly name: string;
  /** Below the service, `users/:id`; a segment with a colon is a parameter. */
  readonly path: string;
  /** `GET`, `POST` …; `WS` answers WebSockets; none makes it code that others of its service load. */
  readonly methods?: readonly string[];
  readonly code: string;
  readonly language?: ScriptLanguage;
  readonly service?: string;
  readonly description?: string;
  /** `definer` (who installs it), `caller`, or the name of a role. */
  readonly runAs?: string;
  readonly limits?: ScriptLimitOptions;
  /** Hosts that `fetch` may reach; all public ones when absent. */
  readonly allowHosts?: readonly string[];
}

/** A script as the server describes it. */
export type ScriptDescription = Readonly<Record<string, Value>> & {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly methods: readonly string[];
  readonly service: string;
};

export interface ScriptLogLine {
  /** Its own; in the order of time. */
  readonly _key: string;
  readonly script_id: string;
  readonly script_name: string;
  readonly message: string;
  readonly level: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly line?: number;
}

export interface ScriptLogFilter {
  readonly script?: string;
  readonly level?: string;
  readonly since?: Date;
  readonly limit?: number;
  readonly offset?: number;
}

export interface ScriptStatistics {
  readonly active_scripts: number;
  readonly active_ws: number;
  readonly total_scripts_executed: number;
  readonly total_ws_connections: number;
  readonly scripts?: readonly ValueObject[];
}

export interface ReplAnswer {
  readonly result: Value;
  /** Lines that were printed. */
  readonly output: readonly string[];
  readonly error?: { readonly message: string; readonly line?: number };
  /** To be given with the next piece: global variables go on. */
  readonly session_id: string;
  readonly execution_time_ms?: number;
}

/** The scripts of one database. */
export class Scripts {
  readonly #channel: Channel;
  readonly #database: string;

  constructor(channel: Channel, database: string) {
    this.#channel = channel;
    this.#database = database;
  }

  /** Without the texts. */
  async list(options?: CommandOptions): Promise<ScriptDescription[]> {
    return (await this.#send('list_scripts', {}, options)) as unknown as ScriptDescription[];
  }

  /** With its text under `code`. @throws CairnServerError with code `not_found` */
  async get(id: string, options?: CommandOptions): Promise<ScriptDescription & { readonly code: string }> {
    return (await this.#send('get_script', { script_id: id }, options)) as unknown as ScriptDescription & {
      readonly code: string;
    };
  }

  /**
   * Installs a script; the answer says under `url` where it answers.
   *
   * @example
   * const { url } = await db.scripts.create({
   *   name: 'One user', path: 'users/:id', methods: ['GET'],
   *   code: `return db:collection('users'):get(request.params.id)`,
   * });
   *
   * @throws CairnServerError with code `already_exists`, `invalid_argument`
   */
  async create(
    request: ScriptRequest,
    options?: CommandOptions,
  ): Promise<ScriptDescription & { readonly url: string }> {
    const { name, path, methods, code, service, ...rest } = request;
    const fields = { name, path, methods: [...(methods ?? [])], code, service, ...optionFields(rest) };
    return (await this.#send('create_script', fields, options)) as unknown as ScriptDescription & {
      readonly url: string;
    };
  }

  /** Counts from the next request on. @throws CairnServerError with code `not_found` */
  async update(
    id: string,
    changes: Partial<Omit<ScriptRequest, 'service'>>,
    options?: CommandOptions,
  ): Promise<ScriptDescription> {
    const { name, path, methods, code, ...rest } = changes;
    const fields = { script_id: id, name, path, methods: methods && [...methods], code, ...optionFields(rest) };
    return (await this.#send('update_script', fields, options)) as unknown as ScriptDescription;
  }

  /** @throws CairnServerError with code `not_found` */
  async delete(id: string, options?: CommandOptions): Promise<void> {
    await this.#send('delete_script', { script_id: id }, options);
  }

  /** Counts since the start of the server, script by script. */
  async stats(id?: string, options?: CommandOptions): Promise<ScriptStatistics> {
    return (await this.#send('get_script_stats', { script_id: id }, options)) as unknown as ScriptStatistics;
  }

  /** What scripts have logged, the newest line first. */
  async logs(filter: ScriptLogFilter = {}, options?: CommandOptions): Promise<ScriptLogLine[]> {
    const { script, level, since, limit, offset } = filter;
    const fields = { script_id: script, level, since_ms: since?.getTime(), limit, offset };
    return (await this.#send('list_script_logs', fields, options)) as unknown as ScriptLogLine[];
  }

  /** Runs a piece of script in the server's sandbox; what goes wrong in it stands in the answer. */
  async evaluate(
    code: string,
    { language, session }: { readonly language?: ScriptLanguage; readonly session?: string } = {},
    options?: CommandOptions,
  ): Promise<ReplAnswer> {
    const fields = { code, language, session_id: session };
    return (await this.#send('run_repl', fields, options)) as unknown as ReplAnswer;
  }

  async #send(command: string, fields: CommandFields, options?: CommandOptions): Promise<Value> {
    return (await this.#channel.send(command, { database: this.#database, ...fields }, options)).data as Value;
  }
}

function optionFields(
  options: Pick<Partial<ScriptRequest>, 'description' | 'language' | 'runAs' | 'limits' | 'allowHosts'>,
): CommandFields {
  const { description, language, runAs, limits, allowHosts } = options;
  return {
    description,
    language,
    run_as: runAs,
    limits: limits && limitFields(limits),
    allow_hosts: allowHosts && [...allowHosts],
  } as CommandFields;
}

const LIMIT_NAMES = {
  timeoutMs: 'timeout_ms',
  memoryMb: 'memory_mb',
  resultBytes: 'result_bytes',
  hostCalls: 'host_calls',
  logBytes: 'log_bytes',
} as const;

function limitFields(limits: ScriptLimitOptions): CommandFields {
  const named = Object.entries(LIMIT_NAMES).map(([ours, theirs]) => [theirs, limits[ours as keyof ScriptLimitOptions]]);
  return Object.fromEntries(named.filter(([, value]) => value !== undefined));
}
