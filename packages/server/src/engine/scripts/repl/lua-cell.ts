import type { ValueObject } from '@cairn/protocol/internal';
import { type Cell, outline } from './cell.ts';

const STATEMENT = /^(local|return|if|for|while|repeat|function|do|goto|break|::)\b/;
const DEFINITION = /^\s*function\s+[A-Za-z_][\w.:]*\s*\(/;
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
  const before = definitions.map((each) => `${each}\n`).join('');
  const typed = isExpression ? `return ${code}` : code;
  return {
    code: `local __known = {} for k in pairs(_G) do __known[k] = true end for k, v in pairs(json.decode(${longBracket(JSON.stringify(globals))})) do if type(v) == 'table' and v._solidb_handle then v = db:collection(v._name) end _G[k] = v end ${before}local __r = (function() ${typed}
end)()
local __g = {} for k, v in pairs(_G) do local t = type(v) if not __known[k] and type(k) == 'string' and (t == 'string' or t == 'number' or t == 'boolean' or (t == 'table' and (pcall(json.encode, v)))) then __g[k] = v end end
return { result = __r, globals = __g }`,
    linesBefore: before.split('\n').length - 1,
    isDefinition: DEFINITION.test(code),
  };
}
