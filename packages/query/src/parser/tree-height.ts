import type { Span } from '../ast/expression.ts';

/** The place of an expression that lies deeper than `heightMax` in the tree. Walks with its own stack, whatever the height. */
export function tooHigh(tree: object, heightMax: number): Span | undefined {
  const nodes: object[] = [tree];
  const heights = [0];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const height = heights.pop()! + ('kind' in node ? 1 : 0);
    if (height > heightMax && 'span' in node) return node.span as Span;
    for (const child of Object.values(node)) {
      if (typeof child !== 'object' || child === null) continue;
      nodes.push(child);
      heights.push(height);
    }
  }
  return undefined;
}
