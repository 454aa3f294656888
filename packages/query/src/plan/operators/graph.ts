import type { Expression } from '../../ast/expression.ts';
import type { Direction } from '../../ast/query.ts';
import type { Operator } from '../operator.ts';

/** For each input row, the vertices within `depth` steps of the start, breadth first, each once. */
export interface TraverseOperator {
  readonly kind: 'traverse';
  readonly input: Operator;
  readonly vertex: string;
  readonly edge?: string;
  /** The way from the start: `{ vertices, edges }`. */
  readonly path?: string;
  /** Nothing behind a vertex for which it holds is visited. */
  readonly prune?: Expression;
  readonly depth: { readonly min: number; readonly max: number };
  readonly direction: Direction;
  readonly start: Expression;
  readonly edges: string;
}

/** For each input row, the vertices of a shortest path from start to target, or such paths one by one. */
export interface PathOperator {
  readonly kind: 'path';
  readonly input: Operator;
  readonly rows: 'vertices' | 'paths';
  /** A vertex; a whole path where the rows are paths. */
  readonly vertex: string;
  readonly edge?: string;
  readonly direction: Direction;
  readonly start: Expression;
  readonly target: Expression;
  readonly edges: string;
  /** An object of literals and bind variables; its names are known. */
  readonly options?: Expression;
}
