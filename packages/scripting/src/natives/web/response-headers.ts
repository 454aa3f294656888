import type { Value, ValueObject } from '@cairn/protocol/internal';
import { TOKEN } from './cookie.ts';

/** Headers that frame an answer or belong to the connection: the server's to write. */
const FRAMING: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Text without what cannot stand in a header. */
function lineOf(value: Value): string {
  return String(value)
    .replace(/[\x00-\x08\x0a-\x1f\x7f]+/g, '')
    .trim();
}

/**
 * The headers that a script has set, fit to be sent: those with impossible names and those that are not the script's are left
 * out, control characters are taken out of values. A list is several lines.
 */
export function responseHeaders(headers: ValueObject): [name: string, value: string][] {
  const lines: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!TOKEN.test(name) || FRAMING.has(name.toLowerCase())) continue;
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== null && (typeof each !== 'object' || each instanceof Date)) lines.push([name, lineOf(each)]);
    }
  }
  return lines;
}

/** An address for `Location`: what cannot stand in one is percent-encoded. */
export function locationOf(address: string): string {
  return lineOf(address).replace(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character.toWellFormed()));
}
