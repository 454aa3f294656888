import type { Socket } from 'node:net';
import {
  ByteWriter,
  beginFrame,
  CairnError,
  endFrame,
  MessageTooLargeError,
  type Reply,
  type RequestId,
  writeReply,
} from '@cairn/protocol/internal';
import { REPLY_WRITE_BYTES } from '../../limits.ts';
import { SegmentedWriter } from './segmented-writer.ts';

/** A buffer that grew beyond this for one large reply is not kept. */
const KEPT_BYTES_MAX = 1024 * 1024;
/** Rows of this size lie in a buffer of their own. */
const FREED_MIN_BYTES = 256 * 1024;

/**
 * Encodes replies into frames and hands them to sockets, those of one turn in one write. All connections of a door
 * share one buffer: it is free again when the system has taken its bytes, and left to the socket when it has not.
 */
export class ReplyBuffer {
  #writer = new SegmentedWriter(REPLY_WRITE_BYTES);
  readonly #frameBytesMax: number;
  /** Frames of errors that are sent again and again, without the id that ends them. */
  readonly #frames = new WeakMap<CairnError, Uint8Array>();

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** Adds a reply's frame. A reply that does not fit a frame becomes the error that says so. */
  add(reply: Reply, rid: RequestId | undefined): void {
    const writer = this.#writer;
    // These are objects that are there once, and sent when there is least time.
    if (reply.status === 'error' && reply.error.code === 'overloaded' && rid !== undefined) {
      this.#addRefusal(reply.error, rid);
      return;
    }
    const at = beginFrame(writer);
    const { attachedBytes } = writer;
    try {
      writeReply(writer, reply, rid);
      const length = endFrame(writer, at, writer.attachedBytes - attachedBytes);
      if (length <= this.#frameBytesMax) return;
      writer.rewind(at);
      const sizes = { sizeBytes: length, limitBytes: this.#frameBytesMax };
      this.#addError(new MessageTooLargeError('reply', sizes), rid);
    } catch (error) {
      writer.rewind(at);
      const known = error instanceof CairnError ? error : new CairnError('internal', 'the reply cannot be encoded');
      this.#addError(known, rid);
    }
  }

  #addRefusal(error: CairnError, rid: RequestId): void {
    const writer = this.#writer;
    let frame = this.#frames.get(error);
    if (frame === undefined) {
      frame = frameBeforeId(error);
      this.#frames.set(error, frame);
    }
    const at = writer.position;
    writer.raw(frame);
    writer.value(rid);
    endFrame(writer, at);
  }

  get isFull(): boolean {
    return this.#writer.position + this.#writer.attachedBytes >= REPLY_WRITE_BYTES;
  }

  /** One write of all that was added. */
  sendTo(socket: Socket): void {
    const writer = this.#writer;
    if (writer.position === 0) return;
    writeAll(socket, writer.segments(), writer.bytes.buffer);
    // Nothing left in the stream: the system has copied the bytes, and their buffer can be used again.
    if (socket.writableLength === 0 && writer.bytes.length <= KEPT_BYTES_MAX) writer.reset();
    else this.#writer = new SegmentedWriter(REPLY_WRITE_BYTES);
  }

  #addError(error: CairnError, rid: RequestId | undefined): void {
    const at = beginFrame(this.#writer);
    writeReply(this.#writer, { status: 'error', error }, rid);
    endFrame(this.#writer, at);
  }
}

/** The frame of an error as it is before the bytes of an id, which come last. */
function frameBeforeId(error: CairnError): Uint8Array {
  const writer = new ByteWriter();
  beginFrame(writer);
  writeReply(writer, { status: 'error', error }, 0);
  return writer.finish().subarray(0, -1);
}

/** One write of several pieces. */
function writeAll(socket: Socket, segments: readonly Uint8Array[], own: ArrayBufferLike): void {
  if (segments.length > 1) socket.cork();
  for (const segment of segments) {
    if (segment.length < FREED_MIN_BYTES || segment.buffer === own) socket.write(segment);
    else socket.write(segment, () => free(segment));
  }
  if (segments.length > 1) socket.uncork();
}

/**
 * Gives the memory of rows back that have been sent, or never will be. They belong to their reply alone, and the collector would come
 * late: it sees little of what lies outside of the heap, and answers of closed connections would be kept beside a user's next ones.
 */
function free({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}
