import { CairnError } from '@cairn/protocol/internal';
import type { RightsSource } from '../security.ts';
import type { Rights } from './permissions.ts';
import { subjectIn } from './rules/rule-subject.ts';
import type { RuleWatch } from './rules/rule-watch.ts';

/** What a query does, as far as rights are concerned. */
export interface QueryAccess {
  readonly collections: readonly { readonly name: string; readonly access: 'read' | 'write' }[];
  readonly writes: boolean;
}

/** Asks for each collection that a query comes to whether its user may, and again whenever its cursor is read. */
export class QueryPermission {
  readonly #source: RightsSource;
  readonly #user: string;
  readonly #database: string;
  readonly #rules: RuleWatch | undefined;
  readonly #asked = new Map<string, 'read' | 'write'>();

  /** @param rules asked whether the rules that a cursor was opened under still are those of its user */
  constructor(source: RightsSource, user: string, database: string, rules?: RuleWatch) {
    this.#source = source;
    this.#user = user;
    this.#database = database;
    this.#rules = rules;
  }

  /** @throws CairnError `permission_denied` that names the collection */
  require({ collections, writes }: QueryAccess): void {
    const rights = this.#rights();
    if (writes && !rights.allowsSomewhereIn(this.#database, 'write')) {
      throw new CairnError('permission_denied', `Forbidden: the query writes to database '${this.#database}'`);
    }
    for (const { name, access } of collections) {
      this.#requireCollection(rights, name, access);
      if (this.#asked.get(name) !== 'write') this.#asked.set(name, access);
    }
  }

  /** Whether the rights of now would still do. @throws CairnError `permission_denied` */
  requireAgain(): void {
    const rights = this.#rights();
    for (const [name, access] of this.#asked) this.#requireCollection(rights, name, access);
    const facts = { user: this.#user, rights, source: this.#source };
    if (this.#rules?.holdsFor(subjectIn(this.#database, facts), this.#asked.keys()) !== false) return;
    throw new CairnError('permission_denied', 'Forbidden: rules or roles have changed since the query was begun');
  }

  /** An error of planning; of a collection that is not there, whoever may not read it is told what he is told of one that is. */
  told(error: unknown): unknown {
    if (!(error instanceof CairnError) || error.code !== 'not_found') return error;
    const { collection } = error.details;
    if (typeof collection !== 'string' || this.#rights().allowsOn(this.#database, collection, 'read')) return error;
    return denied(collection, 'uses');
  }

  #requireCollection(rights: Rights, name: string, access: 'read' | 'write'): void {
    if (rights.allowsOn(this.#database, name, access)) return;
    throw denied(name, rights.allowsOn(this.#database, name, 'read') ? 'writes to' : 'uses');
  }

  #rights(): Rights {
    const rights = this.#source.rightsOf(this.#user);
    if (rights === undefined) throw new CairnError('unauthenticated', `'${this.#user}' is no more`);
    return rights;
  }
}

function denied(collection: string, verb: string): CairnError {
  return new CairnError('permission_denied', `Forbidden: the query ${verb} collection '${collection}'`, {
    details: { collection },
  });
}
