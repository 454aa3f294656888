import { randomBytes, randomFillSync } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Bytes from here on would make some letters likelier than others. */
const FAIR_BYTES = 256 - (256 % LETTERS.length);

/** Letters and digits that cannot be guessed. */
export function randomLetters(length: number): string {
  const letters: string[] = [];
  const bytes = Buffer.alloc(Math.min(length + 16, 4096));
  while (letters.length < length) {
    randomFillSync(bytes);
    for (const byte of bytes)
      if (byte < FAIR_BYTES && letters.length < length) letters.push(LETTERS[byte % LETTERS.length]);
  }
  return letters.join('');
}

/** 16 bytes as a UUID (RFC 9562) of a version. */
function formatUuid(bytes: Buffer, version: number): string {
  bytes[6] = (bytes[6] & 0x0f) | (version << 4);
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The latest one's milliseconds, and how many were made in them. */
let lastMs = 0;
let inThisMs = 0;

/** A UUID that begins with the time in milliseconds: later ones of this process sort later. */
export function timeOrderedUuid(): string {
  const bytes = randomBytes(16);
  const now = Math.max(Date.now(), lastMs);
  inThisMs = now === lastMs ? inThisMs + 1 : 0;
  lastMs = inThisMs > 0xfff ? now + 1 : now;
  if (inThisMs > 0xfff) inThisMs = 0;
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(inThisMs, 6);
  return formatUuid(bytes, 7);
}
