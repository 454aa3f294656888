import { CairnError, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { Host } from '../../host.ts';
import type { ChangeQueue } from '../change-queue.ts';
import { ROLES, type SystemRecord, type SystemRecords } from '../system-records.ts';
import { checkName } from './check-name.ts';
import { parsePermission, showPermission } from './parse-permission.ts';
import { BUILT_IN_ROLES, type Permission, type Role } from './permissions.ts';
import type { RightsVersion } from './rights-version.ts';

/** Lines of one role: more than any job needs, few enough to be read at each login. */
export const ROLE_PERMISSIONS_MAX = 1_000;

interface StoredRole extends Role {
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The roles there are: the built-in ones, which nobody changes, and those that administrators make. */
export class Roles {
  readonly #records: SystemRecords;
  readonly #version: RightsVersion;
  readonly #changes: ChangeQueue;
  readonly #host: Host;
  readonly #roles = new Map<string, StoredRole>();

  constructor(parts: { records: SystemRecords; version: RightsVersion; changes: ChangeQueue; host: Host }) {
    this.#records = parts.records;
    this.#version = parts.version;
    this.#changes = parts.changes;
    this.#host = parts.host;
    for (const role of BUILT_IN_ROLES) this.#roles.set(role.name, { ...role, createdAt: '', updatedAt: '' });
    for (const record of this.#records.all(ROLES)) this.#load(record);
  }

  find(name: string): Role | undefined {
    return this.#roles.get(name);
  }

  /** @throws CairnError `not_found` */
  require(name: string): StoredRole {
    const role = this.#roles.get(name);
    if (role !== undefined) return role;
    throw new CairnError('not_found', `Role not found: ${name}`, { details: { role: name } });
  }

  list(): ValueObject[] {
    return [...this.#roles.values()].map(showRole);
  }

  show(name: string): ValueObject {
    return showRole(this.require(name));
  }

  /** @throws CairnError `already_exists`, `invalid_argument` for a line that is no permission */
  async create(name: string, permissions: readonly Value[], description = ''): Promise<ValueObject> {
    checkName('role', name);
    return this.#changes.inTurn(() => this.#create(name, permissions, description));
  }

  async #create(name: string, permissions: readonly Value[], description: string): Promise<ValueObject> {
    if (this.#roles.has(name)) {
      throw new CairnError('already_exists', `Role '${name}' already exists`, { details: { role: name } });
    }
    const now = this.#now();
    return this.#store({
      name,
      description,
      permissions: parsed(permissions),
      isBuiltIn: false,
      createdAt: now,
      updatedAt: now,
    });
  }

  /** Absent parts stay as they are. @throws CairnError `not_found`, `invalid_argument`, `permission_denied` for a built-in role */
  update(name: string, change: { permissions?: readonly Value[]; description?: string }): Promise<ValueObject> {
    return this.#changes.inTurn(() => this.#update(name, change));
  }

  async #update(name: string, change: { permissions?: readonly Value[]; description?: string }): Promise<ValueObject> {
    const role = this.#changeable(name);
    const permissions = change.permissions === undefined ? role.permissions : parsed(change.permissions);
    return this.#store({
      ...role,
      permissions,
      description: change.description ?? role.description,
      updatedAt: this.#now(),
    });
  }

  /** To be called in a turn of the changes. Who has the role loses what it gave at once. @throws CairnError `not_found`, `permission_denied` for a built-in role */
  async delete(name: string): Promise<void> {
    this.#changeable(name);
    await this.#records.remove(ROLES, [name]);
    this.#roles.delete(name);
    this.#version.changed();
  }

  #changeable(name: string): StoredRole {
    const role = this.require(name);
    if (!role.isBuiltIn) return role;
    throw new CairnError('permission_denied', `Forbidden: the built-in role '${name}' cannot be changed`, {
      details: { role: name },
    });
  }

  async #store(role: StoredRole): Promise<ValueObject> {
    const { name, description = '', permissions, createdAt, updatedAt } = role;
    const body = {
      name,
      description,
      permissions: permissions.map(showPermission),
      created_at: createdAt,
      updated_at: updatedAt,
    };
    await this.#records.put(ROLES, name, body);
    this.#roles.set(name, role);
    this.#version.changed();
    return showRole(role);
  }

  #load(record: SystemRecord): void {
    const { _key: name, permissions, description, created_at: createdAt, updated_at: updatedAt } = record;
    if (typeof name !== 'string' || this.#roles.has(name) || !Array.isArray(permissions)) return;
    this.#roles.set(name, {
      name,
      description: String(description ?? ''),
      permissions: permissions.map(parsePermission),
      isBuiltIn: false,
      createdAt: String(createdAt ?? ''),
      updatedAt: String(updatedAt ?? ''),
    });
  }

  #now(): string {
    return new Date(this.#host.nowMs()).toISOString();
  }
}

function parsed(lines: readonly Value[]): Permission[] {
  if (lines.length > ROLE_PERMISSIONS_MAX) {
    throw new CairnError('limit_exceeded', `a role has at most ${ROLE_PERMISSIONS_MAX} permissions`, {
      details: { limit: ROLE_PERMISSIONS_MAX },
    });
  }
  return lines.map(parsePermission);
}

function showRole({ name, description = '', permissions, isBuiltIn, createdAt, updatedAt }: StoredRole): ValueObject {
  return {
    _key: name,
    name,
    description,
    permissions: permissions.map(showPermission),
    is_builtin: isBuiltIn,
    built_in: isBuiltIn,
    ...(isBuiltIn ? {} : { created_at: createdAt, updated_at: updatedAt }),
  };
}
