import type { Value } from '@cairn/protocol/internal';
import { ExpressionLimitError, type Site } from '../expression-error.ts';
import { EXPRESSION_LIMITS } from '../limits.ts';
import { toText } from './text.ts';

/** The text, unless it is too long. */
export function boundedText(text: string, site: Site): string {
  if (text.length <= EXPRESSION_LIMITS.textLengthMax) return text;
  throw new ExpressionLimitError('The text is too long', EXPRESSION_LIMITS.textLengthMax, site);
}

/** The texts of the parts of a template, joined; ends before parts with long texts have filled the memory. */
export function joinedText(parts: readonly Value[], site: Site): string {
  let text = '';
  for (let index = 0; index < parts.length; index++) text = boundedText(text + toText(parts[index]), site);
  return text;
}
