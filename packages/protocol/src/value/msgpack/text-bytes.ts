/** Buffer's own reading and writing of text, without the parameter checks that `toString` and `write` begin with. */
interface TextMethods {
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  utf8Write(this: Uint8Array, text: string, offset: number, length: number): number;
}
const { utf8Slice, latin1Slice, utf8Write } = Buffer.prototype as unknown as TextMethods;

/** Up to this many bytes a loop in JavaScript beats a call into native code, measured on Node 24. */
const SHORT_TEXT_BYTES = 16;

/** Reads valid UTF-8 bytes as a string. */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length <= SHORT_TEXT_BYTES) {
    const text = readShortAscii(bytes, start, length);
    if (text !== undefined) return text;
  }
  return utf8Slice.call(bytes, start, end);
}

/** Reads bytes that are known to be ASCII. */
export function readAscii(bytes: Uint8Array, start: number, end: number): string {
  return latin1Slice.call(bytes, start, end);
}

/** Writes a string as UTF-8 (lone surrogates become U+FFFD) and returns the number of bytes; room must be there. */
export function writeText(bytes: Uint8Array, text: string, offset: number): number {
  return utf8Write.call(bytes, text, offset, bytes.length - offset);
}

const { fromCharCode } = String;

/** Four characters a step; `undefined` when a byte is not ASCII. */
function readShortAscii(bytes: Uint8Array, start: number, length: number): string | undefined {
  let text = '';
  let at = start;
  const end = start + length;
  while (end - at >= 4) {
    const a = bytes[at];
    const b = bytes[at + 1];
    const c = bytes[at + 2];
    const d = bytes[at + 3];
    if ((a | b | c | d) & 0x80) return undefined;
    text += fromCharCode(a, b, c, d);
    at += 4;
  }
  while (at < end) {
    const a = bytes[at++];
    if (a & 0x80) return undefined;
    text += fromCharCode(a);
  }
  return text;
}
