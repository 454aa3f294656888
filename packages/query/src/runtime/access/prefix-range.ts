import type { Value } from '@cairn/protocol/internal';
import { behind, likePrefix } from '../values/text/text-prefix.ts';
import type { BoundValue } from './access-host.ts';

/** The bounds between which all texts with a beginning lie; everything for what is no text, since the filter above decides. */
export function prefixRange(
  value: Value,
  isPattern: boolean,
): { readonly lower: BoundValue | undefined; readonly upper: BoundValue | undefined } {
  const prefix = typeof value !== 'string' ? '' : isPattern ? likePrefix(value) : value;
  if (prefix === '' || !prefix.isWellFormed()) return { lower: undefined, upper: undefined };
  const end = behind(prefix);
  return {
    lower: { value: prefix, inclusive: true },
    upper: end === undefined ? undefined : { value: end, inclusive: false },
  };
}
