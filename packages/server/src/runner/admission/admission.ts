import type { CommandDefinition, ErrorReply } from '@cairn/protocol/internal';
import type { Host } from '../../host.ts';
import {
  BYTES_IN_FLIGHT_ALL_MAX,
  CROWDED_SHARE,
  QUERY_BYTES_ASSUMED,
  QUERY_TURN_MS,
  READING_TURN_MS,
  RUNNING_WAIT_SHARE,
  USAGE_SWEEP_MS,
} from '../../limits.ts';
import type { Door } from '../../observability/activity/door.ts';
import type { Settings } from '../../settings.ts';
import type { Session } from '../session.ts';
import { type CommandTraits, traitsOf } from './command-traits.ts';
import { FairTurns } from './fair-turns.ts';
import { LoadGauge } from './load-gauge.ts';
import { BUSY, tooMany } from './refusals.ts';
import { RunningLimit } from './running-limit.ts';
import { type TotalUsage, UserUsage } from './user-usage.ts';

const OUTSIDE: ReadonlySet<Door> = new Set(['native', 'http', 'unix']);
/** A request that has not been answered at once: who sent it, as that was when it came. */
export interface Running {
  readonly door: Door;
  readonly user: string | undefined;
  readonly name: string;
}

/** What a connection has under way. */
export interface UnderWay {
  readonly requests: number;
  readonly usage: UserUsage;
}

/**
 * Decides which requests run now. Each that comes from outside is either let in or answered `overloaded` at once: when a user
 * has more under way than he may, or sends faster, when more are under way than will end in time, and when everything waits for the event loop. What the server asks of itself, for
 * a script or for a part of a batch, belongs to a request that was let in.
 */
export class Admission {
  readonly gauge: LoadGauge;
  /** Says how many requests that last longer than their turn may be under way. */
  readonly runningLimit: RunningLimit;
  /** Shares turns of the event loop among the users' queries. */
  readonly turns = new FairTurns(QUERY_TURN_MS);
  /** Shares turns among the users' connections that have sent much at once: commits must get on meanwhile. */
  readonly reading = new FairTurns(READING_TURN_MS);
  readonly #host: Host;
  readonly #settings: Settings;
  readonly #users = new Map<string, UserUsage>();
  readonly #total: TotalUsage = { bytes: 0, activeUsers: 0 };
  readonly #tooManyRequests: ErrorReply;
  readonly #tooManyQueries: ErrorReply;
  #running = 0;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(settings: Settings, host: Host) {
    this.#settings = settings;
    this.#host = host;
    this.#tooManyRequests = tooMany('requests under way', settings.requestsRunningMax);
    this.#tooManyQueries = tooMany('queries under way', settings.queriesByUserMax);
    this.gauge = new LoadGauge(settings.overloadDelayMs);
    this.runningLimit = new RunningLimit(settings.overloadDelayMs * RUNNING_WAIT_SHARE);
  }

  /** Begins to measure the load; until then nobody is turned away for it. */
  start(): void {
    this.gauge.start();
    this.runningLimit.start();
    this.#sweeper = setInterval(() => this.#forgetIdle(), USAGE_SWEEP_MS).unref();
  }

  stop(): void {
    this.gauge.stop();
    this.runningLimit.stop();
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

  /** A request has come to a door that asks `refusal` before it reads the rest of it. */
  arrived(): void {
    this.gauge.arrived();
  }

  /** Is it worth asking `refusal`? Asked of each request, so it costs next to nothing. */
  isSelective({ queries }: UserUsage): boolean {
    return this.gauge.share > 0 || this.#running >= this.#runningMax || queries >= this.#settings.queriesByUserMax;
  }

  get #runningMax(): number {
    return Math.min(this.runningLimit.limit, this.#settings.requestsRunningMax);
  }

  /** What to answer to a command of which no more than its name is known; undefined when it may come in. */
  refusal(command: string, underWay: UnderWay): ErrorReply | undefined {
    const traits = traitsOf(command);
    if (traits === undefined || traits.isPublic || traits.isUrgent) return undefined;
    if (this.gauge.turnsAway(traits.isQuery ? 'heavy' : 'light') || this.#isBeyondShare(traits, underWay)) return BUSY;
    return this.#refusalByNumber(traits.isQuery, underWay.usage);
  }

  /** Of what may be under way all users have the same share, and so has each connection of a user: one may have one request at least. */
  #isBeyondShare({ isQuery, isWrite }: CommandTraits, { requests, usage }: UnderWay): boolean {
    const { limit } = this.runningLimit;
    if (this.#running < limit || !(isQuery || isWrite)) return false;
    const share = limit / Math.max(1, this.#total.activeUsers) / Math.max(1, usage.activeConnections);
    if (requests < Math.max(1, share)) return false;
    this.runningLimit.turnedAway();
    return true;
  }

  #refusalByNumber(isQuery: boolean, { queries }: UserUsage): ErrorReply | undefined {
    const { requestsRunningMax, queriesByUserMax } = this.#settings;
    if (this.#running >= requestsRunningMax) return this.#tooManyRequests;
    return isQuery && queries >= queriesByUserMax ? this.#tooManyQueries : undefined;
  }

  /** @throws CairnError `overloaded`, retryable, when the request cannot be run now. Doors have asked before about the load. */
  enter(session: Session, command: CommandDefinition): void {
    if (!OUTSIDE.has(session.door) || command.access === 'public') return;
    const traits = traitsOf(command.name)!;
    this.#requireRoomFor(session.user, traits);
    if (traits.isWrite) this.gauge.wrote();
  }

  /** Has this turn of the event loop no more time for such a request? */
  mustWait({ door, isAuthenticated }: Session, command: string | undefined): boolean {
    if (this.turns.hasTime || command === undefined || !isQuery(command)) return false;
    return isAuthenticated && OUTSIDE.has(door);
  }

  /** A request from outside has kept the event loop since then. */
  spent({ door }: Session, command: string, sinceMs: number): void {
    if (!OUTSIDE.has(door)) return;
    const ms = this.#host.monotonicMs() - sinceMs;
    this.gauge.worked(ms);
    if (isQuery(command)) this.turns.spent(ms);
  }

  /** A request did not end at once. To be followed by `ended`. */
  began({ door, user, name }: Running): void {
    if (user === undefined || !OUTSIDE.has(door)) return;
    this.#running++;
    if (isQuery(name)) this.#count(user, 1);
  }

  ended({ door, user, name }: Running): void {
    if (user === undefined || !OUTSIDE.has(door)) return;
    this.#running--;
    this.runningLimit.ended();
    if (isQuery(name)) this.#count(user, -1);
  }

  /** @throws CairnError `overloaded` when the door is to turn a request away before it knows what it is */
  enterDoor(): void {
    this.gauge.arrived();
    if (this.gauge.turnsAway('light')) throw BUSY.error;
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
    if (usage.bytes + bytes > limit) throw tooMany('bytes in flight', limit).error;
  }

  #requireRoomFor(user: string, { isQuery, isUrgent }: CommandTraits): void {
    const { requestsPerSecondByUser } = this.#settings;
    const usage = this.usageOf(user);
    if (requestsPerSecondByUser > 0 && !usage.takeRequest(this.#host.monotonicMs(), requestsPerSecondByUser)) {
      throw tooMany('requests in a second', requestsPerSecondByUser).error;
    }
    if (isUrgent) return;
    const refusal = this.#refusalByNumber(isQuery, usage);
    if (refusal !== undefined) throw refusal.error;
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

function isQuery(command: string): boolean {
  return traitsOf(command)?.isQuery === true;
}
