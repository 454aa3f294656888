import { ExpressionLimitError, type Site } from './expression-error.ts';
import { EXPRESSION_LIMITS } from './limits.ts';

/** The text, unless it is too long. */
export function boundedText(text: string, site: Site): string {
  if (text.length <= EXPRESSION_LIMITS.textLengthMax) return text;
  throw new ExpressionLimitError('The text is too long', EXPRESSION_LIMITS.textLengthMax, site);
}
