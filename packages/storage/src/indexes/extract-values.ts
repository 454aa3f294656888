import { decodeValue, skipValue, type Value } from '@cairn/protocol/internal';
import type { PathStep } from './definition.ts';

/**
 * The values that a path finds in a canonical msgpack map, without decoding anything else. A path without `[*]` gives
 * exactly one (null when missing); one with it gives a value for each element, none for an empty or missing array. At its end
 * `[*]` gives the names of an object, too.
 */
export function extractValues(body: Uint8Array, start: number, path: readonly PathStep[], step = 0): Value[] {
  let at = start;
  for (let index = step; index < path.length; index++) {
    const part = path[index];
    if (part === 'elements') return extractElements(body, at, path, index + 1);
    at = findMember(body, at, part.name);
    if (at < 0) return path.includes('elements', index) ? [] : [null];
  }
  return [decodeValue(body, at)];
}

function extractElements(body: Uint8Array, at: number, path: readonly PathStep[], next: number): Value[] {
  const header = arrayHeader(body, at);
  if (header === undefined) return next === path.length ? extractNames(body, at) : [];
  const values: Value[] = [];
  let element = header.end;
  for (let index = 0; index < header.count; index++) {
    values.push(...extractValues(body, element, path, next));
    element = skipValue(body, element);
  }
  return values;
}

/** The names of an object where a path ends in its members: `'x' IN doc.tags` finds elements and names alike. */
function extractNames(body: Uint8Array, at: number): Value[] {
  const header = mapHeader(body, at);
  if (header === undefined) return [];
  const names: Value[] = [];
  let position = header.end;
  for (let member = 0; member < header.count; member++) {
    names.push(decodeValue(body, position));
    position = skipValue(body, skipValue(body, position));
  }
  return names;
}

function findMember(body: Uint8Array, at: number, name: Uint8Array): number {
  const header = mapHeader(body, at);
  if (header === undefined) return -1;
  let position = header.end;
  for (let member = 0; member < header.count; member++) {
    const value = skipValue(body, position);
    if (nameEquals(body, position, value, name)) return value;
    position = skipValue(body, value);
  }
  return -1;
}

function nameEquals(body: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  const from = end - name.length;
  const headerBytes = from - start;
  if (headerBytes < 1 || headerBytes > 5 || headerBytes !== textHeaderBytes(name.length)) return false;
  for (let at = 0; at < name.length; at++) if (body[from + at] !== name[at]) return false;
  return true;
}

function textHeaderBytes(length: number): number {
  return length < 32 ? 1 : length < 256 ? 2 : length < 65536 ? 3 : 5;
}

interface Header {
  readonly count: number;
  readonly end: number;
}

function mapHeader(bytes: Uint8Array, at: number): Header | undefined {
  const marker = bytes[at];
  if ((marker & 0xf0) === 0x80) return { count: marker & 0x0f, end: at + 1 };
  return marker === 0xde || marker === 0xdf ? wideHeader(bytes, at, marker === 0xde) : undefined;
}

function arrayHeader(bytes: Uint8Array, at: number): Header | undefined {
  const marker = bytes[at];
  if ((marker & 0xf0) === 0x90) return { count: marker & 0x0f, end: at + 1 };
  return marker === 0xdc || marker === 0xdd ? wideHeader(bytes, at, marker === 0xdc) : undefined;
}

function wideHeader(bytes: Uint8Array, at: number, short: boolean): Header {
  if (short) return { count: (bytes[at + 1] << 8) | bytes[at + 2], end: at + 3 };
  const count = ((bytes[at + 1] << 24) | (bytes[at + 2] << 16) | (bytes[at + 3] << 8) | bytes[at + 4]) >>> 0;
  return { count, end: at + 5 };
}
