import type { Host } from '../../host.ts';
import { TOKENS_REMEMBERED_MAX } from '../../limits.ts';

const ISSUER = 'cairn';
const ALGORITHM = 'HS256';
export const TOKEN_SECRET_BYTES = 32;
/** Clocks are set back by small steps now and then: a token from less than so many seconds ahead stays good. */
const CLOCK_STEP_S = 60;

/** What a good token says. */
export interface TokenClaims {
  readonly user: string;
  /** Changes with the user's password, so that a changed password ends his tokens. */
  readonly credential: string;
}

/** What a signature vouches for, whatever the time is. */
interface SignedClaims extends TokenClaims {
  readonly issuedAtS: number;
  readonly expiresAtS: number;
}

/** Short-lived signed tokens (JWT, HS256) that stand for a user who has logged in. */
export class SessionTokens {
  readonly #secret: Uint8Array;
  readonly #host: Host;
  readonly #lifetimeMs: number;
  /** Tokens whose signature was found good, so that a client that sends his with every request has it verified once. */
  readonly #signed = new Map<string, SignedClaims>();

  constructor(options: { secret: Uint8Array; host: Host; lifetimeMs: number }) {
    this.#secret = options.secret;
    this.#host = options.host;
    this.#lifetimeMs = options.lifetimeMs;
  }

  async issue(claims: TokenClaims): Promise<string> {
    const { SignJWT } = await import('jose');
    const nowS = Math.floor(this.#host.nowMs() / 1000);
    return new SignJWT({ credential: claims.credential })
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(ISSUER)
      .setSubject(claims.user)
      .setIssuedAt(nowS)
      .setExpirationTime(nowS + Math.ceil(this.#lifetimeMs / 1000))
      .sign(this.#secret);
  }

  /** What the token says, or undefined when it is expired, forged or not a token. */
  async verify(token: string): Promise<TokenClaims | undefined> {
    const claims = this.#signed.get(token) ?? (await this.#verifySignature(token));
    if (claims === undefined || !this.#isTimely(claims)) {
      this.#signed.delete(token);
      return undefined;
    }
    return { user: claims.user, credential: claims.credential };
  }

  #isTimely({ issuedAtS, expiresAtS }: SignedClaims): boolean {
    const nowS = this.#host.nowMs() / 1000;
    // A token made while the clock was ahead would be good until the clock gets there.
    return Math.floor(nowS) < expiresAtS && issuedAtS <= nowS + CLOCK_STEP_S;
  }

  async #verifySignature(token: string): Promise<SignedClaims | undefined> {
    const { jwtVerify } = await import('jose');
    try {
      const currentDate = new Date(this.#host.nowMs());
      const { payload } = await jwtVerify(token, this.#secret, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        requiredClaims: ['exp', 'iat'],
        currentDate,
      });
      const { sub: user, credential, iat: issuedAtS, exp: expiresAtS } = payload;
      if (typeof user !== 'string' || typeof credential !== 'string') return undefined;
      return this.#remember(token, { user, credential, issuedAtS: issuedAtS!, expiresAtS: expiresAtS! });
    } catch {
      return undefined;
    }
  }

  #remember(token: string, claims: SignedClaims): SignedClaims {
    if (this.#signed.size >= TOKENS_REMEMBERED_MAX) this.#signed.delete(this.#signed.keys().next().value!);
    this.#signed.set(token, claims);
    return claims;
  }
}
