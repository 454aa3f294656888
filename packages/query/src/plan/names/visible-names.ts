/** The variables that may be named at one place of a query, as its clauses are read from first to last. */
export class VisibleNames {
  readonly #outer: ReadonlySet<string>;
  #own: Set<string> = new Set();
  #leadingNames: ReadonlySet<string>;
  #leading = true;

  /** @param outer variables of the surrounding query */
  constructor(outer: ReadonlySet<string> = new Set()) {
    this.#outer = outer;
    this.#leadingNames = outer;
  }

  /** No loop, filter or write has been read yet. */
  get leading(): boolean {
    return this.#leading;
  }

  get visible(): ReadonlySet<string> {
    return new Set([...this.#outer, ...this.#own]);
  }

  /** What LIMIT may name: the surrounding query's variables and leading LETs. */
  get leadingNames(): ReadonlySet<string> {
    return this.#leadingNames;
  }

  /** Variables bound by the query itself, in the order in which they were bound. */
  get own(): readonly string[] {
    return [...this.#own];
  }

  add(name: string): void {
    this.#own.add(name);
    if (this.#leading) this.#leadingNames = this.visible;
  }

  remove(name: string): void {
    this.#own.delete(name);
  }

  /** Called before the first clause that makes, drops or moves rows binds its names. */
  endLeading(): void {
    this.#leading = false;
  }

  /** COLLECT hides what the query bound before. */
  forgetOwn(): void {
    this.#own = new Set();
    this.#leading = false;
    this.#leadingNames = this.#outer;
  }
}
