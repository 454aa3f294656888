import type { Span } from '../../ast/expression.ts';
import { SqlProblem } from './sql-error.ts';

/** Nodes that the translation of one statement may have: NULL is asked for twice where conditions nest as values. */
export const TRANSLATED_NODES_MAX = 200_000;
/** Height of the translated tree, which later phases walk with their stack. */
export const TRANSLATED_HEIGHT_MAX = 1_500;

interface Size {
  readonly nodes: number;
  readonly height: number;
}

const sizes = new WeakMap<object, Size>();

/**
 * Parts of the tree may be shared, so that its size is not what it costs to make it: each part is measured once.
 * @throws SqlProblem for a tree that later phases could not walk
 */
export function requireMeasured(tree: object): void {
  const { nodes, height } = sizeOf(tree);
  if (nodes <= TRANSLATED_NODES_MAX && height <= TRANSLATED_HEIGHT_MAX) return;
  const { span } = tree as { span?: Span };
  throw new SqlProblem('the statement is too complex', span ?? { start: 0, end: 0 });
}

function sizeOf(part: object): Size {
  const known = sizes.get(part);
  if (known !== undefined) return known;
  let nodes = 1;
  let height = 0;
  for (const child of Object.values(part)) {
    if (typeof child !== 'object' || child === null) continue;
    const size = sizeOf(child);
    nodes += size.nodes;
    height = Math.max(height, size.height);
  }
  const size = { nodes, height: height + ('kind' in part ? 1 : 0) };
  sizes.set(part, size);
  return size;
}
