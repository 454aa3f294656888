import type { ValueObject } from '@cairn/protocol/internal';
import { type Cell, outline } from './cell.ts';
import { javascriptDefinitions } from './javascript-definitions.ts';

const STATEMENT =
  /^(const|let|var|if|for|while|do|return|function|async\s+function|class|throw|try|switch|import|export)\b/;
/** A variable at the beginning of a line: declared, or given a value. */
const VARIABLE = /(^)(?:(?:const|let|var)\s+)?([A-Za-z_$][\w$]*)(\s*=(?![=>]))/gm;
/** The same also behind a semicolon, for texts in which that cannot be inside of anything. */
const LISTED_VARIABLE = /(^|;[ \t]*)(?:(?:const|let|var)\s+)?([A-Za-z_$][\w$]*)(\s*=(?![=>]))/gm;

/**
 * A module that puts back a session's variables and functions, runs what was typed and answers its value together with the variables
 * as they are then. Variables at the beginning of a line are members of the global object, so that they last.
 */
export function javascriptCell(code: string, globals: ValueObject, definitions: readonly string[]): Cell {
  const shape = outline(code);
  const lasting = code.replace(/[({]/.test(code) ? VARIABLE : LISTED_VARIABLE, '$1globalThis.$2$3');
  const isExpression = shape !== '' && !STATEMENT.test(shape) && !/;\s*\S|\n/.test(shape);
  const typed = isExpression ? `return (${lasting.replace(/;\s*$/, '')}\n)` : lasting;
  const before = definitions.map((each) => `${each}\n`).join('');
  const saved = JSON.stringify(JSON.stringify(globals));
  return {
    code: `export default async (request, db) => { const __known = new Set(Object.getOwnPropertyNames(globalThis)); for (const [__k, __v] of Object.entries(JSON.parse(${saved}))) globalThis[__k] = __v; ${before}const __r = await (async () => { ${typed}
})(); const __g = {}; for (const __k of Object.getOwnPropertyNames(globalThis)) { if (__known.has(__k)) continue; const __v = globalThis[__k]; if (typeof __v === 'function' || __v === undefined) continue; try { JSON.stringify(__v); __g[__k] = __v; } catch {} } return { result: __r === undefined ? null : __r, globals: __g }; };`,
    linesBefore: before.split('\n').length - 1,
    definitions: javascriptDefinitions(code),
  };
}
