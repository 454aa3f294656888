/** Words that mean something else in the query language. */
const TAKEN = ['CURRENT', 'NEW', 'OLD'];

/** Gives each variable of a statement a name of its own, which no collection of the statement has either. */
export class VariableNames {
  readonly #taken: Set<string>;
  /** The number that each wanted name got last. */
  readonly #last = new Map<string, number>();

  constructor(collections: Iterable<string>) {
    this.#taken = new Set([...TAKEN, ...collections]);
  }

  /** The wanted name, or that name with a number behind it. */
  fresh(wanted: string): string {
    const base = wanted === '' || wanted.includes('`') ? 'column' : wanted;
    let number = this.#last.get(base) ?? 1;
    let name = base;
    while (this.#taken.has(name)) name = `${base}_${++number}`;
    this.#last.set(base, number);
    this.#taken.add(name);
    return name;
  }
}
