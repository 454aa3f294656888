import { CairnError } from '@cairn/protocol/internal';
import type { Engine } from '../../../engine/engine.ts';
import { noteFailedLogin } from '../../../observability/audit/audited-login.ts';
import { Session } from '../../../runner/session.ts';
import { KEY_MARK } from '../../../security/rights/api-keys.ts';
import type { Given } from '../route/route.ts';

/**
 * Finds out who sends a request: `Authorization: Bearer …`, `Basic …` or `ApiKey …`, `X-API-Key: …`, or `?token=…` where no
 * header can be set. An API key as Bearer counts too: some clients know no other way.
 */
export class HttpAuthentication {
  readonly #engine: Engine;
  /** Passwords that are being verified. */
  readonly #logins = new Map<string, Promise<string>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** A session for one request of somebody who has said nothing about himself. */
  stranger(address: string): Session {
    return new Session(address, this.#engine.security, 'http');
  }

  /** @throws CairnError `unauthenticated` when nothing or something wrong is presented */
  async session(address: string, headers: Given, query: Given): Promise<Session> {
    const session = this.stranger(address);
    session.traceparent = headers.traceparent;
    try {
      await this.#admit(session, headers, query);
    } catch (error) {
      this.#noteFailure(error, session, headers);
      throw error;
    }
    return session;
  }

  /** Passwords and keys that are wrong are guesses; a token that has ended is none. */
  #noteFailure(error: unknown, session: Session, { authorization = '', 'x-api-key': apiKey }: Given): void {
    const knock = { engine: this.#engine, session };
    const [scheme = '', credentials = ''] = splitOnce(authorization);
    if (apiKey !== undefined) noteFailedLogin(error, { username: '', api_key: apiKey }, knock);
    else if (/^apikey$/i.test(scheme) || credentials.startsWith(KEY_MARK))
      noteFailedLogin(error, { username: '', api_key: credentials }, knock);
    else if (/^basic$/i.test(scheme)) {
      const [username = ''] = Buffer.from(credentials, 'base64').toString('utf8').split(':', 1);
      noteFailedLogin(error, { username }, knock);
    }
  }

  async #admit(session: Session, headers: Given, query: Given): Promise<void> {
    const { security } = this.#engine;
    const apiKey = headers['x-api-key'];
    if (apiKey !== undefined) return session.authenticate(security.apiKeys.redeem(apiKey));
    const [scheme = '', credentials = ''] = splitOnce(headers.authorization ?? '');
    switch (scheme.toLowerCase()) {
      case 'bearer':
        return this.#admitByToken(session, credentials);
      case 'apikey':
        return session.authenticate(security.apiKeys.redeem(credentials));
      case 'basic': {
        const [user, password] = basicCredentials(credentials);
        const credential = security.credentialOf(user);
        await this.#logIn(user, password, session.address);
        return session.authenticate(user, undefined, undefined, credential);
      }
      case '':
        if (query.token !== undefined && query.token !== '') return this.#admitByToken(session, query.token);
        throw new CairnError('unauthenticated', 'Not authenticated: send Authorization: Bearer, Basic or ApiKey');
      default:
        throw new CairnError('unauthenticated', 'Only Bearer, Basic and ApiKey authentication are known');
    }
  }

  /** Requests of one client that come together before his password has been verified have it verified once. */
  #logIn(user: string, password: string, address: string): Promise<string> {
    const attempt = JSON.stringify([user, password, address]);
    const running = this.#logins.get(attempt);
    if (running !== undefined) return running;
    const login = this.#engine.security.logIn(user, password, address).finally(() => this.#logins.delete(attempt));
    this.#logins.set(attempt, login);
    return login;
  }

  async #admitByToken(session: Session, token: string): Promise<void> {
    if (token.startsWith(KEY_MARK)) {
      return session.authenticate(this.#engine.security.apiKeys.redeem(token));
    }
    const claims = await this.#engine.security.sessions.redeem(token);
    session.authenticate(claims.user, undefined, { ...claims, endsAtMs: claims.expiresAtMs }, claims.credential);
  }
}

function splitOnce(header: string): readonly string[] {
  const blank = header.indexOf(' ');
  return blank === -1 ? [header] : [header.slice(0, blank), header.slice(blank + 1).trim()];
}

function basicCredentials(encoded: string): readonly [user: string, password: string] {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) throw new CairnError('unauthenticated', 'Basic authentication wants user:password in base64');
  return [text.slice(0, colon), text.slice(colon + 1)];
}
