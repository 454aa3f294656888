import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import {
  CairnError,
  type ErrorCode,
  encodeValue,
  type Reply,
  type Value,
  type ValueObject,
} from '@cairn/protocol/internal';
import { type Database, decodeDocument, type ReadView } from '@cairn/storage/internal';
import type { Host } from '../../host.ts';
import { AUDIT_ENTRIES_LOOKED_AT, AUDIT_VERIFIED_IN_A_TURN } from '../../limits.ts';
import { AUDIT, CONFIGURATION } from '../../security/system-records.ts';
import type { Logger } from '../log.ts';
import { AuditChain, type AuditMark, type AuditVerdict } from './audit-chain.ts';
import {
  type AuditDraft,
  type AuditEntry,
  type AuditOutcome,
  auditBody,
  auditEntryOf,
  auditHash,
  auditKey,
  NO_HASH,
} from './audit-entry.ts';

/** The record of the configuration that says which entry is the last. */
const HEAD = 'audit_head';

interface Outcome {
  readonly outcome: AuditOutcome;
  readonly of?: number;
  readonly code?: ErrorCode;
}

/** Which entries somebody wants to see. */
export interface AuditFilter {
  /** Entries after this one, in order. */
  readonly after?: number;
  /** Instead: this many of the newest ones, in order. */
  readonly last?: number;
  readonly limit: number;
  readonly user?: string;
  readonly action?: string;
  readonly database?: string;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** Where the next page begins, as `after`; undefined at the end. */
  readonly next?: number;
}

/** Changes of rights and of the catalogue, written down before they are made: docs/formats/audit-log.md. */
export class AuditLog {
  readonly #database: Database;
  readonly #host: Host;
  readonly #log: Logger | undefined;
  #entries = 0;
  #failedLogins = { sinceMs: Number.NEGATIVE_INFINITY, noted: 0, unnoted: 0 };

  /** @param database the system database, with the collection for the log */
  constructor(database: Database, host: Host, log: Logger | undefined) {
    this.#database = database;
    this.#host = host;
    this.#log = log;
  }

  /** Entries written since the start. */
  get written(): number {
    return this.#entries;
  }

  /** Does `work` after writing down that it begins; a failure is written down too. */
  async around(draft: AuditDraft, work: () => Reply | Promise<Reply>): Promise<Reply> {
    const { seq } = await this.append(draft, { outcome: 'begun' });
    try {
      const reply = await work();
      if (reply.status === 'error') await this.#failed(draft, seq, reply.error);
      return reply;
    } catch (error) {
      await this.#failed(draft, seq, error);
      throw error;
    }
  }

  /** The change has not been made, whatever becomes of this entry. */
  async #failed(draft: AuditDraft, of: number, error: unknown): Promise<void> {
    const code = error instanceof CairnError ? error.code : 'internal';
    await this.append(draft, { outcome: 'failed', of, code }).catch((failure: unknown) => {
      this.#log?.error({ err: failure, of }, 'a failed change could not be written into the audit log');
    });
  }

  /** Resolves when the entry is on disk. */
  async append(draft: AuditDraft, { outcome, of, code }: Outcome): Promise<AuditEntry> {
    const nowMs = this.#host.nowMs();
    const time = new Date(nowMs).toISOString();
    // In the commit's turn, on what the storage has: a group that fails takes the number and the hash back with it.
    const { result: entry } = await this.#database.write((transaction) => {
      const { seq, hash: previous } = lastEntry(transaction) ?? { seq: 0, hash: NO_HASH };
      const unhashed = { ...draft, seq: seq + 1, time, outcome, of: of ?? null, code: code ?? null, previous };
      const made: AuditEntry = { ...unhashed, hash: auditHash(unhashed) };
      const record = (key: string, body: ValueObject) => {
        return {
          key,
          revision: this.#host.randomBytes(8),
          createdMs: nowMs,
          updatedMs: nowMs,
          body: encodeValue(body),
        };
      };
      transaction.put(AUDIT, record(auditKey(made.seq), auditBody(made)), 'insert');
      transaction.put(CONFIGURATION, record(HEAD, { seq: made.seq, hash: made.hash }), 'upsert');
      return made;
    });
    this.#entries++;
    const { seq, hash, user, action } = entry;
    this.#log?.info({ audit: { seq, hash, user, action, outcome } }, 'audit');
    return entry;
  }

  /** Whether another failed login may be written down: answers how many could not be since the last one, or undefined when this one cannot. */
  admitFailedLogin(aMinute: number): number | undefined {
    const nowMs = this.#host.monotonicMs();
    const logins = this.#failedLogins;
    if (nowMs - logins.sinceMs >= 60_000) Object.assign(logins, { sinceMs: nowMs, noted: 0 });
    if (logins.noted >= aMinute) {
      logins.unnoted++;
      return undefined;
    }
    logins.noted++;
    const { unnoted } = logins;
    logins.unnoted = 0;
    return unnoted;
  }

  list(filter: AuditFilter): AuditPage {
    const { after = 0, last, limit, user, action, database } = filter;
    const wanted = (entry: AuditEntry) =>
      (user === undefined || entry.user === user) &&
      (action === undefined || entry.action === action) &&
      (database === undefined || entry.database === database);
    return this.#database.read((view) =>
      last === undefined ? pageAfter(view, { after, limit, wanted }) : newest(view, Math.min(last, limit), wanted),
    );
  }

  /** Follows the whole chain, in turns, so that others are answered meanwhile. */
  verify(expected: readonly AuditMark[] = []): Promise<AuditVerdict> {
    return verifyAuditIn(this.#database, expected);
  }
}

/** Follows the whole chain in a system database, whether a server runs on it or not. */
export async function verifyAuditIn(database: Database, expected: readonly AuditMark[] = []): Promise<AuditVerdict> {
  const view = database.snapshot();
  try {
    const chain = new AuditChain(expected);
    let seen = 0;
    for (const entry of entriesOf(view)) {
      if (!chain.follow(entry)) break;
      if (++seen % AUDIT_VERIFIED_IN_A_TURN === 0) await eventLoopTurn();
    }
    return chain.verdict(headOf(view));
  } finally {
    view.release();
  }
}

interface PageRequest {
  readonly after: number;
  readonly limit: number;
  readonly wanted: (entry: AuditEntry) => boolean;
}

function pageAfter(view: ReadView, { after, limit, wanted }: PageRequest): AuditPage {
  const entries: AuditEntry[] = [];
  let looked = 0;
  for (const entry of entriesOf(view, after)) {
    if (wanted(entry)) entries.push(entry);
    if (entries.length >= limit || ++looked >= AUDIT_ENTRIES_LOOKED_AT) return { entries, next: entry.seq };
  }
  return { entries };
}

function newest(view: ReadView, count: number, wanted: (entry: AuditEntry) => boolean): AuditPage {
  const entries: AuditEntry[] = [];
  let looked = 0;
  for (const entry of entriesOf(view, 0, 'backward')) {
    if (wanted(entry)) entries.push(entry);
    if (entries.length >= count || ++looked >= AUDIT_ENTRIES_LOOKED_AT) break;
  }
  return { entries: entries.reverse() };
}

function* entriesOf(view: ReadView, after = 0, direction: 'forward' | 'backward' = 'forward'): Generator<AuditEntry> {
  const range = { lower: auditKey(after), lowerInclusive: false };
  const blocks = view.collection(AUDIT)?.blocks(range, direction);
  for (let slice = blocks?.next(); slice !== undefined; slice = blocks?.next()) {
    for (let at = 0; at < slice.to - slice.from; at++) {
      const record = direction === 'forward' ? slice.from + at : slice.to - 1 - at;
      yield auditEntryOf(decodeDocument('', slice.bytes, record) as { [name: string]: Value });
    }
  }
}

function lastEntry(view: ReadView): AuditEntry | undefined {
  for (const entry of entriesOf(view, 0, 'backward')) return entry;
  return undefined;
}

/** The mark that goes with the last entry. */
function headOf(view: ReadView): AuditMark | undefined {
  const found = view.collection(CONFIGURATION)?.get(HEAD);
  return found === undefined ? undefined : (decodeDocument('', found.bytes, found.record) as unknown as AuditMark);
}
