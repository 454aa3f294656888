import { CairnError, canonicalize, skipValue } from '@cairn/protocol/internal';
import {
  isMap,
  isString,
  mapSize,
  mapStart,
  stringAt,
  stringEnd,
  stringStart,
  writeMapHeaderBefore,
} from './map-bytes.ts';
import { isReserved, nameIs, systemMemberAt } from './system-member.ts';

/** A document as it came in, made ready to be stored. */
export interface IncomingDocument {
  /** The `_key` it names, if any. */
  readonly key: string | undefined;
  /** Canonical msgpack map without the system members. */
  readonly body: Uint8Array;
}

/** Where the last document ended in its input: the loop over a bulk's documents reads it instead of a second result. */
export interface IncomingCursor {
  offset: number;
}

function invalidDocument(reason: string): CairnError {
  return new CairnError('invalid_argument', `Invalid document: ${reason}`);
}

/**
 * Checks the untrusted msgpack at the cursor, moves the cursor behind it, and takes the system members out.
 *
 * @throws CairnError `invalid_argument` when it is no map, holds what cannot be stored, or its `_key` is not a string.
 */
export function takeDocument(input: Uint8Array, cursor: IncomingCursor): IncomingDocument {
  const { bytes, end } = canonicalize(input, cursor.offset);
  cursor.offset = end;
  return withoutSystemMembers(bytes);
}

/** Takes the system members out of a canonical map, moving its bytes where they are: the caller gives them away. */
export function withoutSystemMembers(bytes: Uint8Array): IncomingDocument {
  if (!isMap(bytes, 0)) throw invalidDocument('a document must be an object');
  const size = mapSize(bytes, 0);
  const first = mapStart(bytes, 0);
  let key: string | undefined;
  let removed = 0;
  let start = first;
  let end = bytes.length;
  let at = first;
  for (let member = 0; member < size; member++) {
    const value = stringEnd(bytes, at);
    const next = skipValue(bytes, value);
    const system = isReserved(bytes, at) ? systemMemberAt(bytes, at) : undefined;
    if (system === undefined) {
      at = next;
      continue;
    }
    if (system === '_key') key = keyAt(bytes, value);
    removed++;
    if (at === start) {
      // The usual case: `_key` comes first, and the map just begins later.
      start = next;
      at = next;
    } else {
      bytes.copyWithin(at, next, end);
      end -= next - at;
    }
  }
  if (removed === 0) return { key, body: bytes };
  return { key, body: bytes.subarray(writeMapHeaderBefore(bytes, start, size - removed), end) };
}

function keyAt(bytes: Uint8Array, offset: number): string {
  if (!isString(bytes, offset)) throw invalidDocument('_key must be a string');
  return stringAt(bytes, offset);
}

/**
 * An edge needs both ends, as non-empty strings.
 *
 * @throws CairnError `invalid_argument`
 */
export function requireEdgeEnds(body: Uint8Array): void {
  let from: string | undefined;
  let to: string | undefined;
  const size = mapSize(body, 0);
  let at = mapStart(body, 0);
  for (let member = 0; member < size && (from === undefined || to === undefined); member++) {
    const value = stringEnd(body, at);
    if (nameIs(body, at, '_from')) from = endProblem(body, value);
    else if (nameIs(body, at, '_to')) to = endProblem(body, value);
    at = skipValue(body, value);
  }
  refuseEnd('_from', from);
  refuseEnd('_to', to);
}

/** What is wrong with the end of an edge at `offset`; empty when it is good. */
function endProblem(body: Uint8Array, offset: number): string {
  if (!isString(body, offset)) return 'must be a string';
  return stringStart(body, offset) === stringEnd(body, offset) ? 'must be a non-empty string' : '';
}

function refuseEnd(name: string, problem: string | undefined): void {
  if (problem === '') return;
  const reason = problem === undefined ? `must have a ${name} field` : `${name} field ${problem}`;
  throw invalidDocument(`Edge document ${reason}`);
}
