/** What somebody may do; each includes those after it: admin ⊃ write ⊃ read. `execute` stands for itself, admin has it. */
export type Action = 'admin' | 'write' | 'read' | 'execute';
/** Where: on the server as a whole, or inside one database. */
export type Scope = 'global' | 'database';

/** One line of a role. */
export interface Permission {
  readonly action: Action;
  readonly scope: Scope;
  /** Confines the line to this database. */
  readonly database?: string;
}

export interface Role {
  readonly name: string;
  readonly description?: string;
  readonly permissions: readonly Permission[];
  readonly isBuiltIn: boolean;
}

/** A role given to a user, everywhere or in one database only. */
export interface Assignment {
  readonly role: string;
  readonly database?: string;
}

export const BUILT_IN_ROLES: readonly Role[] = [
  {
    name: 'admin',
    description: 'everything, users and settings included',
    permissions: [{ action: 'admin', scope: 'global' }],
    isBuiltIn: true,
  },
  {
    name: 'editor',
    description: 'reads and writes documents, collections and indexes, runs scripts',
    permissions: [
      { action: 'write', scope: 'global' },
      { action: 'execute', scope: 'global' },
    ],
    isBuiltIn: true,
  },
  {
    name: 'viewer',
    description: 'reads documents',
    permissions: [{ action: 'read', scope: 'global' }],
    isBuiltIn: true,
  },
];

function includes(granted: Action, wanted: Action): boolean {
  return granted === wanted || granted === 'admin' || (granted === 'write' && wanted === 'read');
}

function anyIncludes(granted: ReadonlySet<Action>, wanted: Action): boolean {
  for (const one of granted) if (includes(one, wanted)) return true;
  return false;
}

/** The rights of one user, as his roles and their assignments add up. Deny is the default. */
export class Rights {
  /** Permissions that hold on the whole server and in every database. */
  readonly #global = new Set<Action>();
  /** Permissions that hold inside every database, but not on the server as a whole. */
  readonly #everyDatabase = new Set<Action>();
  readonly #byDatabase = new Map<string, Set<Action>>();

  constructor(assignments: readonly Assignment[], roleByName: (name: string) => Role | undefined) {
    for (const assignment of assignments) {
      for (const permission of roleByName(assignment.role)?.permissions ?? []) this.#grant(permission, assignment);
    }
  }

  #grant(permission: Permission, assignment: Assignment): void {
    const confinements = [permission.database, assignment.database].filter((name) => name !== undefined);
    // A line for one database in a role that is assigned for another holds nowhere.
    if (confinements.length === 2 && confinements[0] !== confinements[1]) return;
    const database = confinements[0];
    if (database !== undefined) this.#inDatabase(database).add(permission.action);
    else if (permission.scope === 'database') this.#everyDatabase.add(permission.action);
    else this.#global.add(permission.action);
  }

  #inDatabase(database: string): Set<Action> {
    const known = this.#byDatabase.get(database) ?? new Set();
    this.#byDatabase.set(database, known);
    return known;
  }

  /** May this be done on the server as a whole? A role that is confined to a database never suffices. */
  allowsGlobally(action: Action): boolean {
    return anyIncludes(this.#global, action);
  }

  allowsIn(database: string, action: Action): boolean {
    if (anyIncludes(this.#global, action) || anyIncludes(this.#everyDatabase, action)) return true;
    const granted = this.#byDatabase.get(database);
    return granted !== undefined && anyIncludes(granted, action);
  }

  /** The permissions as data, for replies. */
  list(): { action: Action; scope: Scope; database?: string }[] {
    const lines: { action: Action; scope: Scope; database?: string }[] = [];
    for (const action of this.#global) lines.push({ action, scope: 'global' });
    for (const action of this.#everyDatabase) lines.push({ action, scope: 'database' });
    for (const [database, actions] of this.#byDatabase) {
      for (const action of actions) lines.push({ action, scope: 'database', database });
    }
    return lines;
  }

  /** Databases that the user is confined to, or undefined when his rights reach all. */
  get databases(): string[] | undefined {
    return this.#global.size + this.#everyDatabase.size > 0 ? undefined : [...this.#byDatabase.keys()];
  }
}
