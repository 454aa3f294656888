/** A tree without its places in the text, for comparing trees from different texts. Tests only. */
export function withoutSpans(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutSpans);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([name]) => name !== 'span')
      .map(([name, child]) => [name, withoutSpans(child)]),
  );
}
