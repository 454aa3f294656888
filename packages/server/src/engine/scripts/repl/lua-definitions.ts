/** What Lua's text is made of, as far as blocks are concerned: comments, long texts, quoted texts, words, numbers, signs. */
const TOKEN =
  /--\[(=*)\[[\s\S]*?\]\1\]|--[^\n]*|\[(=*)\[[\s\S]*?\]\2\]|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|[A-Za-z_]\w*|\d[\w.]*|\S/g;

const NAME = /^[A-Za-z_]/;
const OPENING: ReadonlySet<string> = new Set(['function', 'do', 'if', 'repeat']);
const CLOSING: ReadonlySet<string> = new Set(['end', 'until']);

interface Token {
  readonly text: string;
  readonly start: number;
}

function tokensOf(code: string): Token[] {
  const tokens: Token[] = [];
  for (const match of code.matchAll(TOKEN)) {
    if (!match[0].startsWith('--')) tokens.push({ text: match[0], start: match.index });
  }
  return tokens;
}

/** Where the definition begins whose `function` stands at `at`: `function name…` or `name = function`; undefined for any other function. */
function definitionStart(tokens: readonly Token[], at: number): number | undefined {
  const [beforeName, name, equals] = [tokens[at - 3], tokens[at - 2], tokens[at - 1]];
  if (NAME.test(tokens[at + 1]?.text ?? '')) return equals?.text === 'local' ? undefined : tokens[at]!.start;
  if (equals?.text !== '=' || name === undefined || !NAME.test(name.text)) return undefined;
  return ['local', '.', ','].includes(beforeName?.text ?? '') ? undefined : name.start;
}

/** The statements of a piece of Lua that define global functions, outside of any block; those that are inside come and go with it. */
export function luaDefinitions(code: string): string[] {
  const tokens = tokensOf(code);
  const found: string[] = [];
  let depth = 0;
  let start: number | undefined;
  for (const [at, { text, start: tokenStart }] of tokens.entries()) {
    if (OPENING.has(text)) {
      if (depth === 0 && text === 'function') start = definitionStart(tokens, at);
      depth++;
    } else if (CLOSING.has(text)) {
      depth--;
      if (depth === 0 && start !== undefined) found.push(code.slice(start, tokenStart + text.length));
      if (depth <= 0) [depth, start] = [0, undefined];
    }
  }
  return found;
}
