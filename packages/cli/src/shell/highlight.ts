import type { ClassifiedToken, TokenKind } from '@cairn/query/internal';

const RESET = '\u001b[0m';

/** Colours of the terminal's own palette, so that they fit its background. */
const STYLES: Readonly<Partial<Record<TokenKind, string>>> = {
  keyword: '\u001b[1;36m',
  constant: '\u001b[35m',
  number: '\u001b[35m',
  string: '\u001b[32m',
  comment: '\u001b[2m',
  function: '\u001b[33m',
  collection: '\u001b[1m',
  bind: '\u001b[34m',
  invalid: '\u001b[31m',
};

/** Whether colours may be written to a stream: to a terminal that knows them, unless NO_COLOR asks for none. */
export function mayColor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';
}

/** The part of a text from `start` to `end` with its tokens in colours. The text must hold no control characters. */
export function highlighted(
  text: string,
  tokens: readonly ClassifiedToken[],
  { start, end }: { readonly start: number; readonly end: number } = { start: 0, end: text.length },
): string {
  let result = '';
  let at = start;
  for (const token of tokens) {
    const from = Math.max(token.start, at);
    const to = Math.min(token.end, end);
    const style = STYLES[token.kind];
    if (to <= from || style === undefined) continue;
    result += text.slice(at, from) + style + text.slice(from, to) + RESET;
    at = to;
  }
  return result + text.slice(at, end);
}
