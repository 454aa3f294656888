import { CairnError, type Value } from '@cairn/protocol/internal';
import { EXPRESSION_LIMITS } from '../limits.ts';
import { PatternCache } from './pattern-cache.ts';

/** Tells whether a whole text has the form of a pattern. */
type TextTest = (text: string) => boolean;

const patterns = new PatternCache(compileLike);

/** `value LIKE pattern`; what is no text counts as the empty text. */
export function isLike(value: Value, pattern: Value): boolean {
  return patterns.get(typeof pattern === 'string' ? pattern : '')(typeof value === 'string' ? value : '');
}

/** A compiled LIKE on any value. */
export function compileLikeTest(pattern: Value): (value: Value) => boolean {
  const test = patterns.get(typeof pattern === 'string' ? pattern : '');
  return (value) => test(typeof value === 'string' ? value : '');
}

/**
 * `%` stands for any run of characters, `_` for one character, neither for a line break; everything else for itself.
 * The plain forms (`x%`, `%x`, `%x%`, `x`) become searches of the text.
 */
function compileLike(pattern: string): TextTest {
  const [, opening, middle, closing] = /^(%*)(.*?)(%*)$/s.exec(pattern)!;
  if (middle.includes('%') || middle.includes('_')) return (text) => matches(text, pattern);
  const noBreak = (text: string, start: number, end: number) => !text.slice(start, end).includes('\n');
  if (middle === '') return (text) => (pattern === '' ? text === '' : !text.includes('\n'));
  if (opening === '' && closing === '') return (text) => text === middle;
  if (opening === '') return (text) => text.startsWith(middle) && noBreak(text, middle.length, text.length);
  if (closing === '') return (text) => text.endsWith(middle) && noBreak(text, 0, text.length - middle.length);
  if (middle.includes('\n')) return (text) => matches(text, pattern);
  return (text) => text.includes(middle) && !text.includes('\n');
}

/**
 * Goes back to the last `%` only: with everything before it matched as early as possible, no other choice can do
 * better, so the time is at most the product of both lengths.
 */
function matches(text: string, pattern: string): boolean {
  const { likeStepsMax } = EXPRESSION_LIMITS;
  if (text.length * pattern.length > likeStepsMax) {
    const message = 'The text and the pattern of LIKE are too long for each other';
    throw new CairnError('limit_exceeded', message, { details: { limit: likeStepsMax } });
  }
  let at = 0;
  let wanted = 0;
  let retryText = -1;
  let retryPattern = -1;
  while (at < text.length) {
    const sign = pattern[wanted];
    if (sign === '%') {
      retryPattern = ++wanted;
      retryText = at;
    } else if (sign === '_' && text[at] !== '\n') {
      at += characterLength(text, at);
      wanted++;
    } else if (sign !== '_' && sign === text[at]) {
      at++;
      wanted++;
    } else {
      if (retryPattern < 0 || text[retryText] === '\n') return false;
      retryText += characterLength(text, retryText);
      at = retryText;
      wanted = retryPattern;
    }
  }
  while (pattern[wanted] === '%') wanted++;
  return wanted === pattern.length;
}

function characterLength(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}
