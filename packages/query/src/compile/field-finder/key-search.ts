import { encodeValue } from '@cairn/protocol/internal';
import type { Emitter } from '../emitter.ts';
import { sameBytes } from './same-bytes.ts';
import { skipStored } from './skip-stored.ts';

/** Longest key whose bytes are compared one by one in the generated code. */
const INLINE_BYTES_MAX = 12;

const searches = new WeakMap<Emitter, Map<string, string>>();

/**
 * The name of a generated function that finds a key, one a key and emitter.
 *
 * - `body`: `(bytes, from, start, end)` looks at the entries from `from` on to `end`, then at those from `start` on.
 * - `map`: `(bytes, at)` looks into the map at `at`; -1 when there is none or the value there is no map.
 *
 * Both give where the value begins, or -1. The key enters as numbers, so its text is never source.
 */
export function emitKeySearch(emitter: Emitter, name: string, kind: 'body' | 'map'): string {
  let known = searches.get(emitter);
  if (known === undefined) searches.set(emitter, (known = new Map()));
  const id = kind + name;
  let search = known.get(id);
  if (search === undefined) known.set(id, (search = write(emitter, name, kind)));
  return search;
}

function write(emitter: Emitter, name: string, kind: 'body' | 'map'): string {
  const search = emitter.fresh(kind === 'body' ? 'findField' : 'findMember');
  const skip = emitter.constant(skipStored, 'skip');
  const entry = [
    `if (${matches(emitter, name)}) return at + ${encodedKey(name).length};`,
    `at = ${skip}(bytes, bytes[at] < 0xc0 ? at + bytes[at] - 0x9f : ${skip}(bytes, at));`,
  ];
  const lines =
    kind === 'body'
      ? [
          `function ${search}(bytes, from, start, end) {`,
          'let at = from;',
          'for (;;) {',
          'while (at < end) {',
          ...entry,
          '}',
          'if (from === start) return -1;',
          'end = from; from = at = start;',
          '}',
        ]
      : [
          `function ${search}(bytes, map) {`,
          'if (map < 0) return -1;',
          'const type = bytes[map];',
          'let at, left;',
          'if ((type & 0xf0) === 0x80) { left = type & 0x0f; at = map + 1; }',
          'else if (type === 0xde) { left = bytes[map + 1] << 8 | bytes[map + 2]; at = map + 3; }',
          'else if (type === 0xdf) { left = bytes[map + 1] * 0x1000000 + (bytes[map + 2] << 16 | bytes[map + 3] << 8 | bytes[map + 4]); at = map + 5; }',
          'else return -1;',
          'for (; left > 0; left--) {',
          ...entry,
          '}',
          'return -1;',
        ];
  for (const line of [...lines, '}']) emitter.shared(line);
  return search;
}

function matches(emitter: Emitter, name: string): string {
  const key = encodedKey(name);
  if (key.length > INLINE_BYTES_MAX) {
    return `bytes[at] === ${key[0]} && ${emitter.constant(sameBytes, 'sameBytes')}(bytes, at, ${emitter.constant(key, 'key')})`;
  }
  return Array.from(key, (byte, index) => `bytes[at${index === 0 ? '' : ` + ${index}`}] === ${byte}`).join(' && ');
}

/** Keys already encoded; bounded by dropping all of them, since a plan names few. */
const encodedKeys = new Map<string, Uint8Array>();
const ENCODED_KEYS_MAX = 1024;

/** A key as canonical msgpack; the same array each time. */
export function encodedKey(name: string): Uint8Array {
  let key = encodedKeys.get(name);
  if (key === undefined) {
    if (encodedKeys.size >= ENCODED_KEYS_MAX) encodedKeys.clear();
    encodedKeys.set(name, (key = encodeValue(name)));
  }
  return key;
}
