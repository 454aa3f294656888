import type { Value } from '@cairn/protocol';
import { parseJson } from '@cairn/protocol/internal';
import { UsageError } from '../command-error.ts';

/**
 * Bind variables from `name=json`: `city="Bern"`, `limit=10`, `@coll="users"`. A value that is no JSON and begins with
 * a letter is text, so that `city=Bern` works where a shell eats quotes.
 */
export function parseBinds(texts: readonly string[]): Readonly<Record<string, Value>> {
  const binds: Record<string, Value> = Object.create(null);
  for (const text of texts) {
    const equals = text.indexOf('=');
    if (equals < 1) throw new UsageError(`--bind wants name=json, not ${text}`);
    const name = text.slice(0, equals);
    binds[name] = bindValue(name, text.slice(equals + 1));
  }
  return binds;
}

function bindValue(name: string, text: string): Value {
  try {
    return parseJson(text);
  } catch (error) {
    if (/^\p{L}/u.test(text)) return text;
    throw new UsageError(`--bind ${name}: ${(error as Error).message}`);
  }
}
