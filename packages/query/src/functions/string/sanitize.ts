import { splitWords, trim } from './white-space.ts';

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
};

type Step = (text: string) => string;

const lower: Step = (text) => text.toLowerCase();
const upper: Step = (text) => text.toUpperCase();
const alphanumeric: Step = (text) => text.replace(/[^\p{Alphabetic}\p{N}\s\u0085]/gu, '');
const alphabetic: Step = (text) => text.replace(/[^\p{Alphabetic}\s\u0085]/gu, '');
const numeric: Step = (text) => text.replace(/[^\p{N}.-]/gu, '');
const normalizeSpaces: Step = (text) => splitWords(text).join(' ');

/** The steps of SANITIZE by name. */
const STEPS: ReadonlyMap<string, Step> = new Map([
  ['trim', trim],
  ['lowercase', lower],
  ['lower', lower],
  ['uppercase', upper],
  ['upper', upper],
  ['alphanumeric', alphanumeric],
  ['alnum', alphanumeric],
  ['alpha', alphabetic],
  ['numeric', numeric],
  ['digits', numeric],
  ['email', (text: string) => text.toLowerCase().replace(/[^\p{Alphabetic}\p{N}.@+_-]/gu, '')],
  ['url', (text: string) => text.replace(/[^\p{Alphabetic}\p{N}\-._~:/?#[\]@!$&'()*+,;=%]/gu, '')],
  ['html', (text: string) => text.replace(/[&<>"']/g, (sign) => HTML_ENTITIES[sign])],
  ['strip_html', stripTags],
  ['normalize_whitespace', normalizeSpaces],
  ['normalize', normalizeSpaces],
]);

/** Takes out everything from a `<` to the next `>`; a `<` that no `>` follows stays. */
function stripTags(text: string): string {
  const end = text.lastIndexOf('>');
  return end < 0 ? text : text.slice(0, end + 1).replace(/<[^>]*>/g, '') + text.slice(end + 1);
}

/** Applies steps in their order; names that there are none of are passed over. */
export function sanitize(text: string, steps: readonly string[]): string {
  return steps.reduce((cleaned, name) => STEPS.get(name.toLowerCase())?.(cleaned) ?? cleaned, text);
}
