import {
  type Catalogue,
  type ClassifiedToken,
  type Completion,
  completions,
  parseQuery,
  sqlDefinition,
  sqlKeywords,
  sqlTokens,
  tokens,
  translateSql,
} from '@cairn/query/internal';
import { type ParseProblem, withoutSemicolon } from './statement-text.ts';

/** What a shell must know of a language in which statements are written. */
export interface Dialect {
  readonly name: 'sdbql' | 'sql';
  /** What is wrong with a statement, found without asking the server. */
  problem(text: string): ParseProblem;
  tokens(text: string): ClassifiedToken[];
  /** What may stand at the end of a text, and where the word begins that it takes the place of. */
  complete(text: string, catalogue: Catalogue): { readonly start: number; readonly items: readonly Completion[] };
}

export const SDBQL: Dialect = {
  name: 'sdbql',
  problem: (text) => problemOf(() => parseQuery(withoutSemicolon(text))),
  tokens,
  complete: (text, catalogue) => completions(text, text.length, catalogue),
};

export const SQL: Dialect = {
  name: 'sql',
  problem(text) {
    const statement = withoutSemicolon(text);
    return problemOf(() => sqlDefinition(statement) ?? translateSql(statement));
  },
  tokens: sqlTokens,
  complete(text, catalogue) {
    const begun = /[\p{L}\p{N}_]*$/u.exec(text)![0];
    const offers: Completion[] = [
      ...catalogue.collections.map((name) => ({ kind: 'collection' as const, text: name })),
      ...sqlKeywords.map((word) => ({ kind: 'keyword' as const, text: word })),
    ];
    const wanted = begun.toLowerCase();
    const items = wanted === '' ? [] : offers.filter((offer) => offer.text.toLowerCase().startsWith(wanted));
    return { start: text.length - begun.length, items };
  },
};

function problemOf(parse: () => unknown): ParseProblem {
  try {
    parse();
    return undefined;
  } catch (error) {
    const { details } = error as { details?: { offset?: unknown } };
    // Without a position the server shall say what is wrong.
    return { offset: typeof details?.offset === 'number' ? details.offset : -1 };
  }
}
