import type { Value } from '@cairn/protocol';
import { Jobs } from '../automation/jobs.ts';
import type { Channel } from '../connection/channel.ts';
import { CLIENT_DEFAULTS } from '../limits.ts';
import type { CommandOptions } from '../options.ts';
import { Collection } from './collection.ts';
import { QueryCursor } from './query-cursor.ts';

/** Values for the `@names` of a query. */
export type BindVariables = Readonly<Record<string, unknown>>;

/** Values for the parameters of SQL: by name, or a list for the `?`. */
export type SqlParameters = BindVariables | readonly unknown[];

export interface QueryCursorOptions extends CommandOptions {
  /** Rows fetched at a time. */
  readonly batchSize?: number;
}

/** What a database and a transaction have in common: collections and queries. */
export class Statements {
  /** The database's name. */
  readonly name: string;
  /** Queues; what is enqueued in a transaction is there when it commits. */
  readonly jobs: Jobs;
  protected readonly channel: Channel;

  constructor(channel: Channel, name: string) {
    this.channel = channel;
    this.name = name;
    this.jobs = new Jobs(channel, name);
  }

  /** A collection; it need not exist yet. */
  collection<T extends object = { [member: string]: Value }>(name: string): Collection<T> {
    return new Collection<T>(this.channel, { database: this.name, collection: name });
  }

  /** Runs a query and answers all its rows. */
  async query<T = Value>(text: string, binds: BindVariables = {}, options?: CommandOptions): Promise<T[]> {
    const reply = await this.channel.send('query', { database: this.name, sdbql: text, bind_vars: binds }, options);
    return reply.data as T[];
  }

  /** Runs a query whose rows are fetched as they are read. */
  async queryCursor<T = Value>(
    text: string,
    binds: BindVariables = {},
    options: QueryCursorOptions = {},
  ): Promise<QueryCursor<T>> {
    const { batchSize = CLIENT_DEFAULTS.cursorBatchRows, ...rest } = options;
    const fields = { database: this.name, sdbql: text, bind_vars: binds, batch_size: batchSize };
    return new QueryCursor<T>(this.channel, await this.channel.send('query', fields, rest), { ...rest, batchSize });
  }

  /**
   * Runs a statement of SQL and answers its rows.
   *
   * @example
   * await db.sql('SELECT name FROM users WHERE age > ? ORDER BY name', [30]);
   */
  async sql<T = Value>(text: string, parameters: SqlParameters = {}, options?: CommandOptions): Promise<T[]> {
    const fields = { database: this.name, query: text, bind_vars: parameters };
    const reply = await this.channel.send('sql', fields, options);
    return reply.data as T[];
  }

  /** Runs a statement of SQL whose rows are fetched as they are read. */
  async sqlCursor<T = Value>(
    text: string,
    parameters: SqlParameters = {},
    options: QueryCursorOptions = {},
  ): Promise<QueryCursor<T>> {
    const { batchSize = CLIENT_DEFAULTS.cursorBatchRows, ...rest } = options;
    const fields = { database: this.name, query: text, bind_vars: parameters, batch_size: batchSize };
    return new QueryCursor<T>(this.channel, await this.channel.send('sql', fields, rest), { ...rest, batchSize });
  }

  /** What a statement of SQL becomes in the query language, without running it. */
  async translateSql(text: string, options?: CommandOptions): Promise<string> {
    const fields = { database: this.name, query: text, dry_run: true };
    const reply = await this.channel.send('sql', fields, options);
    return String(reply.sdbql);
  }

  /** How a query would run, without running it. */
  async explain(text: string, binds: BindVariables = {}, options?: CommandOptions): Promise<Record<string, Value>> {
    const reply = await this.channel.send('explain', { database: this.name, sdbql: text, bind_vars: binds }, options);
    return reply.data as Record<string, Value>;
  }
}
