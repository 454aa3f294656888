import type { ValueObject } from '@cairn/protocol/internal';

const UNKNOWN = 'application/octet-stream';

/** The first bytes of formats, in hexadecimal, and where they stand. */
const SIGNATURES: readonly (readonly [hex: string, type: string, at?: number])[] = [
  ['89504e470d0a1a0a', 'image/png'],
  ['ffd8ff', 'image/jpeg'],
  ['474946383761', 'image/gif'],
  ['474946383961', 'image/gif'],
  ['57454250', 'image/webp', 8],
  ['424d', 'image/bmp'],
  ['255044462d', 'application/pdf'],
  ['504b0304', 'application/zip'],
  ['1f8b', 'application/gzip'],
  ['4f676753', 'audio/ogg'],
  ['494433', 'audio/mpeg'],
  ['66747970', 'video/mp4', 4],
];

const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['txt', 'text/plain'],
  ['md', 'text/markdown'],
  ['csv', 'text/csv'],
  ['html', 'text/html'],
  ['htm', 'text/html'],
  ['css', 'text/css'],
  ['js', 'text/javascript'],
  ['json', 'application/json'],
  ['xml', 'application/xml'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['pdf', 'application/pdf'],
  ['zip', 'application/zip'],
  ['gz', 'application/gzip'],
  ['mp3', 'audio/mpeg'],
  ['ogg', 'audio/ogg'],
  ['wav', 'audio/wav'],
  ['mp4', 'video/mp4'],
  ['webm', 'video/webm'],
  ['woff2', 'font/woff2'],
  ['wasm', 'application/wasm'],
]);

/** The media type of a file: by its first bytes, then by its name. */
export function mimeType(data: Uint8Array, filename: string): string {
  const head = Buffer.from(data.subarray(0, 16)).toString('hex');
  const signed = SIGNATURES.find(([hex, , at = 0]) => head.startsWith(hex, at * 2));
  if (signed !== undefined) return signed[1];
  const extension = filename.slice(filename.lastIndexOf('.') + 1).toLowerCase();
  return EXTENSIONS.get(extension) ?? UNKNOWN;
}

/** Width and height of a PNG or a GIF, which have them in front; nothing for other files. */
export function imageSize(data: Uint8Array): ValueObject {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  const type = mimeType(data, '');
  if (type === 'image/png' && bytes.length >= 24)
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (type === 'image/gif' && bytes.length >= 10)
    return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  return {};
}
