import { CairnError, type RequestId } from '@cairn/protocol/internal';
import type { Cancellation } from '../engine/queries/cancellation.ts';
import type { Door } from '../observability/activity/door.ts';
import type { Rights } from '../security/rights/permissions.ts';
import { type RuleSubject, subjectIn } from '../security/rights/rules/rule-subject.ts';
import type { RightsSource } from '../security/security.ts';

/** Databases of one session for which the subject of rules is remembered. */
const SUBJECTS_MAX = 100;

/** The session of tokens by which somebody came in. Times in milliseconds since 1970. */
export interface Login {
  readonly sessionId: string;
  readonly sessionStartMs: number;
  /** When what he has shown ends; undefined for a password, which lasts as long as the connection. */
  readonly endsAtMs?: number | undefined;
}

/** Who is at the other end of a door, and what he has under way. Every door makes one for each of its callers. */
export class Session {
  /** Where the caller comes from: failed logins are counted by it. */
  readonly address: string;
  /** Where he came in. */
  readonly door: Door;
  /** Where his rights are asked for. */
  readonly source: RightsSource;
  /** Requests that may be cancelled, by their id. */
  readonly #running = new Map<RequestId, Cancellation>();
  /** Everything under way, for the end of the session. */
  readonly #open = new Set<Cancellation>();
  #user: string | undefined;
  #rights: Rights | undefined;
  #rightsVersion = -1;
  #login: Login | undefined;
  /** What the user had shown when he came in: when it changes he has to show it anew. */
  #credential: string | undefined;
  /** The user as rules of collections see him, by database. */
  readonly #subjects = new Map<string, RuleSubject>();
  /** How many triggers stand behind what this session does, one set off by the other: more than 0 for their scripts alone. */
  depth = 0;
  /** Where his request stands in a trace of his own, when its door has heard of it. */
  traceparent: string | undefined;
  /** The database named by the last `auth`; no command but `get_current_user` asks. */
  database: string | undefined;

  constructor(address: string, source: RightsSource, door: Door = 'inside') {
    this.address = address;
    this.door = door;
    this.source = source;
  }

  get isAuthenticated(): boolean {
    return this.#user !== undefined;
  }

  /** @throws CairnError `unauthenticated` */
  get user(): string {
    if (this.#user === undefined) throw notAuthenticated();
    return this.#user;
  }

  /** What the user may do now: changes of users and roles show at the next request. @throws CairnError `unauthenticated` */
  get rights(): Rights {
    const known = this.#rights;
    if (this.#login?.endsAtMs !== undefined && this.source.nowMs() >= this.#login.endsAtMs) throw sessionEnded();
    if (known !== undefined && this.#rightsVersion === this.source.rightsVersion && !this.#haveEnded(known))
      return known;
    const rights = this.source.rightsOf(this.user);
    if (rights === undefined) throw notAuthenticated();
    this.#requireStanding();
    this.#rights = rights;
    this.#rightsVersion = this.source.rightsVersion;
    this.#subjects.clear();
    return rights;
  }

  /** Is somebody there, and what he has shown still good? */
  get isStanding(): boolean {
    try {
      void this.rights;
      return true;
    } catch {
      return false;
    }
  }

  /** Whom the rules of a database's collections are to be asked about. @throws CairnError `unauthenticated` */
  subject(database: string): RuleSubject {
    const { rights } = this;
    let subject = this.#subjects.get(database);
    if (subject === undefined) {
      subject = subjectIn(database, { user: this.user, rights, source: this.source });
      // Names of databases that there are not come from outside too.
      if (this.#subjects.size >= SUBJECTS_MAX) this.#subjects.clear();
      this.#subjects.set(database, subject);
    }
    return subject;
  }

  #haveEnded({ expiresAtMs }: Rights): boolean {
    return expiresAtMs !== undefined && this.source.nowMs() >= expiresAtMs;
  }

  /** The session of tokens that this belongs to; undefined when nobody has a token of it. */
  get login(): Login | undefined {
    return this.#login;
  }

  /** What the user had shown when he came in, as `credentialOf` said it then. */
  get credential(): string | undefined {
    return this.#credential;
  }

  /**
   * Somebody has shown who he is.
   * @param credential what `credentialOf` said when he began to show it: it may be another by now, and then this session has ended
   */
  authenticate(user: string, database?: string, login?: Login, credential = this.source.credentialOf?.(user)): void {
    this.#user = user;
    this.#login = login;
    this.#credential = credential;
    this.#rightsVersion = -1;
    if (database !== undefined) this.database = database;
  }

  /** Nobody is there any more, as far as rights are concerned. */
  logOut(): void {
    this.#user = undefined;
    this.#login = undefined;
    this.#rights = undefined;
  }

  /** @throws CairnError `unauthenticated` when the password is another one, or the session was ended */
  #requireStanding(): void {
    const { source } = this;
    if (this.#credential !== undefined && source.credentialOf?.(this.user) !== this.#credential) throw sessionEnded();
    if (this.#login !== undefined && source.hasSessionEnded?.(this.#login.sessionId) === true) throw sessionEnded();
  }

  began(cancellation: Cancellation, rid: RequestId | undefined): void {
    this.#open.add(cancellation);
    if (rid !== undefined) this.#running.set(rid, cancellation);
  }

  ended(cancellation: Cancellation, rid: RequestId | undefined): void {
    this.#open.delete(cancellation);
    if (rid !== undefined && this.#running.get(rid) === cancellation) this.#running.delete(rid);
  }

  /** True when a request with this id was under way. */
  cancel(rid: RequestId): boolean {
    const cancellation = this.#running.get(rid);
    cancellation?.cancel();
    return cancellation !== undefined;
  }

  /** Nobody waits for the replies any more. Transactions stay: their ids work on other connections. */
  close(): void {
    for (const cancellation of this.#open) cancellation.cancel();
    this.#open.clear();
    this.#running.clear();
  }
}

function notAuthenticated(): CairnError {
  return new CairnError('unauthenticated', 'Not authenticated: send `auth` first');
}

function sessionEnded(): CairnError {
  return new CairnError('unauthenticated', 'The session has ended: authenticate again');
}
