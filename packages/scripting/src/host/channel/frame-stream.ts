import type { Socket } from 'node:net';
import { ByteWriter } from '@cairn/protocol/internal';

/** Bytes of one message between the server and a script process: a body of 10 MB, or a result of 16 MB, with what stands around it. */
export const MESSAGE_MAX_BYTES = 64 * 1024 * 1024;

const INITIAL_BUFFER_BYTES = 16 * 1024;

/** A buffer larger than this is not kept for the next turn. */
const KEPT_BUFFER_BYTES = 1024 * 1024;

/**
 * Messages over a pipe: each a length (uint32, little endian) and that many bytes of msgpack. What is written in one turn of
 * the event loop leaves in one write. `docs/formats/script-channel.md` has the messages.
 */
export class FrameStream {
  readonly #socket: Socket;
  readonly #receive: (bytes: Buffer) => void;
  #writer = new ByteWriter(INITIAL_BUFFER_BYTES);
  #isFlushing = false;
  /** What has come of a message that is not whole yet. */
  #parts: Buffer[] = [];
  #partBytes = 0;
  #wantedBytes = 4;

  /** @param receive is given each message; the bytes are valid only during the call */
  constructor(socket: Socket, receive: (bytes: Buffer) => void) {
    this.#socket = socket;
    this.#receive = receive;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  /** Bytes that the other side has not taken yet. */
  get waitingBytes(): number {
    return this.#socket.writableLength + this.#writer.position;
  }

  /** Sends what `write` writes as one message. */
  send(write: (writer: ByteWriter) => void): void {
    const writer = this.#writer;
    const start = writer.position;
    writer.reserve(4);
    writer.position += 4;
    try {
      write(writer);
    } catch (error) {
      writer.position = start;
      throw error;
    }
    writer.bytes.writeUInt32LE(writer.position - start - 4, start);
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setImmediate(() => {
      this.#isFlushing = false;
      this.flush();
    });
  }

  /** Hands over what waits now, and not at the end of the turn. */
  flush(): void {
    const writer = this.#writer;
    if (writer.position === 0) return;
    const bytes = writer.bytes.subarray(0, writer.position);
    if (!this.#socket.destroyed) this.#socket.write(bytes);
    // Mostly the pipe takes all of it at once, and the buffer is free again; otherwise it belongs to the socket.
    const isFree = this.#socket.writableLength === 0;
    if (writer.bytes.length > KEPT_BUFFER_BYTES || !isFree) this.#writer = new ByteWriter(INITIAL_BUFFER_BYTES);
    else writer.reset();
  }

  #take(chunk: Buffer): void {
    if (this.#partBytes + chunk.length < this.#wantedBytes) {
      this.#parts.push(chunk);
      this.#partBytes += chunk.length;
      return;
    }
    const bytes = this.#parts.length === 0 ? chunk : Buffer.concat([...this.#parts, chunk]);
    this.#parts = [];
    let at = 0;
    this.#wantedBytes = 4;
    while (bytes.length - at >= 4) {
      const length = bytes.readUInt32LE(at);
      if (length > MESSAGE_MAX_BYTES) {
        this.#socket.destroy(new RangeError(`a message of ${length} bytes`));
        return;
      }
      if (bytes.length - at - 4 < length) {
        this.#wantedBytes = 4 + length;
        break;
      }
      this.#receive(bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    this.#partBytes = bytes.length - at;
    if (this.#partBytes > 0) this.#parts = [bytes.subarray(at)];
  }
}
