/** The bytes with which a native connection opens, the zero byte at the end included. */
export const NATIVE_MAGIC: Buffer = Buffer.from('solidb-drv-v1\0', 'latin1');

/** How HTTP/1.1 requests begin, and the preface of HTTP/2. */
const HTTP_OPENINGS = [
  'GET ',
  'POST ',
  'PUT ',
  'HEAD ',
  'DELETE ',
  'OPTIONS ',
  'PATCH ',
  'TRACE ',
  'CONNECT ',
  'PRI ',
].map((text) => Buffer.from(text, 'latin1'));

/** Who speaks on a connection: the native protocol, HTTP, or neither. */
export type DetectedProtocol = 'native' | 'http' | 'unknown';

export interface Detection {
  readonly protocol: DetectedProtocol;
  /** The bytes that the protocol's own reader has to see: those after the magic, or for HTTP everything so far. */
  readonly rest: Buffer;
}

/**
 * Tells by the first bytes of a connection which protocol it speaks. Waits only while what has come is still the
 * beginning of an opening that it knows, and so never holds back more than fourteen bytes.
 *
 * @example
 * const detector = new ProtocolDetector();
 * detector.push(Buffer.from('solidb-'));            // undefined: more is needed
 * detector.push(Buffer.from('drv-v1\0'))?.protocol; // 'native'
 */
export class ProtocolDetector {
  #held: Buffer = Buffer.alloc(0);

  /** Takes the next bytes; returns the answer once it is certain. Must not be called after that. */
  push(chunk: Uint8Array): Detection | undefined {
    const bytes =
      this.#held.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
        : Buffer.concat([this.#held, chunk]);
    if (startsWith(bytes, NATIVE_MAGIC)) return { protocol: 'native', rest: bytes.subarray(NATIVE_MAGIC.length) };
    if (HTTP_OPENINGS.some((opening) => startsWith(bytes, opening))) return { protocol: 'http', rest: bytes };
    if (startsWith(NATIVE_MAGIC, bytes) || HTTP_OPENINGS.some((opening) => startsWith(opening, bytes))) {
      this.#held = Buffer.from(bytes);
      return undefined;
    }
    return { protocol: 'unknown', rest: bytes };
  }
}

function startsWith(bytes: Buffer, opening: Buffer): boolean {
  return bytes.length >= opening.length && bytes.subarray(0, opening.length).equals(opening);
}
