import type { NativeTable } from '../native-function.ts';
import { Parameters } from '../parameters.ts';
import { cookieText } from './cookie.ts';
import { corsHeaders } from './cors.ts';
import { locationOf, responseHeaders } from './response-headers.ts';

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#x27;'],
]);

/** What scripts need to answer over HTTP. */
export const webFunctions = {
  escape_html: (...values) =>
    new Parameters('escape_html', values).text(1).replace(/[&<>"']/g, (sign) => ENTITIES.get(sign)!),
  /** The text of a `Set-Cookie` line: name, value, options. */
  cookie(...values) {
    const p = new Parameters('set_cookie', values);
    return cookieText(p.text(1), p.text(2), p.optionalObject(3));
  },
  /** The lines `[name, value]` that allow other origins: options, the request's `Origin`. */
  cors(...values) {
    const p = new Parameters('cors', values);
    return corsHeaders(p.optionalObject(1), p.has(2) ? p.text(2) : undefined);
  },
  /** The lines `[name, value]` of the headers that a script has set. */
  headers: (...values) => responseHeaders(new Parameters('headers', values).optionalObject(1)),
  location: (...values) => locationOf(new Parameters('redirect', values).text(1)),
} satisfies NativeTable;
