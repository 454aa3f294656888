import type { ByteWriter } from '@cairn/protocol/internal';

const DAY_MS = 86_400_000;
/** `2025-11-21T02:36:00.123Z` */
const ISO_BYTES = 24;

let lastDay = Number.NaN;
let lastDayText = '';
const lastDayBytes = Buffer.alloc(11);

/** ISO 8601 in UTC with milliseconds. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Writes the same as msgpack text. The date's part is kept from call to call: most documents share a day. */
export function writeIsoTime(writer: ByteWriter, milliseconds: number): void {
  const day = Math.floor(milliseconds / DAY_MS);
  if (day !== lastDay) {
    lastDay = day;
    lastDayText = isoTime(day * DAY_MS).slice(0, 11);
    lastDayBytes.write(lastDayText, 'latin1');
  }
  writer.reserve(ISO_BYTES + 1);
  const { bytes } = writer;
  let at = writer.position;
  bytes[at++] = 0xa0 | ISO_BYTES;
  for (let index = 0; index < 11; index++) bytes[at++] = lastDayBytes[index];
  let rest = milliseconds - day * DAY_MS;
  const hours = Math.floor(rest / 3_600_000);
  rest -= hours * 3_600_000;
  const minutes = Math.floor(rest / 60_000);
  rest -= minutes * 60_000;
  const seconds = Math.floor(rest / 1000);
  at = twoDigits(bytes, at, hours);
  bytes[at++] = 0x3a;
  at = twoDigits(bytes, at, minutes);
  bytes[at++] = 0x3a;
  at = twoDigits(bytes, at, seconds);
  bytes[at++] = 0x2e;
  const fraction = rest - seconds * 1000;
  bytes[at++] = 0x30 + Math.floor(fraction / 100);
  at = twoDigits(bytes, at, fraction % 100);
  bytes[at++] = 0x5a;
  writer.position = at;
}

function twoDigits(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = 0x30 + Math.floor(value / 10);
  bytes[at + 1] = 0x30 + (value % 10);
  return at + 2;
}
