import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';

/** What came in answer to one request. */
export interface Answer {
  readonly rows: number;
}

/** Cuts what a server sends into answers, without decoding the rows in them. */
export interface AnswerReader {
  push(chunk: Buffer): void;
  /** The next whole answer; throws when it is an error. */
  next(): Answer | undefined;
}

/**
 * A connection that sends one request after another. It decodes nothing, so that what is measured is the server and the
 * way of the bytes, not how fast somebody's client makes objects.
 */
export class WireClient {
  readonly #socket: Socket;
  readonly #reader: AnswerReader;
  #waiting: { resolve(answer: Answer): void; reject(error: unknown): void } | undefined;

  private constructor(socket: Socket, reader: AnswerReader) {
    this.#socket = socket;
    this.#reader = reader;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#waiting?.reject(error));
  }

  static async open(address: NetConnectOpts, reader: AnswerReader): Promise<WireClient> {
    const socket = connect(address);
    await once(socket, 'connect');
    socket.setNoDelay(true);
    return new WireClient(socket, reader);
  }

  send(bytes: Uint8Array): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(bytes);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#reader.push(chunk);
    try {
      for (let answer = this.#reader.next(); answer !== undefined; answer = this.#reader.next()) {
        this.#waiting?.resolve(answer);
      }
    } catch (error) {
      this.#waiting?.reject(error);
    }
  }
}
