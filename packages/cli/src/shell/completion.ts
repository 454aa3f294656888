/** What a shell knows to complete: words of the language, functions, collections of the database. */
export interface Vocabulary {
  readonly keywords: readonly string[];
  readonly functions: readonly string[];
  readonly collections: readonly string[];
  readonly databases: readonly string[];
  readonly dotCommands: readonly string[];
}

/** Most candidates shown: more would only scroll. */
const CANDIDATES_MAX = 100;

/**
 * Candidates for the word at the end of `line`, and that word, in the form that Node's readline wants.
 * Words of the language are completed in upper or lower case, as they were begun.
 */
export function complete(line: string, vocabulary: Vocabulary): [string[], string] {
  if (/^\s*\.\w*$/.test(line)) return [matching(vocabulary.dotCommands, line.trim()), line.trim()];
  const word = /[\p{L}\p{N}_]*$/u.exec(line)![0];
  if (/^\s*\.use\s/.test(line)) return [matching(vocabulary.databases, word), word];
  if (word === '') return [[], ''];
  const lower = word === word.toLowerCase();
  const cased = (names: readonly string[]) => (lower ? names.map((name) => name.toLowerCase()) : names);
  const found = [
    ...matching(vocabulary.collections, word),
    ...matching(cased(vocabulary.keywords), word),
    ...matching(cased(vocabulary.functions), word).map((name) => `${name}(`),
  ];
  return [[...new Set(found)].slice(0, CANDIDATES_MAX), word];
}

function matching(names: readonly string[], prefix: string): string[] {
  return names.filter((name) => name.startsWith(prefix)).sort();
}
