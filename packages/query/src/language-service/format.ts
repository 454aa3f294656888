import { parseQuery } from '../parser/parse-query.ts';
import { arrangeStatement } from './format/arrange.ts';
import { group, type Layout, printLayout } from './format/layout.ts';
import { unitsOf } from './format/units.ts';
import { readText } from './query-reading.ts';

export interface FormatOptions {
  /** Characters of a line, where the text can be broken so; 80 by default. */
  readonly width?: number;
}

const WIDTH_DEFAULT = 80;
const INDENT_UNIT = '  ';

/**
 * The text of a query laid out neatly: a clause a line, words of the language in capitals, long lists and conditions
 * broken at their parts. Comments, names and empty lines between clauses stay. The result means the same, and
 * formatting it again changes nothing.
 *
 * @throws QuerySyntaxError for a text that is no query
 * @example
 * format('for u in users return u.name'); // 'FOR u IN users\n  RETURN u.name'
 */
export function format(text: string, { width = WIDTH_DEFAULT }: FormatOptions = {}): string {
  parseQuery(text);
  const { units, final } = unitsOf(readText(text));
  const comments = final.map((comment): Layout => ({ kind: 'comment', text: comment, ownLine: true }));
  return printLayout(group([arrangeStatement(units), ...comments], true), { width, indentUnit: INDENT_UNIT }).trimEnd();
}
