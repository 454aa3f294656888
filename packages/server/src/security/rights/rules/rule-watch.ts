import { type Value, valuesEqual } from '@cairn/protocol/internal';
import type { Database, ReadView } from '@cairn/storage/internal';
import { hasRules, rulesValue } from './rule-definition.ts';
import type { RuleSubject } from './rule-subject.ts';

/** The rules of a database as a reader began under them. What is read later, by a cursor, is read under the same or not at all. */
export class RuleWatch {
  readonly #database: Database;
  readonly #subject: RuleSubject;
  readonly #catalogueVersion: number;
  readonly #rules: ReadonlyMap<string, Value>;

  constructor(database: Database, subject: RuleSubject) {
    this.#database = database;
    this.#subject = subject;
    [this.#catalogueVersion, this.#rules] = inView(database, (view) => [view.catalogueVersion, ruledCollections(view)]);
  }

  /** Whether nothing has changed that would let the subject of now see other things in these collections. */
  holdsFor(now: RuleSubject, collections: Iterable<string>): boolean {
    const names = [...collections];
    const then = this.#subject;
    if (now.planKey !== then.planKey || now.isExemptEverywhere !== then.isExemptEverywhere) return false;
    if (names.some((name) => now.isExemptFrom(name) !== then.isExemptFrom(name))) return false;
    return inView(this.#database, (view) => {
      if (view.catalogueVersion === this.#catalogueVersion) return true;
      return names.every((name) => valuesEqual(rulesIn(view, name), this.#rules.get(name) ?? null));
    });
  }
}

function ruledCollections(view: ReadView): Map<string, Value> {
  const rules = new Map<string, Value>();
  for (const name of view.collectionNames()) {
    const properties = view.collection(name)?.properties ?? null;
    if (hasRules(properties)) rules.set(name, rulesValue(properties));
  }
  return rules;
}

/** Null for a collection without rules. */
function rulesIn(view: ReadView, name: string): Value {
  return rulesValue(view.collection(name)?.properties ?? null);
}

function inView<T>(database: Database, work: (view: ReadView) => T): T {
  const view = database.snapshot();
  try {
    return work(view);
  } finally {
    view.release();
  }
}
