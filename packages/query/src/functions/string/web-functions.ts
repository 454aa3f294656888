import type { Value } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { describeValue } from '../signature.ts';
import { sanitize } from './sanitize.ts';
import { slugify } from './slug.ts';
import { decodeUri, encodeUri } from './uri.ts';
import { trim } from './white-space.ts';

const text: Parameter = { name: 'text', type: 'string' };

const EMAIL = /^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$/;
/** At least two characters behind the slashes: the first begins a host, the second is any. */
const URL_TEXT = /^https?:\/\/[^\s/$.?#][^\n]\S*$/u;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function textCheck(name: string, check: (value: Value) => boolean, summary: string, examples: Record<string, boolean>) {
  return {
    name,
    category: 'string',
    parameters: [{ name: 'value', type: 'any' }],
    summary,
    examples: Object.entries(examples).map(([argument, result]) => ({ expression: `${name}(${argument})`, result })),
    evaluate: (_context: FunctionContext, value: Value) => check(value),
  } satisfies FunctionDefinition;
}

const matches = (pattern: RegExp) => (value: Value) => typeof value === 'string' && pattern.test(value);

function sanitizeSteps(options: string | Value[]): string[] {
  const steps = typeof options === 'string' ? [options] : options;
  const odd = steps.find((step) => typeof step !== 'string');
  if (odd === undefined) return steps as string[];
  throw new FunctionError('SANITIZE', `argument 2 (options) must hold only strings, got ${describeValue(odd)}`);
}

/** Functions of addresses, and of text that came from or goes to a page. */
export const webFunctions: readonly FunctionDefinition[] = [
  {
    name: 'ENCODE_URI',
    aliases: ['URL_ENCODE', 'ENCODE_URI_COMPONENT'],
    category: 'string',
    parameters: [text],
    summary: 'The text with everything but letters, digits and -_.~ percent-encoded in UTF-8.',
    examples: [{ expression: "ENCODE_URI('a b&é')", result: 'a%20b%26%C3%A9' }],
    evaluate: (_context: FunctionContext, plain: string) => encodeUri(plain),
  },
  {
    name: 'DECODE_URI',
    aliases: ['URL_DECODE', 'DECODE_URI_COMPONENT'],
    category: 'string',
    parameters: [text],
    summary: 'The text with its percent escapes decoded from UTF-8 and + as a space; escapes that are none stay.',
    examples: [{ expression: "DECODE_URI('a%20b+%C3%A9 100%')", result: 'a b é 100%' }],
    evaluate: (_context: FunctionContext, encoded: string) => decodeUri(encoded),
  },
  {
    name: 'SLUGIFY',
    category: 'string',
    parameters: [text],
    summary: 'The text in plain small letters and digits of any script, with - for all else.',
    examples: [{ expression: "SLUGIFY('Crème & Brûlée 日本')", result: 'creme-brulee-ri-ben' }],
    evaluate: (_context: FunctionContext, title: string) => slugify(title),
  },
  {
    name: 'SANITIZE',
    category: 'string',
    parameters: [text, { name: 'options', type: ['string', 'array'], optional: true }],
    summary:
      'The text after one or more steps: trim (alone when there are no options), lowercase, uppercase, alphanumeric, alpha, numeric, email, url, html, strip_html, normalize.',
    examples: [
      { expression: "SANITIZE(' A ', ['trim', 'lower'])", result: 'a' },
      { expression: "SANITIZE('<b>x</b>', 'strip_html')", result: 'x' },
    ],
    evaluate: (_context: FunctionContext, dirty: string, options: string | Value[] = 'trim') =>
      sanitize(dirty, sanitizeSteps(options)),
  },
  textCheck('IS_EMAIL', matches(EMAIL), 'Whether the value is text in the form of an e-mail address.', {
    "'a@b.co'": true,
    "'a@b'": false,
  }),
  textCheck('IS_URL', matches(URL_TEXT), 'Whether the value is text in the form of an http or https address.', {
    "'http://ab'": true,
    "'http://a'": false,
    "'ftp://a.b'": false,
  }),
  textCheck('IS_UUID', matches(UUID), 'Whether the value is text in the form of a UUID.', { "'x'": false }),
  textCheck(
    'IS_BLANK',
    (value) => value === null || (typeof value === 'string' && trim(value) === ''),
    'Whether the value is null or text of nothing but white space.',
    { "' '": true, null: true, 0: false },
  ),
];
