import { CairnError, canonicalize, decodeValue, InvalidValueError, type Value } from '@cairn/protocol/internal';
import { BODY_DEPTH_MAX } from './json-body.ts';

/**
 * The value of a msgpack body.
 *
 * @throws CairnError `invalid_argument` for what is no msgpack, has bytes behind it or is nested too deep
 */
export function parseMsgpackBody(bytes: Buffer): Value {
  try {
    const { bytes: canonical, end } = canonicalize(bytes, 0, { nestingMaxDepth: BODY_DEPTH_MAX });
    if (end === bytes.length) return decodeValue(canonical);
  } catch (cause) {
    if (!(cause instanceof InvalidValueError)) throw cause;
    throw new CairnError('invalid_argument', `The body is no msgpack: ${cause.message}`, { cause });
  }
  throw new CairnError('invalid_argument', 'The body is no msgpack: bytes follow its value');
}
