import { actionOn } from './administered-collections.ts';

/** What somebody may do; each includes those after it: admin ⊃ write ⊃ read. `execute` stands for itself, admin has it. */
export type Action = 'admin' | 'write' | 'read' | 'execute';
/** Where: on the server as a whole, inside databases, or in single collections. */
export type Scope = 'global' | 'database' | 'collection';

/** One line of a role. */
export interface Permission {
  readonly action: Action;
  readonly scope: Scope;
  /** Confines the line to this database. */
  readonly database?: string;
  /** The collection of a line of scope `collection`. */
  readonly collection?: string;
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

/** One line that somebody has, and where from. */
export interface Grant {
  /** Absent for a line that an API key has by itself. */
  readonly role?: string;
  /** The only database in which it holds. */
  readonly database?: string;
  readonly permission: Permission;
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

/** Any database: a line of a role that is confined to none. */
const EVERYWHERE = '';

/** The rights of one user, as his roles and their assignments add up. Deny is the default. */
export class Rights {
  /** They end by themselves at this moment, milliseconds since 1970. */
  expiresAtMs: number | undefined;
  /** Permissions that hold on the whole server and in every database. */
  readonly #global = new Set<Action>();
  /** Permissions that hold inside databases, by their name, and under `EVERYWHERE` inside each of them. */
  readonly #byDatabase = new Map<string, Set<Action>>();
  /** Permissions that hold in single collections: by database, then by collection. */
  readonly #byCollection = new Map<string, Map<string, Set<Action>>>();

  constructor(assignments: readonly Assignment[], roleByName: (name: string) => Role | undefined) {
    for (const assignment of assignments) {
      for (const permission of roleByName(assignment.role)?.permissions ?? [])
        this.grant(permission, assignment.database);
    }
  }

  /**
   * Adds one line.
   * @param confinement the only database in which it shall hold
   */
  grant(permission: Permission, confinement?: string): void {
    const { action, collection } = permission;
    // A line for one database in a role that is assigned for another holds nowhere.
    if (permission.database !== undefined && confinement !== undefined && permission.database !== confinement) return;
    const database = permission.database ?? confinement;
    if (permission.scope === 'collection') this.#inCollection(database ?? EVERYWHERE, collection!).add(action);
    else if (database !== undefined) this.#inDatabase(database).add(action);
    else if (permission.scope === 'database') this.#inDatabase(EVERYWHERE).add(action);
    else this.#global.add(action);
  }

  #inDatabase(database: string): Set<Action> {
    const known = this.#byDatabase.get(database) ?? new Set();
    this.#byDatabase.set(database, known);
    return known;
  }

  #inCollection(database: string, collection: string): Set<Action> {
    const collections = this.#byCollection.get(database) ?? new Map<string, Set<Action>>();
    this.#byCollection.set(database, collections);
    const known = collections.get(collection) ?? new Set();
    collections.set(collection, known);
    return known;
  }

  /** May this be done on the server as a whole? A role that is confined to a database never suffices. */
  allowsGlobally(action: Action): boolean {
    return anyIncludes(this.#global, action);
  }

  /** May this be done in the whole database, whatever the collection? */
  allowsIn(database: string, action: Action): boolean {
    if (anyIncludes(this.#global, action)) return true;
    const [everywhere, here] = [this.#byDatabase.get(EVERYWHERE), this.#byDatabase.get(database)];
    return (
      (everywhere !== undefined && anyIncludes(everywhere, action)) || (here !== undefined && anyIncludes(here, action))
    );
  }

  allowsOn(database: string, collection: string, wanted: Action): boolean {
    const action = actionOn(collection, wanted);
    if (this.allowsIn(database, action)) return true;
    if (this.#byCollection.size === 0) return false;
    return [EVERYWHERE, database].some((place) => {
      const granted = this.#byCollection.get(place)?.get(collection);
      return granted !== undefined && anyIncludes(granted, action);
    });
  }

  /** May this be done in the database or in some collection of it? What a command touches is then asked for one by one. */
  allowsSomewhereIn(database: string, action: Action): boolean {
    if (this.allowsIn(database, action)) return true;
    return [EVERYWHERE, database].some((place) =>
      [...(this.#byCollection.get(place)?.values() ?? [])].some((granted) => anyIncludes(granted, action)),
    );
  }

  /** The permissions as data, for replies. */
  list(): Permission[] {
    const lines: Permission[] = [];
    const where = (database: string) => (database === EVERYWHERE ? {} : { database });
    for (const action of this.#global) lines.push({ action, scope: 'global' });
    for (const [database, actions] of this.#byDatabase) {
      for (const action of actions) lines.push({ action, scope: 'database', ...where(database) });
    }
    for (const [database, collections] of this.#byCollection) {
      for (const [collection, actions] of collections) {
        for (const action of actions) lines.push({ action, scope: 'collection', ...where(database), collection });
      }
    }
    return lines;
  }

  /** Databases that the user is confined to, or undefined when his rights reach all. */
  get databases(): string[] | undefined {
    const names = new Set([...this.#byDatabase.keys(), ...this.#byCollection.keys()]);
    return this.#global.size > 0 || names.has(EVERYWHERE) ? undefined : [...names];
  }
}
