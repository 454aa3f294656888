import { matchesPattern } from '../../runtime/values/text/regular-expression.ts';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { replacePattern } from './replace-pattern.ts';

const text: Parameter = { name: 'text', type: 'string' };
const pattern: Parameter = { name: 'pattern', type: 'string' };

/** Functions of regular expressions, which match in time linear in the text: no look-around, no back-references. */
export const regexFunctions: readonly FunctionDefinition[] = [
  {
    name: 'REGEX_TEST',
    aliases: ['REGEX_MATCH'],
    category: 'regex',
    parameters: [text, pattern],
    summary: 'Whether a pattern matches somewhere in the text; a pattern with a mistake matches nothing.',
    examples: [
      { expression: "REGEX_TEST('a1', '[0-9]')", result: true },
      { expression: "REGEX_TEST('a', '(')", result: false },
    ],
    evaluate: (_context: FunctionContext, within: string, source: string) => matchesPattern(within, source),
  },
  {
    name: 'REGEX_REPLACE',
    category: 'regex',
    parameters: [
      text,
      pattern,
      { name: 'replacement', type: 'string' },
      { name: 'caseInsensitive', type: 'boolean', optional: true },
    ],
    summary:
      'The text with all matches of a pattern replaced; `$1`, `$name` and, in braces, `$` with a name or number stand for groups, `$$` for a dollar.',
    examples: [
      { expression: "REGEX_REPLACE('John Smith', '(\\\\w+) (\\\\w+)', '$2 $1')", result: 'Smith John' },
      { expression: "REGEX_REPLACE('AaA', 'a', 'x', true)", result: 'xxx' },
    ],
    evaluate: (
      context: FunctionContext,
      within: string,
      source: string,
      replacement: string,
      caseInsensitive = false,
    ) => replacePattern(within, source, replacement, { caseInsensitive, checkpoint: () => context.checkpoint() }),
  },
];
