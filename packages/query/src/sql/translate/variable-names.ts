/** Words that mean something else in the query language. */
const TAKEN = ['CURRENT', 'NEW', 'OLD'];

/** Gives each variable of a statement a name of its own, which no collection of the statement has either. */
export class VariableNames {
  readonly #taken: Set<string>;

  constructor(collections: Iterable<string>) {
    this.#taken = new Set([...TAKEN, ...collections]);
  }

  /** The wanted name, or that name with a number behind it. */
  fresh(wanted: string): string {
    const base = wanted === '' || wanted.includes('`') ? 'column' : wanted;
    let name = base;
    for (let number = 2; this.#taken.has(name); number++) name = `${base}_${number}`;
    this.#taken.add(name);
    return name;
  }
}
