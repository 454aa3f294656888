import type { Value } from '@cairn/protocol/internal';
import { FUZZY_DISTANCE, isWithinEditDistance } from '../../../functions/fuzzy/edit-distance.ts';

/** `a ~= b`: whether few edits make one text the other. What is no text counts as ''. */
export function isAlike(a: Value, b: Value): boolean {
  return isWithinEditDistance(typeof a === 'string' ? a : '', typeof b === 'string' ? b : '', FUZZY_DISTANCE);
}
