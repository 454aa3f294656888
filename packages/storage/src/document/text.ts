/** Buffer's own readers of text, called on any Uint8Array without the parameter checks of `toString`. */
interface TextReaders {
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  hexSlice(this: Uint8Array, start: number, end: number): string;
}
const { utf8Slice, hexSlice } = Buffer.prototype as unknown as TextReaders;
const SHORT_BYTES = 16;

export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT_BYTES) return utf8Slice.call(bytes, start, end);
  let text = '';
  for (let at = start; at < end; at++) {
    if (bytes[at] >= 0x80) return utf8Slice.call(bytes, start, end);
    text += String.fromCharCode(bytes[at]);
  }
  return text;
}

export function readHex(bytes: Uint8Array, start: number, end: number): string {
  return hexSlice.call(bytes, start, end);
}
