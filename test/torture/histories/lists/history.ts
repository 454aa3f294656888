/** Levels as clients ask for them; `plain` is a command or query outside any transaction of a client. */
export type Level = 'read_uncommitted' | 'read_committed' | 'repeatable_read' | 'serializable' | 'plain';

/** Puts a value, which nobody else ever puts anywhere, at the end of a list. */
export interface Append {
  readonly kind: 'append';
  readonly key: number;
  readonly value: number;
}

/** Reads one list; a list that is not there counts as empty. */
export interface Read {
  readonly kind: 'read';
  readonly key: number;
  readonly list: readonly number[];
}

/** Reads all lists that meet a condition: those of `keys` that are not in `found` were not there. */
export interface Scan {
  readonly kind: 'scan';
  readonly keys: readonly number[];
  readonly found: ReadonlyMap<number, readonly number[]>;
}

export type Operation = Append | Read | Scan;

/** What a client did between begin and end, and what it saw. Times are any clock that all clients share. */
export interface RecordedTransaction {
  readonly level: Level;
  readonly operations: readonly Operation[];
  /** `unknown`: the answer to the commit was lost. */
  readonly outcome: 'committed' | 'aborted' | 'unknown';
  /** What a savepoint took back of another one: it stands in the history because nobody may ever see it. */
  readonly isTakenBack?: boolean;
  readonly begunAt: number;
  readonly endedAt: number;
}

/**
 * What clients did to lists, in no particular order. To be checked in full it ends with a transaction that reads every
 * list after all others have ended.
 */
export type History = readonly RecordedTransaction[];

/** One key's list as an operation saw it. */
export interface SeenList {
  readonly key: number;
  readonly list: readonly number[];
  /** The key was looked for by a condition, and was not there. */
  readonly isAbsent: boolean;
}

/** The lists that an operation saw; none for a write. */
export function seenLists(operation: Operation): readonly SeenList[] {
  switch (operation.kind) {
    case 'append':
      return [];
    case 'read':
      return [{ key: operation.key, list: operation.list, isAbsent: false }];
    case 'scan':
      return operation.keys.map((key) => {
        const list = operation.found.get(key);
        return { key, list: list ?? [], isAbsent: list === undefined };
      });
  }
}
