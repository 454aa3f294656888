import type { Expression } from '../../ast/expression.ts';
import { InvalidQueryError } from '../problems/plan-errors.ts';

/** Between a collection's name and the number of its moment; no collection's name holds it. */
const MARK = '\0';

/**
 * What a plan calls a collection as it was at one of the plan's moments (`FOR x IN c AS OF @lsn`): a name of its own, so
 * that every operator reads it as it reads any other collection.
 */
export function pastName(collection: string, moment: number): string {
  return `${collection}${MARK}${moment}`;
}

/** The collection itself. */
export function presentName(name: string): string {
  const mark = name.indexOf(MARK);
  return mark < 0 ? name : name.slice(0, mark);
}

/** The number of the moment in a name that `pastName` has made. */
export function momentOf(name: string): number | undefined {
  const mark = name.indexOf(MARK);
  return mark < 0 ? undefined : Number(name.slice(mark + 1));
}

/** A moment is known before the query runs: an LSN, a time, or a bind variable. Answers what is wrong otherwise. */
export function momentProblem(moment: Expression): InvalidQueryError | undefined {
  if (moment.kind === 'bind') return undefined;
  if (moment.kind === 'literal' && (typeof moment.value === 'number' || typeof moment.value === 'string'))
    return undefined;
  return new InvalidQueryError('AS OF takes an LSN, a time as text, or a bind variable');
}
