/** Hands out the first of its items in an order, while more arrive. */
export class BinaryHeap<Item> {
  readonly #items: Item[] = [];
  readonly #order: (left: Item, right: Item) => number;

  constructor(order: (left: Item, right: Item) => number) {
    this.#order = order;
  }

  push(item: Item): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#order(items[parent], item) <= 0) break;
      items[at] = items[parent];
      at = parent;
    }
    items[at] = item;
  }

  /** Takes the first item out; undefined when there is none. */
  pop(): Item | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (items.length > 0) this.#sink(last!);
    return first;
  }

  /** Puts an item where the first was. */
  #sink(item: Item): void {
    const items = this.#items;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.#order(items[child + 1], items[child]) < 0) child++;
      if (this.#order(item, items[child]) <= 0) break;
      items[at] = items[child];
      at = child;
    }
    items[at] = item;
  }
}
