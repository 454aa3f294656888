import { Script } from 'node:vm';

const DEFINITION = /\b(?:async\s+function|function|class)(?:\s*\*\s*|\s+)[A-Za-z_$][\w$]*/g;

/** Longest piece that is looked through, and texts that are tried: a piece that is typed is far below, and each try reads the text once. */
const CODE_MAX_LENGTH = 20_000;
const TRIES_MAX = 500;

/** Reads texts as JavaScript without running them, so many times. */
class Reader {
  #triesLeft = TRIES_MAX;

  reads(code: string): boolean {
    if (this.#triesLeft-- <= 0) return false;
    try {
      new Script(code);
      return true;
    } catch {
      return false;
    }
  }
}

/** The statements of a piece of JavaScript that define functions and classes by name, outside of any block. */
export function javascriptDefinitions(code: string): string[] {
  if (code.length > CODE_MAX_LENGTH) return [];
  const reader = new Reader();
  const found: string[] = [];
  let from = 0;
  for (const { index } of code.matchAll(DEFINITION)) {
    if (index < from || !reader.reads(`async () => {${code.slice(0, index)}\n}`)) continue;
    for (let end = code.indexOf('}', index); end !== -1; end = code.indexOf('}', end + 1)) {
      const text = code.slice(index, end + 1);
      if (!reader.reads(`(${text})`)) continue;
      found.push(text);
      from = end;
      break;
    }
  }
  return found;
}
