/** Grows with every change of users, roles, assignments or keys, so that sessions notice at their next request. */
export class RightsVersion {
  #number = 0;
  readonly #listeners: (() => void)[] = [];

  get number(): number {
    return this.#number;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** A session has ended: nobody else's rights are any different. */
  sessionsChanged(): void {
    this.#number++;
  }

  changed(): void {
    this.#number++;
    for (const listener of this.#listeners) listener();
  }
}
