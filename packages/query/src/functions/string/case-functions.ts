import type { FunctionContext, FunctionDefinition } from '../definition.ts';
import { splitWords } from './white-space.ts';

function ofText(
  name: string,
  aliases: readonly string[],
  convert: (text: string) => string,
  summary: string,
  examples: Readonly<Record<string, string>>,
): FunctionDefinition {
  return {
    name,
    aliases,
    category: 'string',
    parameters: [{ name: 'text', type: 'string' }],
    summary,
    examples: Object.entries(examples).map(([text, result]) => ({ expression: `${name}('${text}')`, result })),
    evaluate: (_context: FunctionContext, text: string) => convert(text),
  };
}

/** The first code point in capitals, the rest changed by `rest`. */
function capitalize(text: string, rest = (letters: string) => letters): string {
  const first = text === '' ? '' : String.fromCodePoint(text.codePointAt(0)!);
  return first.toUpperCase() + rest(text.slice(first.length));
}

/** Functions of capital and small letters. */
export const caseFunctions: readonly FunctionDefinition[] = [
  ofText('UPPER', ['TO_UPPER', 'TOUPPER'], (text) => text.toUpperCase(), 'The text in capital letters.', {
    straße: 'STRASSE',
  }),
  ofText('LOWER', ['TO_LOWER', 'TOLOWER'], (text) => text.toLowerCase(), 'The text in small letters.', {
    ΣΑΣ: 'σας',
  }),
  ofText('CAPITALIZE', [], (text) => capitalize(text), 'The text with its first letter as a capital.', {
    éCOLE: 'ÉCOLE',
  }),
  ofText(
    'TITLE_CASE',
    ['INITCAP'],
    (text) =>
      splitWords(text)
        .map((word) => capitalize(word, (letters) => letters.toLowerCase()))
        .join(' '),
    'Every word with a capital and small letters, one space between words.',
    { ' hELLO   world': 'Hello World' },
  ),
];
