import type { ValueObject } from '@cairn/protocol/internal';

/**
 * A module that puts back a session's variables, runs what was typed and answers its value together with the variables as they
 * are then. Variables live as members of the global object: `x = 1` keeps, `const x = 1` does not.
 */
export function javascriptCell(code: string, globals: ValueObject): string {
  const isExpression =
    !/^\s*(const|let|var|if|for|while|return|function|class|throw|try|switch|do)\b/.test(code) && !/;\s*\S/.test(code);
  const typed = isExpression ? `return (${code.replace(/;\s*$/, '')}\n)` : code;
  return `export default async (request, db) => { const __known = new Set(Object.getOwnPropertyNames(globalThis)); for (const [__k, __v] of Object.entries(JSON.parse(${JSON.stringify(JSON.stringify(globals))}))) globalThis[__k] = __v; const __r = await (async () => { ${typed}
})(); const __g = {}; for (const __k of Object.getOwnPropertyNames(globalThis)) { if (__known.has(__k)) continue; const __v = globalThis[__k]; if (typeof __v === 'function' || __v === undefined) continue; try { JSON.stringify(__v); __g[__k] = __v; } catch {} } return { result: __r === undefined ? null : __r, globals: __g }; };`;
}
