import type { Value } from '@cairn/protocol/internal';
import { type ConsideredIndex, chooseIndex } from '../optimizer/index-choice.ts';
import { accessTerms } from '../optimizer/terms/access-terms.ts';
import type { Operator } from '../plan/operator.ts';
import type { Statistics } from '../statistics/statistics.ts';

/** Why each index of a collection is or is not used by the access at `position`; undefined for other operators. */
export function indexNotes(
  operators: readonly Operator[],
  position: number,
  statistics: Statistics,
): Value[] | undefined {
  const operator = operators[position];
  if (!['scan', 'index', 'union', 'keys', 'hash'].includes(operator.kind)) return undefined;
  const access = operator as Extract<Operator, { kind: 'scan' | 'index' | 'union' | 'keys' | 'hash' }>;
  const collection = statistics.collection(access.collection);
  if (collection === undefined || collection.indexes.length === 0) return undefined;
  const { fields, limited } = accessTerms(operators, position);
  const { considered } = chooseIndex({ collection, terms: fields, statistics, limited });
  return considered.map((note) => noteOf(note, access));
}

/** What was considered, in the light of what the plan does after all its rewrites. */
function noteOf(note: ConsideredIndex, access: Operator): Value {
  const isUsed =
    (access.kind === 'index' && access.index === note.index) ||
    (access.kind === 'union' && access.lookups.some((lookup) => lookup.index === note.index));
  const answer = { index: note.index, used: isUsed, reason: reasonOf(note, access, isUsed) };
  return note.rows === undefined ? answer : { ...answer, rows_estimated: note.rows };
}

function reasonOf({ index, reason }: ConsideredIndex, access: Operator, isUsed: boolean): string {
  if (isUsed && access.kind === 'index' && access.order !== 'key') return 'used: its order is the order of SORT';
  if (isUsed) return reason.startsWith('used') ? reason : 'used: serves a part of an OR';
  if (!reason.startsWith('used')) return reason;
  switch (access.kind) {
    case 'keys':
      return 'not used: the documents are read by their keys';
    case 'hash':
      return 'not used: a table of the collection is cheaper for so many rows';
    case 'index':
      return `not used: ${access.index} is read instead of ${index}`;
    default:
      return 'not used: the collection is read in its own order, or the rewrite is switched off';
  }
}
