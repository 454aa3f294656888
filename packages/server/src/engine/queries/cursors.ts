import { CairnError } from '@cairn/protocol/internal';
import type { Host } from '../../host.ts';
import { CURSORS_OPEN_BY_USER_MAX } from '../../limits.ts';
import type { QueryPermission } from '../../security/rights/query-permission.ts';
import type { OpenQuery } from './open-query.ts';
import { ReadAheadBudget } from './read-ahead.ts';

/** Bytes of rows that are kept for all cursors, read before anybody asked for them; beyond, none are read ahead. */
const READ_AHEAD_BYTES_MAX = 64 * 1024 * 1024;

export interface Cursor {
  readonly id: string;
  readonly user: string;
  readonly database: string;
  readonly query: OpenQuery;
  readonly permission: QueryPermission | undefined;
  /** How many rows its query was asked for at a time; so many come when nobody says otherwise. */
  readonly batchRows: number | undefined;
  lastUsedMs: number;
  isBusy: boolean;
}

/** Queries whose rows are fetched batch by batch. A cursor belongs to its user, keeps one snapshot, and expires when idle. */
export class Cursors {
  /** What is read ahead of them to be counted. */
  readonly readAhead = new ReadAheadBudget(READ_AHEAD_BYTES_MAX);
  readonly #host: Host;
  readonly #idleMs: number;
  readonly #open = new Map<string, Cursor>();

  constructor(options: { host: Host; idleMs: number }) {
    this.#host = options.host;
    this.#idleMs = options.idleMs;
  }

  get size(): number {
    return this.#open.size;
  }

  /** @throws CairnError `limit_exceeded`; the query is closed then. */
  add(
    user: string,
    database: string,
    query: OpenQuery,
    { permission, batchRows }: Partial<Pick<Cursor, 'permission' | 'batchRows'>> = {},
  ): Cursor {
    const own = [...this.#open.values()].filter((cursor) => cursor.user === user).length;
    if (own >= CURSORS_OPEN_BY_USER_MAX) {
      query.close();
      throw new CairnError('limit_exceeded', `more than ${CURSORS_OPEN_BY_USER_MAX} open cursors`);
    }
    const id = `cursor:${Buffer.from(this.#host.randomBytes(16)).toString('hex')}`;
    const lastUsedMs = this.#host.monotonicMs();
    const cursor = { id, user, database, query, permission, batchRows, lastUsedMs, isBusy: false };
    this.#open.set(id, cursor);
    return cursor;
  }

  /** @throws CairnError `not_found`, also for a cursor of somebody else. */
  find(id: string, user: string): Cursor {
    const cursor = this.#open.get(id);
    if (cursor === undefined || cursor.user !== user) {
      throw new CairnError('not_found', `Cursor not found or expired: ${id}`, { details: { cursor: id } });
    }
    cursor.lastUsedMs = this.#host.monotonicMs();
    return cursor;
  }

  /** Fetches with the cursor, one caller at a time, and closes it when its query has ended, failed, or is no longer permitted. */
  async fetch<T extends { done: boolean }>(
    id: string,
    user: string,
    work: (cursor: Cursor) => T | Promise<T>,
  ): Promise<T> {
    const cursor = this.find(id, user);
    if (cursor.isBusy) throw new CairnError('invalid_argument', `Cursor '${id}' is being read already`);
    cursor.isBusy = true;
    try {
      cursor.permission?.requireAgain();
      const batch = await work(cursor);
      if (batch.done) this.#close(cursor);
      return batch;
    } catch (error) {
      this.#close(cursor);
      throw error;
    } finally {
      cursor.isBusy = false;
      cursor.lastUsedMs = this.#host.monotonicMs();
    }
  }

  close(id: string, user: string): void {
    this.#close(this.find(id, user));
  }

  sweep(): void {
    const nowMs = this.#host.monotonicMs();
    for (const cursor of this.#open.values()) {
      if (!cursor.isBusy && nowMs - cursor.lastUsedMs > this.#idleMs) this.#close(cursor);
    }
  }

  /** Closes the cursors of a database that is going away, or of all databases. */
  closeAll(database?: string): void {
    for (const cursor of this.#open.values()) {
      if (database === undefined || cursor.database === database) this.#close(cursor);
    }
  }

  /** Closes the cursors of somebody who is no more: a later namesake is somebody else. */
  closeOf(user: string): void {
    for (const cursor of this.#open.values()) if (cursor.user === user) this.#close(cursor);
  }

  #close(cursor: Cursor): void {
    if (!this.#open.delete(cursor.id)) return;
    cursor.query.close();
  }
}
