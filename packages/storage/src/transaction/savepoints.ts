import { CairnError } from '@cairn/protocol/internal';
import type { UndoLog } from '../tree/tree-overlay.ts';

interface Savepoint {
  readonly name: string;
  /** How many steps back the transaction could take when the point was set. */
  undoLength: number;
  /** How many changes its journal had then. */
  readonly journalLength: number;
}

/** The points to which a transaction may go back, and the steps back, which are noted while there is such a point. */
export class Savepoints {
  #undo: UndoLog | undefined;
  #points: Savepoint[] = [];

  /** Where to note the way back; undefined while nobody may want it. */
  get undo(): UndoLog | undefined {
    return this.#undo;
  }

  get isEmpty(): boolean {
    return this.#points.length === 0;
  }

  /** A name used again hides the earlier point. */
  set(name: string, journalLength: number): void {
    this.#undo ??= [];
    this.#points.push({ name, undoLength: this.#undo.length, journalLength });
  }

  /** Goes back to a point, which stays; later ones are gone. @throws CairnError `not_found` */
  rollbackTo(name: string): void {
    const at = this.#at(name);
    this.#points.length = at + 1;
    this.#takeBack(this.#points[at].undoLength);
  }

  /** Forgets a point and those after it. @throws CairnError `not_found` */
  release(name: string): void {
    this.#points.length = this.#at(name);
    if (this.#points.length === 0) this.#undo = undefined;
  }

  /** Goes back to before the first point, and forgets how: the points wait for `walkAgain`. */
  takeBackAll(): void {
    this.#takeBack(0);
    this.#undo = undefined;
  }

  /** Does the changes since the first point again, which note new ways back. */
  walkAgain<Change>(journal: readonly Change[], redo: (change: Change) => void): void {
    if (this.isEmpty) return;
    const undo: UndoLog = [];
    this.#undo = undo;
    let next = 0;
    const reach = (at: number) => {
      for (; this.#points[next]?.journalLength === at; next++) this.#points[next].undoLength = undo.length;
    };
    for (const [at, change] of journal.entries()) {
      reach(at);
      redo(change);
    }
    reach(journal.length);
  }

  clear(): void {
    this.#undo = undefined;
    this.#points = [];
  }

  #takeBack(undoLength: number): void {
    while (this.#undo !== undefined && this.#undo.length > undoLength) this.#undo.pop()!();
  }

  #at(name: string): number {
    const at = this.#points.findLastIndex((savepoint) => savepoint.name === name);
    if (at < 0) throw new CairnError('not_found', `Savepoint '${name}' not found`, { details: { savepoint: name } });
    return at;
  }
}
