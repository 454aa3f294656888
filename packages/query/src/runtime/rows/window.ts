import { compareValues, type Value } from '@cairn/protocol/internal';
import { aggregateByName } from '../../functions/aggregates.ts';
import { FunctionError } from '../../functions/function-error.ts';
import { describeValue } from '../../functions/signature.ts';
import { type ValueKey, valueKey } from '../../functions/value-set.ts';
import { sortInSlices } from '../spill/sort-in-slices.ts';

/** What one row gives to a window call. */
export interface WindowInputs {
  readonly arguments: readonly Value[];
  readonly partition: readonly Value[];
  readonly order: readonly Value[];
}

/** A window call as data: its function and, for each key of its order, whether it descends. */
export interface WindowShape {
  readonly function: string;
  readonly descending: readonly boolean[];
}

/** A gathered row: inputs and answers of the calls stand in members of their own. */
type WindowRow = Record<string, unknown>;

/** One row of a partition while the call is computed. */
interface Member {
  readonly row: WindowRow;
  readonly inputs: WindowInputs;
}

/** @param first what the first row of all gives, whatever its partition */
type Answers = (members: readonly Member[], shape: WindowShape, first: WindowInputs) => Iterable<Value>;

/** Rows between two looks at the clock. */
const ROWS_PER_LOOK = 1_024;

/** Computes a call for all rows, with stops: reads `inputMember` of each row and writes `outputMember`. */
export function* computeWindow(
  rows: readonly WindowRow[],
  shape: WindowShape,
  inputMember: string,
  outputMember: string,
  run: { checkpoint(): unknown },
): Generator<undefined> {
  const look = () => run.checkpoint();
  const partitions = new Map<ValueKey, Member[]>();
  let count = 0;
  for (const row of rows) {
    const inputs = row[inputMember] as WindowInputs;
    const key = valueKey(inputs.partition as Value[]);
    const partition = partitions.get(key);
    if (partition === undefined) partitions.set(key, [{ row, inputs }]);
    else partition.push({ row, inputs });
    if (++count % ROWS_PER_LOOK > 0) continue;
    look();
    yield;
  }
  const answersOf = ranking[shape.function] ?? running;
  for (const gathered of partitions.values()) {
    const isOrdered = shape.descending.length > 0;
    const members = isOrdered ? yield* sortInSlices(gathered, (a, b) => compareOrder(a, b, shape), look) : gathered;
    let index = 0;
    for (const answer of answersOf(members, shape, rows[0][inputMember] as WindowInputs)) {
      members[index++].row[outputMember] = answer;
      if (++count % ROWS_PER_LOOK > 0) continue;
      look();
      yield;
    }
  }
}

function compareOrder(left: Member, right: Member, shape: WindowShape): number {
  for (let index = 0; index < shape.descending.length; index++) {
    const order = compareValues(left.inputs.order[index], right.inputs.order[index]);
    if (order !== 0) return shape.descending[index] ? -order : order;
  }
  return 0;
}

const ranking: Readonly<Record<string, Answers>> = {
  ROW_NUMBER: (members) => members.map((_, index) => index + 1),
  RANK: (members, shape) => ranks(members, shape, (index) => index + 1),
  DENSE_RANK: (members, shape) => {
    let rank = 0;
    return ranks(members, shape, () => ++rank);
  },
  LAG: (members, shape, first) => shifted(members, shape, first, -1),
  LEAD: (members, shape, first) => shifted(members, shape, first, 1),
  FIRST_VALUE: (members) => members.map(() => members[0].inputs.arguments[0]),
  LAST_VALUE: (members) => members.map(() => members[members.length - 1].inputs.arguments[0]),
};

/** Peers, rows that are equal in the order, share the rank of the first of them. */
function ranks(members: readonly Member[], shape: WindowShape, rankAt: (index: number) => number): Value[] {
  let rank = 0;
  return members.map((member, index) => {
    if (index === 0 || compareOrder(members[index - 1], member, shape) !== 0) rank = rankAt(index);
    return rank;
  });
}

/** The first row's distance and default count for all rows. */
function shifted(members: readonly Member[], shape: WindowShape, first: WindowInputs, direction: 1 | -1): Value[] {
  const [, distance = null, fallback = null] = first.arguments;
  const step = direction * wholeDistance(distance ?? 1, shape.function);
  return members.map(
    (_, index) => members[index + step]?.inputs.arguments[0] ?? outside(members, index + step, fallback),
  );
}

function wholeDistance(distance: Value, functionName: string): number {
  if (typeof distance === 'number' && Number.isInteger(distance)) return distance;
  if (typeof distance === 'bigint') return Number(distance);
  const got = describeValue(distance);
  throw new FunctionError(functionName, `argument 2 (distance) must be a whole number, got ${got}`);
}

function outside(members: readonly Member[], index: number, fallback: Value): Value {
  return index >= 0 && index < members.length ? null : fallback;
}

/** Aggregates answer for the rows from the partition's start to the row itself. */
function* running(members: readonly Member[], shape: WindowShape): Generator<Value> {
  const state = aggregateByName(shape.function)!.create();
  for (const { inputs } of members) {
    state.add(inputs.arguments[0], inputs.arguments[1]);
    yield state.result();
  }
}
