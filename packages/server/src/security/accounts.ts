import { createHash } from 'node:crypto';
import { CairnError, type Value } from '@cairn/protocol/internal';
import type { Host } from '../host.ts';
import { PASSWORD_CHARACTERS_MIN, USER_NAME_CHARACTERS_MAX } from '../limits.ts';
import type { ChangeQueue } from './change-queue.ts';
import type { CredentialMemory } from './login/credential-memory.ts';
import type { PasswordHasher } from './login/password-hash.ts';
import { checkName } from './rights/check-name.ts';
import { type Assignment, type Grant, Rights } from './rights/permissions.ts';
import type { RightsVersion } from './rights/rights-version.ts';
import type { Roles } from './rights/roles.ts';
import { type SystemRecords, USER_ROLES, USERS } from './system-records.ts';

/** The first administrator, who cannot be deleted. */
export const ADMIN = 'admin';

interface User {
  readonly name: string;
  readonly passwordHash: string;
  readonly createdAt: string;
  /** Counts how often all of his sessions were ended. */
  readonly sessionEpoch: number;
  /** Changes with the password and with the epoch. */
  readonly credential: string;
}

interface StoredAssignment extends Assignment {
  readonly key: string;
  readonly user: string;
  readonly assignedAt: string;
  /** Undefined for the first administrator's, and for those from before it was kept. */
  readonly assignedBy: string | undefined;
}

/** A user or assignment as replies show it: never with the hash. */
export type Shown = { [name: string]: Value };

/**
 * Users, the roles that they have and what these allow. All of it is kept in memory, because every request asks, and written to the
 * system database before a change takes effect.
 */
export class Accounts {
  readonly #records: SystemRecords;
  readonly #hasher: PasswordHasher;
  readonly #memory: CredentialMemory;
  readonly #host: Host;
  readonly #users = new Map<string, User>();
  readonly #roles: Roles;
  readonly #version: RightsVersion;
  readonly #changes: ChangeQueue;
  readonly #assignments = new Map<string, StoredAssignment>();
  readonly #rights = new Map<string, Rights>();

  constructor(parts: {
    records: SystemRecords;
    hasher: PasswordHasher;
    memory: CredentialMemory;
    roles: Roles;
    version: RightsVersion;
    changes: ChangeQueue;
    host: Host;
  }) {
    this.#records = parts.records;
    this.#hasher = parts.hasher;
    this.#memory = parts.memory;
    this.#roles = parts.roles;
    this.#version = parts.version;
    this.#changes = parts.changes;
    this.#host = parts.host;
    this.#version.onChange(() => {
      this.#rights.clear();
      this.#memory.forgetAll();
    });
    this.#load();
  }

  get isEmpty(): boolean {
    return this.#users.size === 0;
  }

  /** What the user may do; undefined when there is no such user. */
  rightsOf(user: string): Rights | undefined {
    const known = this.#rights.get(user);
    if (known !== undefined) return known;
    if (!this.#users.has(user)) return undefined;
    const rights = new Rights(this.#assignmentsOf(user), (name) => this.#roles.find(name));
    this.#rights.set(user, rights);
    return rights;
  }

  /** True when this is the user's password. Unknown users take as long as wrong passwords. */
  async verifyPassword(user: string, password: string, address = ''): Promise<boolean> {
    const stored = this.#users.get(user)?.passwordHash;
    if (stored !== undefined && this.#memory.recognises(user, password)) return true;
    const good = await this.#hasher.verify(password, stored, address);
    // The user may have changed while the hash was computed; then the answer is about somebody else.
    if (!good || this.#users.get(user)?.passwordHash !== stored) return false;
    this.#memory.remember(user, password);
    return true;
  }

  /** Whether this password was verified a moment ago, so that nothing has to be hashed. */
  remembersPassword(user: string, password: string): boolean {
    return this.#users.has(user) && this.#memory.recognises(user, password);
  }

  /** A text that changes with the user's password, and when all of his sessions are ended; undefined when there is no such user. */
  credentialOf(user: string): string | undefined {
    return this.#users.get(user)?.credential;
  }

  rolesOf(user: string): string[] {
    return [...new Set(this.#assignmentsOf(user).map((assignment) => assignment.role))];
  }

  /** Roles that he has everywhere or in this database. */
  rolesIn(user: string, database: string): string[] {
    const here = this.#assignmentsOf(user).filter((one) => one.database === undefined || one.database === database);
    return [...new Set(here.map(({ role }) => role))];
  }

  listUsers(): Shown[] {
    return [...this.#users.keys()].sort().map((name) => this.showUser(name));
  }

  /** @throws CairnError `not_found` */
  showUser(name: string): Shown {
    const user = this.#user(name);
    return { _key: name, username: name, roles: this.rolesOf(name), created_at: user.createdAt };
  }

  /**
   * @param by who gives the roles
   * @throws CairnError `already_exists`, `not_found` for a role, `invalid_argument` for a weak password or a long name.
   */
  async createUser(name: string, password: string, roles: readonly string[], by?: string): Promise<Shown> {
    checkName('user', name);
    if ([...name].length > USER_NAME_CHARACTERS_MAX) {
      throw new CairnError('invalid_argument', `the name of a user has at most ${USER_NAME_CHARACTERS_MAX} characters`);
    }
    requireGoodPassword(name, password);
    this.#requireNew(name, roles);
    const passwordHash = await this.#hasher.hash(password);
    return this.#changes.inTurn(async () => {
      // Again: another one of the name may have come while the hash was computed, or a role have gone.
      this.#requireNew(name, roles);
      await this.#storeUser({ name, passwordHash, createdAt: this.#now() });
      for (const role of roles) await this.#assign(name, role, undefined, by);
      return this.showUser(name);
    });
  }

  #requireNew(name: string, roles: readonly string[]): void {
    if (this.#users.has(name)) throw new CairnError('already_exists', `User '${name}' already exists`);
    for (const role of roles) this.#roles.require(role);
  }

  /** Makes the first administrator, with the password as it is. */
  async createFirstAdmin(password: string): Promise<void> {
    const passwordHash = await this.#hasher.hash(password);
    await this.#storeUser({ name: ADMIN, passwordHash, createdAt: this.#now() });
    await this.assignRole(ADMIN, 'admin', undefined);
  }

  /**
   * Answers what `credentialOf` says from now on.
   * @param shown what the user had shown when he asked for this himself: somebody else may have changed it since
   * @throws CairnError `not_found`, `invalid_argument` for a weak password, `unauthenticated` when `shown` is no longer good
   */
  async changePassword(name: string, password: string, shown?: string): Promise<string> {
    requireGoodPassword(name, password);
    this.#user(name);
    const passwordHash = await this.#hasher.hash(password);
    return this.#changes.inTurn(() => this.#storeUser({ ...this.#userShowing(name, shown), passwordHash }));
  }

  /**
   * Ends every session of a user: his tokens, and at their next request his connections. Answers what `credentialOf` says from now on.
   * @param shown as for `changePassword`
   * @throws CairnError `not_found`, `unauthenticated`
   */
  endSessions(name: string, shown?: string): Promise<string> {
    return this.#changes.inTurn(() => {
      const user = this.#userShowing(name, shown);
      return this.#storeUser({ ...user, sessionEpoch: user.sessionEpoch + 1 });
    });
  }

  #userShowing(name: string, shown: string | undefined): User {
    const user = this.#user(name);
    if (shown === undefined || shown === user.credential) return user;
    throw new CairnError('unauthenticated', 'The session has ended: authenticate again');
  }

  deleteUser(name: string): Promise<void> {
    return this.#changes.inTurn(() => this.#delete(name));
  }

  async #delete(name: string): Promise<void> {
    if (name === ADMIN) throw new CairnError('invalid_argument', 'Cannot delete admin user');
    this.#user(name);
    const keys = this.#assignmentsOf(name).map((assignment) => assignment.key);
    // The assignments first: a crash in between leaves a user without rights, never rights for a later namesake.
    await this.#records.remove(USER_ROLES, keys);
    await this.#records.remove(USERS, [name]);
    for (const key of keys) this.#assignments.delete(key);
    this.#users.delete(name);
    this.#version.changed();
  }

  /** Takes a role from everybody, in the turn in which it is deleted, so that a later namesake gives nobody anything. */
  async revokeFromAll(role: string): Promise<void> {
    const keys = [...this.#assignments.values()].filter((one) => one.role === role).map((one) => one.key);
    if (keys.length === 0) return;
    await this.#records.remove(USER_ROLES, keys);
    for (const key of keys) this.#assignments.delete(key);
    this.#version.changed();
  }

  listAssignments(user: string): Shown[] {
    this.#user(user);
    return this.#assignmentsOf(user).map(showAssignment);
  }

  /** What makes up the user's rights, line by line. */
  grantsOf(user: string): Grant[] {
    return this.#assignmentsOf(user).flatMap(({ role, database }) =>
      (this.#roles.find(role)?.permissions ?? []).map((permission) => ({ role, database, permission })),
    );
  }

  /** Gives the role everywhere, or in one database only. Giving it twice changes nothing. */
  assignRole(user: string, role: string, database: string | undefined, by?: string): Promise<Shown> {
    return this.#changes.inTurn(() => this.#assign(user, role, database, by));
  }

  async #assign(user: string, role: string, database: string | undefined, by: string | undefined): Promise<Shown> {
    this.#user(user);
    this.#roles.require(role);
    const key = assignmentKey(user, role, database);
    const given = { key, user, role, database, assignedAt: this.#now(), assignedBy: by };
    const assignment = this.#assignments.get(key) ?? given;
    await this.#records.put(USER_ROLES, key, showAssignment(assignment));
    this.#assignments.set(key, assignment);
    this.#version.changed();
    return showAssignment(assignment);
  }

  /** @throws CairnError `not_found` when the user does not have the role there. */
  revokeRole(user: string, role: string, database: string | undefined): Promise<void> {
    return this.#changes.inTurn(() => this.#revoke(user, role, database));
  }

  async #revoke(user: string, role: string, database: string | undefined): Promise<void> {
    this.#user(user);
    const key = assignmentKey(user, role, database);
    if (!this.#assignments.has(key)) throw new CairnError('not_found', `User '${user}' has no such role '${role}'`);
    if (user === ADMIN && role === 'admin' && database === undefined) {
      throw new CairnError('invalid_argument', 'Cannot take the role admin from the user admin');
    }
    await this.#records.remove(USER_ROLES, [key]);
    this.#assignments.delete(key);
    this.#version.changed();
  }

  #load(): void {
    for (const record of this.#records.all(USERS)) {
      const [name, passwordHash] = [text(record._key), text(record.password_hash)];
      const epoch = typeof record.session_epoch === 'number' ? record.session_epoch : 0;
      const credential = credentialOf(passwordHash, epoch);
      const user = { name, passwordHash, createdAt: text(record.created_at), sessionEpoch: epoch, credential };
      this.#users.set(name, user);
    }
    for (const record of this.#records.all(USER_ROLES)) {
      const [key, user, role] = [text(record._key), text(record.username), text(record.role)];
      const database = typeof record.database === 'string' ? record.database : undefined;
      const assignedBy = typeof record.assigned_by === 'string' ? record.assigned_by : undefined;
      this.#assignments.set(key, { key, user, role, database, assignedAt: text(record.assigned_at), assignedBy });
    }
  }

  async #storeUser(
    draft: Omit<User, 'sessionEpoch' | 'credential'> & { readonly sessionEpoch?: number },
  ): Promise<string> {
    const { name, passwordHash, createdAt, sessionEpoch = 0 } = draft;
    const record = { username: name, password_hash: passwordHash, created_at: createdAt, session_epoch: sessionEpoch };
    await this.#records.put(USERS, name, record);
    const credential = credentialOf(passwordHash, sessionEpoch);
    this.#users.set(name, { name, passwordHash, createdAt, sessionEpoch, credential });
    this.#version.changed();
    return credential;
  }

  #assignmentsOf(user: string): StoredAssignment[] {
    return [...this.#assignments.values()].filter((assignment) => assignment.user === user);
  }

  #user(name: string): User {
    const user = this.#users.get(name);
    if (user === undefined) throw new CairnError('not_found', `User '${name}' not found`, { details: { user: name } });
    return user;
  }

  #now(): string {
    return new Date(this.#host.nowMs()).toISOString();
  }
}

function credentialOf(passwordHash: string, sessionEpoch: number): string {
  return createHash('sha256').update(`${sessionEpoch}:${passwordHash}`).digest('base64url').slice(0, 22);
}

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

function assignmentKey(user: string, role: string, database: string | undefined): string {
  return JSON.stringify(database === undefined ? [user, role] : [user, role, database]);
}

function showAssignment(assignment: StoredAssignment): Shown {
  const { key, user, role, database = null, assignedAt, assignedBy = null } = assignment;
  return { id: key, username: user, role, database, assigned_at: assignedAt, assigned_by: assignedBy };
}

function requireGoodPassword(name: string, password: string): void {
  const reason = passwordWeakness(name, password);
  if (reason !== undefined) throw new CairnError('invalid_argument', `the password ${reason}`);
}

/** Why the password is weak, as the end of a sentence; undefined when it will do. */
export function passwordWeakness(user: string, password: string): string | undefined {
  if ([...password].length < PASSWORD_CHARACTERS_MIN) return `is shorter than ${PASSWORD_CHARACTERS_MIN} characters`;
  if (password.toLowerCase() === user.toLowerCase()) return 'is the name of the user';
  if (new Set(password).size < 4) return 'has fewer than 4 different characters';
  return undefined;
}
