import { isUtf8 } from 'node:buffer';
import { CairnError, LIMITS, parseJson, type Value } from '@cairn/protocol/internal';

/** Levels of a body: a document's, and what requests put around it. */
export const BODY_DEPTH_MAX = LIMITS.nestingMaxDepth + 8;

/**
 * The value of a JSON body; integers of 64 bits stay exact.
 *
 * @throws CairnError `invalid_argument` for what is no JSON or nested too deep
 */
export function parseJsonBody(bytes: Buffer): Value {
  if (!isUtf8(bytes)) throw new CairnError('invalid_argument', 'The body is no JSON: its text is not UTF-8');
  refuseDeep(bytes);
  const text = bytes.toString('utf8');
  if (HALF_PAIR_LIKELY.test(text)) refuseHalfPairs(text);
  try {
    return parseJson(text);
  } catch (cause) {
    throw new CairnError('invalid_argument', `The body is no JSON: ${(cause as Error).message}`, { cause });
  }
}

const HALF_PAIR_LIKELY = /\\u[dD][89a-fA-F]/;
const ESCAPE = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F])|[\s\S])/g;

/** Half a surrogate pair is no text: it could not be stored, and would come back as something else. */
function refuseHalfPairs(text: string): void {
  for (const [, half] of text.matchAll(ESCAPE)) {
    if (half !== undefined)
      throw new CairnError('invalid_argument', 'The body is no JSON: half a surrogate pair is no text');
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Walks of the parsed value use the stack, so that depth is looked at before there is one. */
function refuseDeep(bytes: Buffer): void {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfText(bytes, at + 1);
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth <= BODY_DEPTH_MAX) continue;
      const limit = LIMITS.nestingMaxDepth;
      throw new CairnError('invalid_argument', `The body is nested deeper than ${limit} levels`, {
        details: { limit },
      });
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
}

function endOfText(bytes: Buffer, start: number): number {
  for (let at = start; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at;
  }
  return bytes.length;
}
