import { type Catalogue, type Completion, knownWords } from '@cairn/query/internal';
import { ROW_FORMATS } from '../output/row-writer.ts';
import type { Dialect } from './dialect.ts';

/** What a shell knows to complete. */
export interface Vocabulary {
  readonly dialect: Dialect;
  readonly catalogue: Catalogue;
  readonly databases: readonly string[];
  readonly dotCommands: readonly string[];
}

/** Most candidates shown: more would only scroll. */
const CANDIDATES_MAX = 100;
/** Dot commands that are followed by a statement. */
const STATEMENT_COMMAND = /^\s*\.(?:explain|format)\s/;

/**
 * Candidates for the end of `line`, and the word that they take the place of, in the form that Node's readline wants.
 * Words and functions are completed in lower case where they were begun so.
 *
 * @param before the lines of the statement before this one, each with its line end
 */
export function complete(line: string, before: string, vocabulary: Vocabulary): [string[], string] {
  const dotCommand = before === '' ? completeDotCommand(line, vocabulary) : undefined;
  if (dotCommand !== undefined) return dotCommand;
  const text = before === '' ? line.replace(STATEMENT_COMMAND, (command) => ' '.repeat(command.length)) : before + line;
  const { start, items } = vocabulary.dialect.complete(text, vocabulary.catalogue);
  const word = text.slice(start);
  const texts = items.filter(({ kind }) => word !== '' || kind !== 'function').map((item) => cased(item, word));
  return [[...new Set(texts)].slice(0, CANDIDATES_MAX), word];
}

function cased({ kind, text }: Completion, word: string): string {
  const lower = word !== '' && word === word.toLowerCase();
  return lower && (kind === 'keyword' || kind === 'function') ? text.toLowerCase() : text;
}

function completeDotCommand(line: string, vocabulary: Vocabulary): [string[], string] | undefined {
  if (/^\s*\.\w*$/.test(line)) return matching(vocabulary.dotCommands, line.trim());
  const [, command, word] = /^\s*(\.\w+)\s+(\w*)$/.exec(line) ?? [];
  if (command === '.use') return matching(vocabulary.databases, word!);
  if (command === '.sql' || command === '.timing') return matching(['on', 'off'], word!);
  if (command === '.format' && word !== '') {
    const formats = matching(ROW_FORMATS, word!);
    return formats[0].length > 0 ? formats : undefined;
  }
  return command === '.help' ? matching(knownWords(), word!.toUpperCase(), word) : undefined;
}

function matching(names: readonly string[], prefix: string, word = prefix): [string[], string] {
  return [
    names
      .filter((name) => name.startsWith(prefix))
      .sort()
      .slice(0, CANDIDATES_MAX),
    word,
  ];
}
