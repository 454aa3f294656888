import type { ByteWriter, Value } from '@cairn/protocol/internal';
import { EncodedValue } from '@cairn/protocol/internal';

/** From the server to a script process. Each message is an array that begins with one of these. `docs/formats/script-channel.md`. */
export const TO_CHILD = { run: 0, reply: 1, failedReply: 2, cancel: 3, ping: 4, streamTaken: 5, mayBegin: 6 } as const;

/** From a script process to the server. */
export const TO_SERVER = {
  ready: 0,
  call: 1,
  log: 2,
  answer: 3,
  failure: 4,
  streamPart: 5,
  unknownSource: 6,
  pong: 7,
  begun: 8,
  asksToBegin: 9,
  retires: 10,
  computes: 11,
} as const;

/** Writes an array of values, or of values that are msgpack already. */
export function writeMessage(writer: ByteWriter, parts: readonly (Value | EncodedValue | undefined)[]): void {
  writer.arrayHeader(parts.length);
  for (const part of parts) {
    if (part === undefined) writer.nil();
    else if (part instanceof EncodedValue) writer.raw(part.bytes, part.start, part.end);
    else writer.value(part);
  }
}
