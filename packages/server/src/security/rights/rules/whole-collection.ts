import type { ReadView } from '@cairn/storage/internal';
import type { Session } from '../../../runner/session.ts';
import { SubjectRules } from './subject-rules.ts';

/**
 * Whether somebody may be shown whatever is in a collection, as reports on it hold it that nobody has gone through by its rules: he may
 * read it, and no rule of it binds him. Of a collection that is no more nobody knows what its rules would have said.
 */
export function seesWholeCollection(view: ReadView, database: string, name: string, session: Session): boolean {
  const subject = session.subject(database);
  if (subject.isExemptFrom(name)) return true;
  const collection = view.collection(name);
  if (collection === undefined || !session.rights.allowsOn(database, name, 'read')) return false;
  return SubjectRules.of(collection, subject) === undefined;
}
