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
  try {
    return parseJson(bytes.toString('utf8'));
  } catch (cause) {
    throw new CairnError('invalid_argument', `The body is no JSON: ${(cause as Error).message}`, { cause });
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
