import type { Value } from '@cairn/protocol';
import { cellText } from '@cairn/protocol/internal';
import { visibleText } from '../terminal/display-width.ts';

/** Members that only programs can use: counts of every bucket, and every metric. */
const FOR_PROGRAMS: ReadonlySet<string> = new Set(['gauges', 'requests.commands', 'requests.bucket_bounds_s']);

/** A status as lines of `name  value`; members of objects stand under `object.member`. */
export function statusText(status: { readonly [name: string]: Value }): string {
  const lines = [...flattened(status)];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, text]) => `${name.padEnd(width)}  ${visibleText(text)}\n`).join('');
}

function* flattened(values: { readonly [name: string]: Value }, prefix = ''): Generator<readonly [string, string]> {
  for (const [name, value] of Object.entries(values)) {
    const path = prefix + name;
    if (FOR_PROGRAMS.has(path)) continue;
    if (Array.isArray(value)) yield [path, value.map(cellText).join(', ')];
    else if (isPlain(value)) yield* flattened(value, `${path}.`);
    else yield [path, typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(2) : cellText(value)];
  }
}

function isPlain(value: Value): value is { [name: string]: Value } {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
