import type { CollectOperator } from './operators/collect.ts';
import type { PathOperator, TraverseOperator } from './operators/graph.ts';
import type { JoinOperator } from './operators/join.ts';
import type {
  FilterOperator,
  LetOperator,
  LimitOperator,
  ReturnOperator,
  SortOperator,
  TopOperator,
  WindowOperator,
} from './operators/row.ts';
import type {
  HashOperator,
  IndexOperator,
  KeysOperator,
  RangeOperator,
  ScanOperator,
  StartOperator,
  UnionOperator,
  ValuesOperator,
} from './operators/source.ts';
import type { WriteOperator } from './operators/write.ts';

/** Operators that read documents of one collection for each input row and bind them to `variable`. */
export type AccessOperator = ScanOperator | IndexOperator | UnionOperator | KeysOperator | HashOperator;

/**
 * One step of a plan: plain frozen data that can be printed, compared, cached and sent to another thread. Each operator
 * has one `input`, from which it takes rows; the chain ends in `start`. Sources of loops are operators with an input
 * too: they run once for each row of it.
 */
export type Operator =
  | StartOperator
  | AccessOperator
  | ValuesOperator
  | RangeOperator
  | FilterOperator
  | LetOperator
  | LimitOperator
  | SortOperator
  | TopOperator
  | WindowOperator
  | ReturnOperator
  | CollectOperator
  | JoinOperator
  | TraverseOperator
  | PathOperator
  | WriteOperator;

export type OperatorWithInput = Exclude<Operator, StartOperator>;
export type OperatorKind = Operator['kind'];
