import type { ValueObject } from '@cairn/protocol/internal';
import { type Cell, outline } from './cell.ts';
import { luaDefinitions } from './lua-definitions.ts';

const STATEMENT = /^(local|return|if|for|while|repeat|function|do|goto|break|::)\b/;
const OPERATOR = /\b(?:and|or|not)\b/g;
/** Two operands beside each other: the second begins a statement of its own. */
const SEVERAL = /[\w"]\s+[A-Za-z_0-9]/;
const ASSIGNMENT = /[^=<>~]=(?!=)/;

/** A text as a Lua literal, with more equals signs between its brackets than it has itself. */
function longBracket(text: string): string {
  let equals = '=';
  while (text.includes(`]${equals}]`)) equals += '=';
  return `[${equals}[${text}]${equals}]`;
}

/**
 * A Lua chunk that puts back a session's variables, handles on collections and functions, runs what was typed and answers its value together with the
 * variables as they are then.
 */
export function luaCell(code: string, globals: ValueObject, definitions: readonly string[]): Cell {
  const shape = outline(code);
  const isExpression =
    shape !== '' &&
    !/[\n;]/.test(shape) &&
    !STATEMENT.test(shape) &&
    !ASSIGNMENT.test(shape) &&
    !SEVERAL.test(shape.replace(OPERATOR, '+'));
  // A function that belongs to a table which is no more is not put back.
  const before = definitions.map((each) => `__try(function() ${each}\nend) `).join('');
  const typed = isExpression ? `return ${code}` : code;
  return {
    code: `local __try, __type, __pairs, __encode, __global, __known = pcall, type, pairs, json.encode, _G, {} for k in pairs(_G) do __known[k] = true end for k, v in pairs(json.decode(${longBracket(JSON.stringify(globals))})) do if type(v) == 'table' and v._solidb_handle then v = db:collection(v._name) end _G[k] = v end ${before}local __r = (function() ${typed}
end)()
local __g = {} for k, v in __pairs(__global) do local t = __type(v) if not __known[k] and __type(k) == 'string' and (t == 'string' or t == 'number' or t == 'boolean' or (t == 'table' and (__try(__encode, v)))) then __g[k] = v end end
return { result = __r, globals = __g }`,
    linesBefore: before.split('\n').length - 1,
    definitions: luaDefinitions(code),
  };
}
