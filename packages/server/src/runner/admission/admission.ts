import { CairnError, type CommandDefinition } from '@cairn/protocol/internal';
import type { Host } from '../../host.ts';
import {
  BYTES_IN_FLIGHT_ALL_MAX,
  CROWDED_SHARE,
  OVERLOADED_RETRY_MS,
  QUERY_BYTES_ASSUMED,
  USAGE_SWEEP_MS,
} from '../../limits.ts';
import type { Door } from '../../observability/activity/door.ts';
import type { Settings } from '../../settings.ts';
import type { Session } from '../session.ts';
import { FairTurns } from './fair-turns.ts';
import { LoadGauge } from './load-gauge.ts';
import { type TotalUsage, UserUsage } from './user-usage.ts';

const OUTSIDE: ReadonlySet<Door> = new Set(['native', 'http', 'unix']);
/** Commands that may run for long. */
const QUERIES: ReadonlySet<string> = new Set(['query', 'sql', 'cursor_next', 'export_collection', 'run_repl', 'batch']);
/** Commands that end something and so make room. */
const MAKING_ROOM: ReadonlySet<string> = new Set([
  'commit_transaction',
  'rollback_transaction',
  'rollback_to',
  'release',
  'kill_transaction',
  'cursor_close',
  'kill_running',
]);

/** One for all whom it concerns: making an error costs as much as many a request, and this is when there is no time for it. */
const BUSY = new CairnError('overloaded', 'the server has more to do than it can, try again', {
  retryable: true,
  details: { retry_after_ms: OVERLOADED_RETRY_MS },
});

/** A request that has not been answered at once: who sent it, as that was when it came. */
export interface Running {
  readonly door: Door;
  readonly user: string | undefined;
  readonly name: string;
}

/**
 * Decides which requests run now. Each that comes from outside is either let in or answered `overloaded` at once: when a user
 * has more under way than he may, or sends faster, and when everything waits for the event loop. What the server asks of itself, for
 * a script or for a part of a batch, belongs to a request that was let in.
 */
export class Admission {
  readonly gauge: LoadGauge;
  /** Shares turns of the event loop among the users' queries. */
  readonly turns = new FairTurns();
  readonly #host: Host;
  readonly #settings: Settings;
  readonly #users = new Map<string, UserUsage>();
  readonly #total: TotalUsage = { bytes: 0 };
  #running = 0;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(settings: Settings, host: Host) {
    this.#settings = settings;
    this.#host = host;
    this.gauge = new LoadGauge(settings.overloadDelayMs);
  }

  /** Begins to measure the load; until then nobody is turned away for it. */
  start(): void {
    this.gauge.start();
    this.#sweeper = setInterval(() => this.#forgetIdle(), USAGE_SWEEP_MS).unref();
  }

  stop(): void {
    this.gauge.stop();
    clearInterval(this.#sweeper);
  }

  /** Requests from outside that are not answered yet. */
  get running(): number {
    return this.#running;
  }

  /** Users about whom something is known. */
  get users(): number {
    return this.#users.size;
  }

  usageOf(user: string): UserUsage {
    let usage = this.#users.get(user);
    if (usage === undefined) {
      usage = new UserUsage(this.#total, this.#host.monotonicMs(), this.#settings.requestsPerSecondByUser);
      this.#users.set(user, usage);
    }
    return usage;
  }

  /** @throws CairnError `overloaded`, retryable, when the request cannot be run now */
  enter(session: Session, command: CommandDefinition): void {
    if (!OUTSIDE.has(session.door) || command.access === 'public') return;
    const isQuery = QUERIES.has(command.name);
    const isUrgent = MAKING_ROOM.has(command.name) || command.mode === 'session' || isAdministration(command);
    // Over HTTP the door has asked already, before it read the body.
    const asksGauge = session.door !== 'http' && !isUrgent;
    if (asksGauge && this.gauge.turnsAway(isQuery ? 'heavy' : 'light')) throw BUSY;
    this.#requireRoomFor(session.user, isQuery, isUrgent);
    if (command.mode === 'write' && !isQuery) this.gauge.wrote();
  }

  /** Has this turn of the event loop no more time for such a request? */
  mustWait({ door, isAuthenticated }: Session, command: string | undefined): boolean {
    if (this.turns.hasTime || command === undefined || !QUERIES.has(command)) return false;
    return isAuthenticated && OUTSIDE.has(door);
  }

  /** A request from outside has kept the event loop since then. */
  spent({ door }: Session, command: string, sinceMs: number): void {
    if (!OUTSIDE.has(door)) return;
    const ms = this.#host.monotonicMs() - sinceMs;
    this.gauge.worked(ms);
    if (QUERIES.has(command)) this.turns.spent(ms);
  }

  /** A request did not end at once. To be followed by `ended`. */
  began({ door, user, name }: Running): void {
    if (user === undefined || !OUTSIDE.has(door)) return;
    this.#running++;
    if (QUERIES.has(name)) this.#count(user, 1);
  }

  ended({ door, user, name }: Running): void {
    if (user === undefined || !OUTSIDE.has(door)) return;
    this.#running--;
    if (QUERIES.has(name)) this.#count(user, -1);
  }

  /** @throws CairnError `overloaded` when the door is to turn a request away before it knows what it is */
  enterDoor(): void {
    if (this.gauge.turnsAway('light')) throw BUSY;
  }

  /** Bytes that a user may have in flight now. When all have too many, those who have the most are asked to wait. */
  get bytesMax(): number {
    const { bytesInFlightByUserMax } = this.#settings;
    return this.#total.bytes > BYTES_IN_FLIGHT_ALL_MAX
      ? bytesInFlightByUserMax / CROWDED_SHARE
      : bytesInFlightByUserMax;
  }

  /** Whether so many more bytes fit into what the user may have under way. @throws CairnError `overloaded` */
  requireBytes(usage: UserUsage, bytes = 0): void {
    const limit = this.bytesMax;
    if (usage.bytes + bytes > limit) throw overloaded('bytes in flight', limit);
  }

  #requireRoomFor(user: string, isQuery: boolean, isUrgent: boolean): void {
    const { requestsRunningMax, queriesByUserMax, requestsPerSecondByUser } = this.#settings;
    const usage = this.usageOf(user);
    if (requestsPerSecondByUser > 0 && !usage.takeRequest(this.#host.monotonicMs(), requestsPerSecondByUser)) {
      throw overloaded('requests in a second', requestsPerSecondByUser);
    }
    if (isUrgent) return;
    if (this.#running >= requestsRunningMax) throw overloaded('requests under way', requestsRunningMax);
    if (isQuery && usage.queries >= queriesByUserMax) throw overloaded('queries under way', queriesByUserMax);
    this.requireBytes(usage);
  }

  /** A query under way gathers an answer of which nobody knows yet how large it will be. */
  #count(user: string, queries: 1 | -1): void {
    const usage = this.usageOf(user);
    usage.queries += queries;
    usage.hold(queries * QUERY_BYTES_ASSUMED);
  }

  #forgetIdle(): void {
    for (const [user, usage] of this.#users) if (usage.isIdle) this.#users.delete(user);
  }
}

/** Whoever mends an overloaded server must get in. */
function isAdministration({ access }: CommandDefinition): boolean {
  return typeof access !== 'string' && access.action === 'admin' && access.scope === 'global';
}

/** There are so many already. */
function overloaded(what: string, limit: number): CairnError {
  return new CairnError('overloaded', `too many ${what}, try again`, {
    retryable: true,
    details: { limit, retry_after_ms: OVERLOADED_RETRY_MS },
  });
}
