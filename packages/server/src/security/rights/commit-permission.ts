import { CairnError } from '@cairn/protocol/internal';
import type { ReadView, Transaction } from '@cairn/storage/internal';
import { recordOfValue } from '@cairn/storage/internal';
import type { Action, Rights } from './permissions.ts';
import type { RuleSubject } from './rules/rule-subject.ts';
import { placeOf, SubjectRules } from './rules/subject-rules.ts';

/** Changes of the catalogue that are about a whole database, not about a collection that somebody may have rights on. */
const OF_DATABASE: ReadonlySet<string> = new Set(['create collection', 'drop collection', 'set database properties']);

/**
 * Asks once more for all that a transaction has done, with the rights and roles of now: they may have been taken away since.
 *
 * @param newest the state that the transaction is about to be laid over
 * @throws CairnError `permission_denied` that names the collection
 */
export function requireCommit(
  transaction: Transaction,
  { rights, subject, newest }: { rights: Rights; subject: RuleSubject; newest: ReadView },
): void {
  const { database } = subject.facts;
  const made = new Set<string>();
  for (const change of transaction.journal) {
    if (change.kind === 'put' || change.kind === 'delete') continue;
    const { kind, collection } = change;
    if (kind === 'create collection') made.add(collection);
    const action: Action = kind === 'set properties' ? 'admin' : 'write';
    const isAllowed = OF_DATABASE.has(kind)
      ? rights.allowsIn(database, action)
      : rights.allowsOn(database, collection, action) || (made.has(collection) && rights.allowsIn(database, 'write'));
    if (!isAllowed) throw denied(collection);
  }
  for (const [name, collection] of transaction.touched) {
    if (collection === null || collection.writes.size === 0) continue;
    if (!rights.allowsOn(database, name, 'write')) throw denied(name);
    const rules = SubjectRules.of(collection, subject);
    if (rules !== undefined) requireRules(rules, collection, newest);
  }
}

/** Every document that was written is held to the rules as they bind the writer now. */
function requireRules(
  rules: SubjectRules,
  { name, writes }: { readonly name: string; readonly writes: ReadonlyMap<string, Uint8Array | null> },
  newest: ReadView,
): void {
  const stored = newest.collection(name);
  for (const [key, value] of writes) {
    const before = stored?.get(key);
    const action = value === null ? 'delete' : 'write';
    if (before !== undefined && !(rules.allows('read', before) && rules.allows(action, before))) throw denied(name);
    if (value !== null && !rules.allows('write', placeOf(recordOfValue(key, value)))) throw denied(name);
  }
}

function denied(collection: string): CairnError {
  const message = `Forbidden: the rights to what the transaction did to '${collection}' have been withdrawn`;
  return new CairnError('permission_denied', message, { spoils: 'transaction', details: { collection } });
}
