import { CairnError, valuesEqual } from '@cairn/protocol/internal';
import type { Database, Transaction } from '@cairn/storage/internal';
import { hasRules, rulesValue } from './rule-definition.ts';
import type { RuleSubject } from './rule-subject.ts';

/**
 * Lets nobody read on, in the state that his transaction keeps, under rules that have been replaced since: what was taken from him is
 * taken at his next request. Called before each statement.
 *
 * @throws CairnError `conflict`, retryable, that names the collection
 */
export function requireCurrentRules(transaction: Transaction, database: Database, subject: RuleSubject): void {
  if (subject.isExemptEverywhere) return;
  const newest = database.snapshot();
  try {
    const { base } = transaction;
    const { version } = newest;
    if (base.catalogueVersion === version.catalogueVersion) return;
    for (const [name, { properties }] of version.collections) {
      const before = base.collections.get(name);
      if (before === undefined || before.properties === properties || !hasRules(properties)) continue;
      if (valuesEqual(rulesValue(before.properties), rulesValue(properties)) || subject.isExemptFrom(name)) continue;
      throw rulesChanged(name);
    }
  } finally {
    newest.release();
  }
}

function rulesChanged(collection: string): CairnError {
  return new CairnError('conflict', `Conflict: the rules of '${collection}' have changed since the transaction began`, {
    spoils: 'transaction',
    retryable: true,
    details: { collection },
  });
}
