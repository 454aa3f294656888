import type { Span } from '../../ast/expression.ts';
import { SqlProblem } from './sql-error.ts';

/**
 * Nodes that the translation of one statement may have. The longest texts become no more; conditions that nest as values
 * would, since NULL is asked for twice at each level.
 */
export const TRANSLATED_NODES_MAX = 400_000;
/** Height of the translated tree, which later phases walk with their stack. */
export const TRANSLATED_HEIGHT_MAX = 1_500;

interface Size {
  readonly nodes: number;
  readonly height: number;
}

/** Leaves, which nothing is gained by remembering. */
const LEAVES: ReadonlySet<unknown> = new Set(['literal', 'variable', 'bind', 'name']);
const LEAF: Size = { nodes: 1, height: 1 };

/**
 * Parts of the tree may be shared, so that its size is not what it costs to make it: each part is measured once.
 * @throws SqlProblem for a tree that later phases could not walk
 */
export function requireMeasured(tree: object): void {
  const { nodes, height } = sizeOf(tree, new Map());
  if (nodes <= TRANSLATED_NODES_MAX && height <= TRANSLATED_HEIGHT_MAX) return;
  const { span } = tree as { span?: Span };
  throw new SqlProblem('the statement is too complex', span ?? { start: 0, end: 0 });
}

function sizeOf(part: object, known: Map<object, Size>): Size {
  const isNode = 'kind' in part;
  if (isNode && LEAVES.has(part.kind)) return LEAF;
  const remembered = known.get(part);
  if (remembered !== undefined) return remembered;
  let nodes = isNode ? 1 : 0;
  let height = 0;
  for (const name in part) {
    const child = (part as Record<string, unknown>)[name];
    if (typeof child !== 'object' || child === null || name === 'span') continue;
    const size = sizeOf(child, known);
    nodes += size.nodes;
    height = Math.max(height, size.height);
  }
  const size = { nodes, height: height + (isNode ? 1 : 0) };
  if (isNode) known.set(part, size);
  return size;
}
