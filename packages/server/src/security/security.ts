import { CairnError } from '@cairn/protocol/internal';
import type { Host } from '../host.ts';
import { Accounts, ADMIN, passwordWeakness } from './accounts.ts';
import { CredentialMemory } from './credential-memory.ts';
import { LoginAttempts } from './login-attempts.ts';
import { PasswordHasher } from './password-hash.ts';
import { SessionTokens, TOKEN_SECRET_BYTES } from './session-tokens.ts';
import { CONFIGURATION, type SystemRecords } from './system-records.ts';

const TOKEN_SECRET = 'token_secret';

/** What the first start did about the administrator. */
export type FirstAdmin =
  | { readonly made: false }
  | { readonly made: true; readonly generatedPassword?: string; readonly weakness?: string };

/** Who somebody is and what he may do. */
export class Security {
  readonly accounts: Accounts;
  readonly tokens: SessionTokens;
  readonly #attempts: LoginAttempts;
  readonly #host: Host;

  private constructor(parts: { accounts: Accounts; tokens: SessionTokens; host: Host }) {
    this.accounts = parts.accounts;
    this.tokens = parts.tokens;
    this.#attempts = new LoginAttempts(parts.host);
    this.#host = parts.host;
  }

  static async open(records: SystemRecords, options: { host: Host; tokenLifetimeMs: number }): Promise<Security> {
    const { host } = options;
    const accounts = new Accounts({
      records,
      hasher: new PasswordHasher(host),
      memory: new CredentialMemory(host),
      host,
    });
    const secret = await tokenSecret(records, host);
    return new Security({
      accounts,
      tokens: new SessionTokens({ secret, host, lifetimeMs: options.tokenLifetimeMs }),
      host,
    });
  }

  /** At the first start, makes the user `admin` with this password, or with a random one that the caller shows once. */
  async ensureAdmin(password: string | undefined): Promise<FirstAdmin> {
    if (!this.accounts.isEmpty) return { made: false };
    const generated = password === undefined ? this.#randomPassword() : undefined;
    const chosen = password ?? generated!;
    await this.accounts.createFirstAdmin(chosen);
    return { made: true, generatedPassword: generated, weakness: passwordWeakness(ADMIN, chosen) };
  }

  /** The user's name when the password is his. @throws CairnError `unauthenticated`, slowly; `overloaded` */
  async logIn(user: string, password: string, address: string): Promise<string> {
    // Who sends his password with every request, as HTTP clients do, waits for nobody: only failures are slow.
    if (this.accounts.remembersPassword(user, password)) return user;
    const good = await this.#attempts.attempt(user, address, async () => {
      return (await this.accounts.verifyPassword(user, password)) ? user : undefined;
    });
    if (good === undefined) throw new CairnError('unauthenticated', 'Invalid credentials');
    return good;
  }

  /** The user that a session token stands for. @throws CairnError `unauthenticated` */
  async redeemToken(token: string): Promise<string> {
    const claims = await this.tokens.verify(token);
    if (claims !== undefined && this.accounts.credentialOf(claims.user) === claims.credential) return claims.user;
    throw new CairnError('unauthenticated', 'Invalid or expired token');
  }

  async issueToken(user: string): Promise<string> {
    return this.tokens.issue({ user, credential: this.accounts.credentialOf(user) ?? '' });
  }

  #randomPassword(): string {
    return Buffer.from(this.#host.randomBytes(16)).toString('hex');
  }
}

/** The secret that tokens are signed with: made once, kept in the system database. */
async function tokenSecret(records: SystemRecords, host: Host): Promise<Uint8Array> {
  const stored = records.all(CONFIGURATION).find((record) => record._key === TOKEN_SECRET);
  if (stored?.secret instanceof Uint8Array) return stored.secret;
  const secret = Uint8Array.from(host.randomBytes(TOKEN_SECRET_BYTES));
  await records.put(CONFIGURATION, TOKEN_SECRET, { secret });
  return secret;
}
