import type { Host } from '../../host.ts';

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

/** Short-lived signed tokens (JWT, HS256) that stand for a user who has logged in. */
export class SessionTokens {
  readonly #secret: Uint8Array;
  readonly #host: Host;
  readonly #lifetimeMs: number;

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
    const { jwtVerify } = await import('jose');
    try {
      const currentDate = new Date(this.#host.nowMs());
      const { payload } = await jwtVerify(token, this.#secret, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        currentDate,
      });
      // A token made while the clock was ahead would be good until the clock gets there.
      const isFromTheFuture = Number(payload.iat) > currentDate.getTime() / 1000 + CLOCK_STEP_S;
      if (isFromTheFuture || typeof payload.sub !== 'string' || typeof payload.credential !== 'string')
        return undefined;
      return { user: payload.sub, credential: payload.credential };
    } catch {
      return undefined;
    }
  }
}
