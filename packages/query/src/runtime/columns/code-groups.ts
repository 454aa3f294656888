import { type ColumnDictionary, DICTIONARY_VALUES_MAX } from './column-dictionary.ts';

/** Groups by the code of their key: what a table of groups has found for a code need not be looked up again. */
export class CodeGroups<Group> {
  #dictionary: ColumnDictionary | undefined;
  #groups: (Group | undefined)[] = [];

  /** The groups of a dictionary's codes, undefined where none was found yet; to be added to. */
  of(dictionary: ColumnDictionary): (Group | undefined)[] {
    if (dictionary !== this.#dictionary) {
      this.#dictionary = dictionary;
      this.#groups = new Array(DICTIONARY_VALUES_MAX + 1).fill(undefined);
    }
    return this.#groups;
  }
}
