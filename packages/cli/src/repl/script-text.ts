import type { ScriptLanguage } from '@cairn/client';

/** Comments and texts, which may hold anything; what is left open at the end counts as unfinished. */
const SILENT: Readonly<Record<ScriptLanguage, RegExp>> = {
  lua: /--\[(=*)\[[\s\S]*?\]\1\]|--(?!\[=*\[)[^\n]*|\[(=*)\[[\s\S]*?\]\2\]|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/g,
  javascript: /\/\*[\s\S]*?\*\/|\/\/[^\n]*|`(?:\\[\s\S]|[^`\\])*`|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/g,
};
const LEFT_OPEN: Readonly<Record<ScriptLanguage, RegExp>> = { lua: /\[=*\[/, javascript: /`|\/\*/ };
const LUA_BLOCK = /\b(?:function|do|if|repeat|end|until)\b|[([{}\])]/g;
const BRACKET = /[([{}\])]/g;
const CLOSING = new Set(['end', 'until', ')', ']', '}']);

/** Whether a piece of script that is being typed may be run, or goes on in the next line. */
export function isWhole(code: string, language: ScriptLanguage): boolean {
  const bare = code.replace(SILENT[language], ' ');
  if (LEFT_OPEN[language].test(bare)) return false;
  let depth = 0;
  for (const [word] of bare.matchAll(language === 'lua' ? LUA_BLOCK : BRACKET)) depth += CLOSING.has(word) ? -1 : 1;
  return depth <= 0;
}
