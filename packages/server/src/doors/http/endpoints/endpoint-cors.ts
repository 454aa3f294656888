import type { IncomingMessage } from 'node:http';
import type { CorsPolicy } from '../../../engine/scripts/records/service-record.ts';

export type Header = readonly [name: string, value: string];

const NONE: readonly Header[] = [];

/** What a browser is told about the page that called a service. */
export function corsHeaders(policy: CorsPolicy, request: IncomingMessage): readonly Header[] {
  const origin = allowedOrigin(policy, request.headers.origin);
  // Caches must not give the answer for one origin to another.
  const vary: readonly Header[] = policy.origins === '*' && !policy.credentials ? NONE : [['Vary', 'Origin']];
  if (origin === undefined) return vary;
  const credentials: readonly Header[] =
    policy.credentials && origin !== '*' ? [['Access-Control-Allow-Credentials', 'true']] : NONE;
  return [['Access-Control-Allow-Origin', origin], ...vary, ...credentials];
}

/** The answer to a browser that asks beforehand. */
export function preflightHeaders(policy: CorsPolicy, request: IncomingMessage): readonly Header[] {
  const headers = corsHeaders(policy, request);
  if (!headers.some(([name]) => name === 'Access-Control-Allow-Origin')) return headers;
  const age: readonly Header[] =
    policy.maxAgeS === undefined ? NONE : [['Access-Control-Max-Age', String(policy.maxAgeS)]];
  return [
    ...headers,
    ['Access-Control-Allow-Methods', policy.methods],
    ['Access-Control-Allow-Headers', policy.headers],
    ...age,
  ];
}

/** Whether a script has spoken about other origins itself; then the service says nothing. */
export function speaksOfOrigins(headers: readonly Header[]): boolean {
  return headers.some(([name, value]) => {
    const known = name.toLowerCase();
    return known.startsWith('access-control-') || (known === 'vary' && /\borigin\b/i.test(value));
  });
}

/** With credentials a browser wants its origin named, not a star. */
function allowedOrigin({ origins, credentials }: CorsPolicy, origin: string | undefined): string | undefined {
  if (origins === '*') return credentials ? origin : '*';
  return origin !== undefined && origins.includes(origin) ? origin : undefined;
}
