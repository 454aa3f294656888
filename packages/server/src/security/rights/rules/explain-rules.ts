import type { ValueObject } from '@cairn/protocol/internal';
import type { CollectionView } from '@cairn/storage/internal';
import { hasRules, type RuledAction } from './rule-definition.ts';
import type { RuleSubject } from './rule-subject.ts';
import { SubjectRules } from './subject-rules.ts';

/** What is asked about the rules of a collection. */
interface RuleQuestion {
  readonly command: string;
  readonly key: string | undefined;
  /** Whoever asks may know what the rules say, and of every document. */
  readonly mayKnow: boolean;
}

/** What the rules of a collection have to say about a subject, and about his command on one document when a key is given. */
export function explainRules(
  collection: CollectionView,
  subject: RuleSubject,
  { command, key, mayKnow }: RuleQuestion,
): ValueObject | undefined {
  if (!hasRules(collection.properties)) return undefined;
  const rules = SubjectRules.of(collection, subject);
  if (rules === undefined) return { rules: { bound: false, reason: 'whoever may set the rules is not bound by them' } };
  const about: ValueObject = { bound: true, broken: rules.isBroken };
  if (mayKnow) about.hidden_fields = [...(rules.hidden?.paths ?? [])];
  if (key === undefined) return { rules: mayKnow ? { ...about, ...rules.texts } : about };
  const position = collection.get(key);
  const action = actionOf(command);
  const isShown = position !== undefined && rules.allows('read', position);
  const allowed = isShown && rules.allows(action, position);
  if (position === undefined || (!isShown && !mayKnow)) {
    const reason = `no document '${key}' that the rules of '${collection.name}' show`;
    return { allowed: false, reason, rules: about };
  }
  const failing = isShown ? action : 'read';
  const text = mayKnow ? rules.texts[failing] : undefined;
  const refused = {
    reason: `the rule for ${failing} refuses the document`,
    ...(text === undefined ? {} : { rule: text }),
  };
  return { allowed, ...(allowed ? {} : refused), rules: about };
}

function actionOf(command: string): RuledAction {
  if (command === 'delete') return 'delete';
  return WRITING.has(command) ? 'write' : 'read';
}

/** Commands that change single documents. */
const WRITING: ReadonlySet<string> = new Set(['insert', 'update', 'replace', 'bulk_insert', 'import_collection']);
