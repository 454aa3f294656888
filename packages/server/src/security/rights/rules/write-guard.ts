import { CairnError } from '@cairn/protocol/internal';
import { type DocumentPosition, type NewRecord, recordBody, recordBodyEnd } from '@cairn/storage/internal';
import { placeOf, type SubjectRules } from './subject-rules.ts';

/** Holds the writes of one subject to the rules of one collection. A document that he is not shown is not there for him. */
export class WriteGuard {
  readonly #rules: SubjectRules;
  readonly #collection: string;

  constructor(rules: SubjectRules, collection: string) {
    this.#rules = rules;
    this.#collection = collection;
  }

  isShown(position: DocumentPosition): boolean {
    return this.#rules.allows('read', position);
  }

  /** @throws CairnError `permission_denied` when a document that is shown may not be changed, or not be taken away */
  require(action: 'write' | 'delete', position: DocumentPosition): void {
    if (this.#rules.allows(action, position)) return;
    throw this.#denied(action === 'write' ? 'change the document' : 'delete the document', action);
  }

  /** @throws CairnError `permission_denied` when what comes in sets a hidden field */
  requireIncoming(body: Uint8Array): void {
    this.#rules.hidden?.refuseIn(body, this.#collection);
  }

  /** @throws CairnError `permission_denied` when what is about to be stored breaks the rule */
  requireResult(record: NewRecord): void {
    if (!this.#rules.restricts('write') || this.#rules.allows('write', placeOf(record))) return;
    throw this.#denied('write such a document', 'write');
  }

  /** The record with what is hidden of the one before. @throws CairnError `permission_denied` where it has no place for that */
  withHidden(record: NewRecord, position: DocumentPosition | undefined): NewRecord {
    const { hidden } = this.#rules;
    if (hidden === undefined || position === undefined) return record;
    const { bytes, record: number } = position;
    const before = bytes.subarray(recordBody(bytes, number), recordBodyEnd(bytes, number));
    const body = hidden.keptFrom(before, record.body, this.#collection);
    return { ...record, body, value: undefined };
  }

  shown(position: DocumentPosition): DocumentPosition {
    return this.#rules.shown(position);
  }

  /** The record as an answer shows it. */
  shownRecord(record: NewRecord): NewRecord {
    const { hidden } = this.#rules;
    return hidden === undefined ? record : { ...record, body: hidden.without(record.body), value: undefined };
  }

  #denied(what: string, rule: string): CairnError {
    return new CairnError('permission_denied', `Forbidden: the rules of '${this.#collection}' do not let you ${what}`, {
      details: { collection: this.#collection, rule },
    });
  }
}

/** What a write, or a commit, is told of a document that is in its way: never which one it is. */
export function withoutOwner(error: unknown): unknown {
  if (!(error instanceof CairnError) || !TELLING.has(error.code) || error.details.key === undefined) return error;
  const { key: _key, ...details } = error.details;
  const { code, message, spoils, retryable, variant } = error;
  return new CairnError(code, message, { details, spoils, retryable, variant });
}

/** Errors that name a document which is not the caller's own. */
const TELLING: ReadonlySet<string> = new Set(['unique_violation', 'conflict']);
