import type { ValueObject } from '@cairn/protocol/internal';

/** A text as a Lua literal, with more equals signs between its brackets than it has itself. */
function longBracket(text: string): string {
  let equals = '=';
  while (text.includes(`]${equals}]`)) equals += '=';
  return `[${equals}[${text}]${equals}]`;
}

/**
 * A Lua chunk that puts back a session's variables, runs what was typed on its first line and answers its value together with
 * the variables as they are then. The chunk has no line break before the typed text, so that its lines keep their numbers.
 */
export function luaCell(code: string, globals: ValueObject): string {
  const saved = longBracket(JSON.stringify(globals));
  const isExpression =
    !/[\n;]/.test(code.trim()) &&
    !/^(local|return|if|for|while|repeat|function|do|goto|::)\b/.test(code.trim()) &&
    !/[^=<>~]=[^=]/.test(code);
  const typed = isExpression ? `return ${code}` : code;
  return `local __known = {} for k in pairs(_G) do __known[k] = true end for k, v in pairs(json.decode(${saved})) do _G[k] = v end local __r = (function() ${typed}
end)()
local __g = {} for k, v in pairs(_G) do local t = type(v) if not __known[k] and type(k) == 'string' and (t == 'string' or t == 'number' or t == 'boolean' or (t == 'table' and (pcall(json.encode, v)))) then __g[k] = v end end
return { result = __r, globals = __g }`;
}
