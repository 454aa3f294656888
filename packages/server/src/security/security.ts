import { CairnError } from '@cairn/protocol/internal';
import type { Host } from '../host.ts';
import { Accounts, ADMIN, passwordWeakness } from './accounts.ts';
import { ChangeQueue } from './change-queue.ts';
import { addressGroup } from './login/address-group.ts';
import { CredentialMemory } from './login/credential-memory.ts';
import { LoginAttempts } from './login/login-attempts.ts';
import { PasswordHasher } from './login/password-hash.ts';
import { SessionTokens, TOKEN_SECRET_BYTES } from './login/session-tokens.ts';
import { Sessions } from './login/sessions.ts';
import { ApiKeys } from './rights/api-keys.ts';
import { API_KEY_PREFIX } from './rights/check-name.ts';
import type { Grant, Rights } from './rights/permissions.ts';
import { RightsVersion } from './rights/rights-version.ts';
import { Roles } from './rights/roles.ts';
import { CONFIGURATION, type SystemRecords } from './system-records.ts';

const TOKEN_SECRET = 'token_secret';
const DAY_MS = 24 * 3_600_000;

/** What the first start did about the administrator. */
export type FirstAdmin =
  | { readonly made: false }
  | { readonly made: true; readonly generatedPassword?: string; readonly weakness?: string };

/** What sessions ask again at each request. */
export interface RightsSource {
  /** Changes whenever somebody's rights may have changed. */
  readonly rightsVersion: number;
  /** Undefined when there is nobody of this name any more. */
  rightsOf(name: string): Rights | undefined;
  /** Names of the roles that count for somebody in a database. */
  rolesIn(name: string, database: string): readonly string[];
  /** Wall clock, milliseconds since 1970. */
  nowMs(): number;
  /** A text that changes when somebody has to show anew who he is. Absent where nobody ever has to. */
  credentialOf?(name: string): string | undefined;
  /** Has the session with this id been ended before its time? */
  hasSessionEnded?(sessionId: string): boolean;
}

/** What the settings say about logging in. */
export interface SecurityOptions {
  readonly host: Host;
  readonly tokenLifetimeMs: number;
  /** A day unless it is given. */
  readonly sessionLifetimeMs?: number;
  /** Signs tokens, instead of one that is made and kept in the store. */
  readonly tokenSecret?: string | undefined;
}

/** Who somebody is and what he may do: users by name, and API keys under names of their own. */
export class Security implements RightsSource {
  readonly accounts: Accounts;
  readonly roles: Roles;
  readonly apiKeys: ApiKeys;
  readonly sessions: Sessions;
  readonly #attempts: LoginAttempts;
  readonly #version: RightsVersion;
  readonly #changes: ChangeQueue;
  readonly #host: Host;

  private constructor(parts: {
    accounts: Accounts;
    roles: Roles;
    apiKeys: ApiKeys;
    records: SystemRecords;
    secret: Uint8Array;
    options: SecurityOptions;
    version: RightsVersion;
    changes: ChangeQueue;
  }) {
    const { host, tokenLifetimeMs, sessionLifetimeMs = DAY_MS } = parts.options;
    this.accounts = parts.accounts;
    this.roles = parts.roles;
    this.apiKeys = parts.apiKeys;
    this.#version = parts.version;
    this.#changes = parts.changes;
    this.#attempts = new LoginAttempts(host);
    this.#host = host;
    this.sessions = new Sessions({
      ...{ host, tokenLifetimeMs, sessionLifetimeMs },
      records: parts.records,
      version: parts.version,
      tokens: new SessionTokens({ secret: parts.secret, host }),
      credentialOf: (name) => this.credentialOf(name),
      endAllOf: async (name) => void (await this.accounts.endSessions(name)),
    });
  }

  static async open(records: SystemRecords, options: SecurityOptions): Promise<Security> {
    const { host } = options;
    const version = new RightsVersion();
    const changes = new ChangeQueue();
    const roles = new Roles({ records, version, changes, host });
    const accounts = new Accounts({
      ...{ records, roles, version, changes, host },
      hasher: new PasswordHasher(host),
      memory: new CredentialMemory(host),
    });
    const apiKeys = new ApiKeys({ records, roles, version, changes, host });
    const secret =
      options.tokenSecret === undefined ? await tokenSecret(records, host) : Buffer.from(options.tokenSecret);
    return new Security({ accounts, roles, apiKeys, version, changes, records, secret, options });
  }

  get rightsVersion(): number {
    return this.#version.number;
  }

  nowMs(): number {
    return this.#host.nowMs();
  }

  rightsOf(name: string): Rights | undefined {
    return this.apiKeys.rightsOf(name) ?? this.accounts.rightsOf(name);
  }

  rolesIn(name: string, database: string): readonly string[] {
    const { apiKeys, accounts } = this;
    return name.startsWith(API_KEY_PREFIX) ? apiKeys.rolesIn(name, database) : accounts.rolesIn(name, database);
  }

  grantsOf(name: string): Grant[] {
    return name.startsWith(API_KEY_PREFIX) ? this.apiKeys.grantsOf(name) : this.accounts.grantsOf(name);
  }

  rolesOf(name: string): string[] {
    return name.startsWith(API_KEY_PREFIX) ? this.apiKeys.rolesOf(name) : this.accounts.rolesOf(name);
  }

  /** Takes the role from everybody who has it, and removes it. @throws CairnError `not_found`, `permission_denied` */
  deleteRole(name: string): Promise<void> {
    return this.#changes.inTurn(async () => {
      if (this.roles.require(name).isBuiltIn) return this.roles.delete(name); // which refuses
      await this.accounts.revokeFromAll(name);
      await this.roles.delete(name);
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
    const from = addressGroup(address);
    const good = await this.#attempts.attempt(user, from, async () => {
      return (await this.accounts.verifyPassword(user, password, from)) ? user : undefined;
    });
    if (good === undefined) throw new CairnError('unauthenticated', 'Invalid credentials');
    return good;
  }

  /** A text that changes when the user's password or the key does, and ends what was begun with the old one. */
  credentialOf(name: string): string | undefined {
    return this.apiKeys.credentialOf(name) ?? this.accounts.credentialOf(name);
  }

  hasSessionEnded(sessionId: string): boolean {
    return this.sessions.hasEnded(sessionId);
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
