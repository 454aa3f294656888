import type { ValueObject } from '@cairn/protocol/internal';
import { type ExpressionRun, prepareRule } from '@cairn/query/internal';
import type { RightsSource } from '../../security.ts';
import type { Rights } from '../permissions.ts';

/** Who reads or writes in one database, as the rules of its collections see him. */
export class RuleSubject {
  /** The server itself, and whoever may do everything in the database: no rule is for him. */
  static readonly exempt = new RuleSubject({ user: '', roles: [], database: '' }, () => true, {
    isExemptEverywhere: true,
    nowMs: () => 0,
  });

  readonly facts: SubjectFacts;
  readonly #isExempt: (collection: string) => boolean;
  readonly #nowMs: () => number;
  /** No rule of the database is for him. */
  readonly isExemptEverywhere: boolean;

  /** @param isExempt whether he may set the rules of a collection, so that they do not bind him */
  constructor(
    facts: SubjectFacts,
    isExempt: (collection: string) => boolean,
    { isExemptEverywhere, nowMs }: { isExemptEverywhere: boolean; nowMs: () => number },
  ) {
    this.facts = facts;
    this.#isExempt = isExempt;
    this.isExemptEverywhere = isExemptEverywhere;
    this.#nowMs = nowMs;
  }

  isExemptFrom(collection: string): boolean {
    return this.isExemptEverywhere || this.#isExempt(collection);
  }

  has(role: string): boolean {
    return this.facts.roles.includes(role);
  }

  /** Tells plans of readers apart who may be shown different things. */
  get planKey(): string {
    return this.isExemptEverywhere ? '' : this.facts.roles.join('\n');
  }

  /** What his rules are evaluated in; the clock stands still in it. */
  run(): ExpressionRun {
    const { user, roles, database } = this.facts;
    const value: ValueObject = { username: user, roles: [...roles], database };
    return prepareRule({ user: value, nowMs: this.#nowMs(), database });
  }

  /** As he goes to a worker thread, with the collections of these that he is exempt from. */
  sent(collections: readonly string[]): SentSubject {
    const exempt = this.isExemptEverywhere ? [] : collections.filter((name) => this.#isExempt(name));
    return { ...this.facts, exempt, isExemptEverywhere: this.isExemptEverywhere };
  }

  static received({ exempt, isExemptEverywhere, ...facts }: SentSubject, nowMs: () => number): RuleSubject {
    const names = new Set(exempt);
    return new RuleSubject(facts, (name) => names.has(name), { isExemptEverywhere, nowMs });
  }
}

/** What rules know as `@user`. */
export interface SubjectFacts {
  readonly user: string;
  /** Roles that he has in the database, in order. */
  readonly roles: readonly string[];
  readonly database: string;
}

/** A subject between threads. */
export interface SentSubject extends SubjectFacts {
  readonly exempt: readonly string[];
  readonly isExemptEverywhere: boolean;
}

/** A user as the rules of a database's collections see him. Whoever may set the rules of a collection is not bound by them. */
export function subjectIn(
  database: string,
  { user, rights, source }: { user: string; rights: Rights; source: RightsSource },
): RuleSubject {
  return new RuleSubject(
    { user, roles: [...source.rolesIn(user, database)].sort(), database },
    (collection) => rights.allowsOn(database, collection, 'admin'),
    { isExemptEverywhere: rights.allowsIn(database, 'admin'), nowMs: () => source.nowMs() },
  );
}
