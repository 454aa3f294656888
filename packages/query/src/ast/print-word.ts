/*
 * Words of source text: names and literals.
 */
import { KEYWORDS } from '../lexer/keywords.ts';

const RESERVED: ReadonlySet<string> = new Set(KEYWORDS);
/** Words that are special among some neighbours; quoted as names, they never are. */
const CONTEXTUAL: ReadonlySet<string> = new Set([
  'ALL',
  'NONE',
  'BY',
  'DISTINCT',
  'KEEP',
  'OPTIONS',
  'EXPLAIN',
  'ANALYZE',
  'INNER',
  'OF',
]);
const PLAIN_NAME = /^[\p{Alphabetic}_][\p{Alphabetic}\p{N}_]*$/u;

/** A name where a keyword would be read as such. */
export function printName(name: string): string {
  const upper = name.toUpperCase();
  return PLAIN_NAME.test(name) && !RESERVED.has(upper) && !CONTEXTUAL.has(upper) ? name : `\`${name}\``;
}

/** A name where any word will do. */
export function printWord(name: string): string {
  return PLAIN_NAME.test(name) ? name : `\`${name}\``;
}

/** A member's name in an object. */
export function printMemberName(name: string): string {
  return PLAIN_NAME.test(name) ? name : printText(name);
}

export function printLiteral(value: null | boolean | number | bigint | string): string {
  if (typeof value === 'string') return printText(value);
  return typeof value === 'number' ? printNumber(value) : String(value).toUpperCase();
}

/** Decimal digits without an exponent, which the language does not know; floats past 2^53 keep a dot. */
function printNumber(value: number): string {
  const [digits, exponent] = String(value).split('e');
  const text = exponent === undefined ? digits! : shifted(digits!, Number(exponent));
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? `${text}.0` : text;
}

function shifted(digits: string, exponent: number): string {
  const [whole, fraction = ''] = digits.split('.');
  const all = whole! + fraction;
  const point = whole!.length + exponent;
  return point <= 0 ? `0.${'0'.repeat(-point)}${all}` : all.padEnd(point, '0');
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\t', '\\t'],
  ['\r', '\\r'],
]);

export function printText(text: string): string {
  return `'${text.replace(/[\\'\n\t\r]/g, (character) => ESCAPES.get(character) ?? `\\${character}`)}'`;
}

export function escapeTemplate(text: string): string {
  return text.replace(/[\\'$\n\t\r]/g, (character) => ESCAPES.get(character) ?? `\\${character}`);
}
