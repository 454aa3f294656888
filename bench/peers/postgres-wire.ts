import type { Answer, AnswerReader } from './wire-client.ts';

/*
 * As much of PostgreSQL's protocol, version 3.0, as a benchmark needs: see "Frontend/Backend Protocol" in its manual.
 */

const PROTOCOL_VERSION = 196_608;

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const text = (value: string) => Buffer.from(`${value}\0`);

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function startup(user: string, database: string): Buffer {
  const body = Buffer.concat([
    int32(PROTOCOL_VERSION),
    text('user'),
    text(user),
    text('database'),
    text(database),
    Buffer.alloc(1),
  ]);
  return Buffer.concat([int32(body.length + 4), body]);
}

/** A statement, or several, run as they are. */
export const simpleQuery = (sql: string): Buffer => message('Q', text(sql));

const sync = message('S', Buffer.alloc(0));
const execute = message('E', Buffer.concat([text(''), int32(0)]));

/** Prepares a statement under a name. */
export const prepare = (name: string, sql: string): Buffer =>
  Buffer.concat([message('P', Buffer.concat([text(name), text(sql), int16(0)])), sync]);

/** Runs a prepared statement with values given as text. */
export function run(name: string, values: readonly string[]): Buffer {
  const parts = values.flatMap((value) => {
    const bytes = Buffer.from(value);
    return [int32(bytes.length), bytes];
  });
  const bind = Buffer.concat([text(''), text(name), int16(0), int16(values.length), ...parts, int16(0)]);
  return Buffer.concat([message('B', bind), execute, sync]);
}

/** Rows for a COPY that has been begun: sent together with its end. */
export const copyData = (lines: string): Buffer =>
  Buffer.concat([message('d', Buffer.from(lines)), message('c', Buffer.alloc(0))]);

/** An answer ends with ReadyForQuery, or with CopyInResponse, to which data is the next request. */
export class PostgresAnswers implements AnswerReader {
  #bytes: Buffer = Buffer.alloc(0);
  #rows = 0;
  #error: string | undefined;

  push(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
  }

  next(): Answer | undefined {
    let at = 0;
    let answer: Answer | undefined;
    while (answer === undefined && this.#bytes.length - at >= 5) {
      const end = at + 1 + this.#bytes.readUInt32BE(at + 1);
      if (end > this.#bytes.length) break;
      answer = this.#take(String.fromCharCode(this.#bytes[at]!), this.#bytes.subarray(at + 5, end));
      at = end;
    }
    this.#bytes = this.#bytes.subarray(at);
    return answer;
  }

  #take(type: string, body: Buffer): Answer | undefined {
    if (type === 'D') this.#rows++;
    else if (type === 'E') this.#error = body.toString('utf8').replaceAll('\0', ' ');
    else if (type === 'Z' || type === 'G') {
      const answer = { rows: this.#rows };
      const error = this.#error;
      this.#rows = 0;
      this.#error = undefined;
      if (error !== undefined) throw new Error(`PostgreSQL: ${error}`);
      return answer;
    }
    return undefined;
  }
}
