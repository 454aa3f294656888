import type { ByteWriter } from '../value/msgpack/byte-writer.ts';
import { writeUint32Bytes } from '../value/msgpack/number-bytes.ts';

const HEADER_BYTES = 4;

/** A frame around a payload, header and payload in one buffer so that they leave in one write. */
export function encodeFrame(payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame.writeUInt32BE(payload.length, 0);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

/** Leaves room for a frame's header in a writer; returns where the frame begins, for `endFrame`. */
export function beginFrame(writer: ByteWriter): number {
  writer.reserve(HEADER_BYTES);
  const at = writer.position;
  writer.position += HEADER_BYTES;
  return at;
}

/**
 * Sets the header of a frame whose payload is what has been written since `beginFrame`; returns the payload's bytes.
 * @param attachedBytes those of the payload that are not among the writer's own
 */
export function endFrame(writer: ByteWriter, at: number, attachedBytes = 0): number {
  const length = writer.position - at - HEADER_BYTES + attachedBytes;
  writeUint32Bytes(writer.bytes, at, length);
  return length;
}
