import type { Value, ValueObject } from '@cairn/protocol/internal';

/** What is allowed when a script says nothing else. */
const USUAL = { origins: '*', methods: 'GET, POST, PUT, DELETE, OPTIONS', headers: 'Content-Type, Authorization' };

function texts(value: Value): string[] {
  return (Array.isArray(value) ? value : String(value).split(',')).map((each) => String(each).trim());
}

/**
 * The headers that let browsers call from other origins.
 * @param options `origins methods headers credentials max_age`; the first three are texts with commas, or lists
 * @param origin of the request
 */
export function corsHeaders(options: ValueObject, origin: string | undefined): [name: string, value: string][] {
  const option = (name: keyof typeof USUAL): string[] =>
    texts((Object.hasOwn(options, name) ? options[name] : null) ?? USUAL[name]);
  const headers: [string, string][] = [];
  const origins = option('origins');
  const isOpen = origins.includes('*');
  if (isOpen) headers.push(['Access-Control-Allow-Origin', '*']);
  // One origin as a text is told to everybody: browsers compare for themselves.
  else if (typeof options.origins === 'string' && origins.length === 1) {
    headers.push(['Access-Control-Allow-Origin', options.origins.trim()]);
  } else {
    headers.push(['Vary', 'Origin']);
    if (origin !== undefined && origins.includes(origin)) headers.push(['Access-Control-Allow-Origin', origin]);
  }
  headers.push(['Access-Control-Allow-Methods', option('methods').join(', ')]);
  headers.push(['Access-Control-Allow-Headers', option('headers').join(', ')]);
  // Browsers refuse credentials from everywhere, and rightly.
  if (options.credentials === true && !isOpen) headers.push(['Access-Control-Allow-Credentials', 'true']);
  if (typeof options.max_age === 'number')
    headers.push(['Access-Control-Max-Age', String(Math.trunc(options.max_age))]);
  return headers;
}
