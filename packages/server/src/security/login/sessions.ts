import { CairnError } from '@cairn/protocol/internal';
import type { Host } from '../../host.ts';
import { SESSIONS_ENDED_BY_USER_MAX } from '../../limits.ts';
import type { RightsVersion } from '../rights/rights-version.ts';
import { ENDED_SESSIONS, type SystemRecords } from '../system-records.ts';
import type { SessionTokens, TokenClaims } from './session-tokens.ts';

/** Random bytes of a session's id. */
const ID_BYTES = 16;

/** A token that was just made. */
export interface IssuedToken {
  readonly token: string;
  readonly claims: TokenClaims;
}

export interface SessionsParts {
  readonly tokens: SessionTokens;
  readonly records: SystemRecords;
  readonly version: RightsVersion;
  readonly host: Host;
  /** A text that changes when the user's password or key does; undefined when there is nobody of the name. */
  readonly credentialOf: (user: string) => string | undefined;
  /** Ends all that a user has. */
  readonly endAllOf: (user: string) => Promise<void>;
  readonly tokenLifetimeMs: number;
  readonly sessionLifetimeMs: number;
}

interface EndedSession {
  readonly user: string;
  /** By then the last of its tokens has expired by itself, milliseconds since 1970. */
  readonly untilMs: number;
}

/**
 * Sessions: each begins with a password or a key, goes on from token to token, and ends by itself, by `logout`, with all
 * others of its user, or with the password. Only ends are kept, and only until the last token would have expired anyway.
 */
export class Sessions {
  readonly #parts: SessionsParts;
  readonly #ended = new Map<string, EndedSession>();

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    for (const { _key: id, user, until } of parts.records.all(ENDED_SESSIONS)) {
      if (typeof id !== 'string' || typeof user !== 'string' || typeof until !== 'number') continue;
      this.#ended.set(id, { user, untilMs: until });
    }
  }

  /** A new session of somebody who has just shown who he is, and what he has shown: if it changed meanwhile his token is good for nothing. */
  begin(user: string, credential: string): Promise<IssuedToken> {
    const sessionId = Buffer.from(this.#parts.host.randomBytes(ID_BYTES)).toString('base64url');
    return this.#issue({ user, credential, sessionId, sessionStartMs: wholeSecond(this.#parts.host.nowMs()) });
  }

  /** What a token says. @throws CairnError `unauthenticated` when it, its session or its password has ended */
  async redeem(token: string): Promise<TokenClaims> {
    const claims = await this.#parts.tokens.verify(token);
    const isGood =
      claims !== undefined &&
      this.#parts.credentialOf(claims.user) === claims.credential &&
      !this.hasEnded(claims.sessionId) &&
      this.#parts.host.nowMs() < this.#endOf(claims);
    if (!isGood) throw new CairnError('unauthenticated', 'Invalid or expired token');
    return claims;
  }

  /** Another token of the same session. @throws CairnError `unauthenticated` when it is as old as sessions get */
  async goOn(session: Omit<TokenClaims, 'expiresAtMs'>): Promise<IssuedToken> {
    if (this.hasEnded(session.sessionId) || this.#parts.host.nowMs() >= this.#endOf(session)) {
      throw new CairnError('unauthenticated', 'The session has ended: authenticate with the password');
    }
    return this.#issue(session);
  }

  hasEnded(sessionId: string): boolean {
    return this.#ended.has(sessionId);
  }

  /** Ends a session: its tokens and the connections that they have opened. Resolves when it is on disk. */
  async end({ user, sessionId }: Pick<TokenClaims, 'user' | 'sessionId'>): Promise<void> {
    await this.#forgetExpired();
    const ofUser = [...this.#ended.values()].filter((one) => one.user === user).length;
    if (ofUser >= SESSIONS_ENDED_BY_USER_MAX) return this.#parts.endAllOf(user);
    const untilMs = this.#newestExpiry();
    // Before it is on disk: what goes on meanwhile would make tokens that outlive the note of their end.
    this.#ended.set(sessionId, { user, untilMs });
    this.#parts.version.sessionsChanged();
    await this.#parts.records.put(ENDED_SESSIONS, sessionId, { user, until: untilMs });
  }

  async #issue(session: Omit<TokenClaims, 'expiresAtMs'>): Promise<IssuedToken> {
    const { user, credential, sessionId, sessionStartMs } = session;
    const expiresAtMs = Math.min(this.#newestExpiry(), secondAfter(this.#endOf(session)));
    const claims = { user, credential, sessionId, sessionStartMs, expiresAtMs };
    return { token: await this.#parts.tokens.issue(claims), claims };
  }

  /** When a token that is made now expires, if its session lasts. */
  #newestExpiry(): number {
    return secondAfter(this.#parts.host.nowMs() + this.#parts.tokenLifetimeMs);
  }

  #endOf({ sessionStartMs }: Pick<TokenClaims, 'sessionStartMs'>): number {
    return sessionStartMs + this.#parts.sessionLifetimeMs;
  }

  async #forgetExpired(): Promise<void> {
    const nowMs = this.#parts.host.nowMs();
    const over = [...this.#ended].filter(([, { untilMs }]) => untilMs <= nowMs).map(([id]) => id);
    if (over.length === 0) return;
    await this.#parts.records.remove(ENDED_SESSIONS, over);
    for (const id of over) this.#ended.delete(id);
  }
}

/** Tokens tell their times in seconds. */
function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

function secondAfter(ms: number): number {
  return Math.ceil(ms / 1000) * 1000;
}
