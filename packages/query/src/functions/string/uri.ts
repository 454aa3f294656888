const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Longest sequence of bytes that UTF-8 has for a code point. */
const SEQUENCE_BYTES_MAX = 4;

/** Percent-encodes the UTF-8 bytes of everything but letters, digits and `-_.~` (RFC 3986, unreserved). */
export function encodeUri(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Undoes `encodeUri`, and reads `+` as a space. Escapes that are no UTF-8 stay as they are. */
export function decodeUri(text: string): string {
  return text.replace(/\+/g, ' ').replace(/(?:%[0-9A-Fa-f]{2})+/g, decodeRun);
}

function decodeRun(escapes: string): string {
  const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex');
  let decoded = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    decoded += length === 0 ? escapes.slice(at * 3, at * 3 + 3) : utf8.decode(bytes.subarray(at, at + length));
    at += Math.max(1, length);
  }
  return decoded;
}

/** Bytes of the code point that begins here; 0 when none does. */
function sequenceLength(bytes: Buffer, at: number): number {
  if (bytes[at] < 0x80) return 1;
  for (let length = 2; length <= SEQUENCE_BYTES_MAX && at + length <= bytes.length; length++) {
    try {
      utf8.decode(bytes.subarray(at, at + length));
      return length;
    } catch {
      // too short for this code point, or no code point at all
    }
  }
  return 0;
}
