import type { Host } from '../../host.ts';
import { TOKENS_REMEMBERED_MAX } from '../../limits.ts';

const ISSUER = 'cairn';
const ALGORITHM = 'HS256';
export const TOKEN_SECRET_BYTES = 32;
/** Clocks are set back by small steps now and then: a token from less than so many milliseconds ahead stays good. */
const CLOCK_STEP_MS = 60_000;

/** What a token says. Times in milliseconds since 1970, in whole seconds. */
export interface TokenClaims {
  readonly user: string;
  /** Changes with the user's password, so that a changed password ends his tokens. */
  readonly credential: string;
  /** The session: it begins with a password or key, and all tokens that follow from that belong to it. */
  readonly sessionId: string;
  readonly sessionStartMs: number;
  readonly expiresAtMs: number;
}

/** A token whose signature is good. */
interface SignedClaims {
  readonly claims: TokenClaims;
  readonly issuedAtMs: number;
}

/** Short-lived signed tokens (JWT, HS256) that stand for a user who has logged in. */
export class SessionTokens {
  readonly #secret: Uint8Array;
  readonly #host: Host;
  /** Tokens whose signature was checked: whoever sends one with each request does not have it checked each time. */
  readonly #verified = new Map<string, SignedClaims>();

  constructor(options: { secret: Uint8Array; host: Host }) {
    this.#secret = options.secret;
    this.#host = options.host;
  }

  async issue(claims: TokenClaims): Promise<string> {
    const { SignJWT } = await import('jose');
    return new SignJWT({
      credential: claims.credential,
      sid: claims.sessionId,
      auth_time: Math.floor(claims.sessionStartMs / 1000),
    })
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(ISSUER)
      .setSubject(claims.user)
      .setIssuedAt(Math.floor(this.#host.nowMs() / 1000))
      .setExpirationTime(Math.ceil(claims.expiresAtMs / 1000))
      .sign(this.#secret);
  }

  /** What the token says, or undefined when it is expired, forged or not a token. */
  async verify(token: string): Promise<TokenClaims | undefined> {
    const signed = this.#verified.get(token) ?? this.#remember(token, await this.#check(token));
    return signed !== undefined && this.#isOfNow(signed) ? signed.claims : undefined;
  }

  #isOfNow({ issuedAtMs, claims }: SignedClaims): boolean {
    const nowMs = this.#host.nowMs();
    // A token made while the clock was ahead would be good until the clock gets there.
    return nowMs < claims.expiresAtMs && issuedAtMs <= nowMs + CLOCK_STEP_MS;
  }

  async #check(token: string): Promise<SignedClaims | undefined> {
    const { jwtVerify } = await import('jose');
    try {
      const currentDate = new Date(this.#host.nowMs());
      const expected = { algorithms: [ALGORITHM], issuer: ISSUER, currentDate };
      return signedClaims((await jwtVerify(token, this.#secret, expected)).payload);
    } catch {
      return undefined;
    }
  }

  #remember(token: string, signed: SignedClaims | undefined): SignedClaims | undefined {
    if (signed === undefined) return undefined;
    if (this.#verified.size >= TOKENS_REMEMBERED_MAX) this.#verified.delete(this.#verified.keys().next().value!);
    this.#verified.set(token, signed);
    return signed;
  }
}

function signedClaims(payload: Readonly<Record<string, unknown>>): SignedClaims | undefined {
  const { sub: user, credential, sid: sessionId, auth_time: startS, exp, iat } = payload;
  if (typeof user !== 'string' || typeof credential !== 'string' || typeof sessionId !== 'string') return undefined;
  if (typeof startS !== 'number' || typeof exp !== 'number' || typeof iat !== 'number') return undefined;
  const claims = { user, credential, sessionId, sessionStartMs: startS * 1000, expiresAtMs: exp * 1000 };
  return { claims, issuedAtMs: iat * 1000 };
}
