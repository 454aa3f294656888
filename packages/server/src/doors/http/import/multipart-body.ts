import { HttpProblem } from '../errors/http-problem.ts';

/** What stands above the content of one part. */
export interface PartHead {
  readonly name: string | undefined;
  readonly fileName: string | undefined;
  readonly contentType: string | undefined;
}

/** Bytes of the lines above one part's content: three short ones are usual. */
const HEAD_BYTES_MAX = 16 * 1024;
/** Parts that are passed over before the one that is looked for. */
const PARTS_MAX = 100;
/** RFC 2046, 5.1.1. */
const BOUNDARY_LENGTH_MAX = 70;

const LINE_END = Buffer.from('\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Reads a body of `multipart/form-data` (RFC 7578) part by part while it comes. No more of it is held than one chunk, a
 * boundary and the head of a part.
 *
 * @throws HttpProblem 400 for what is no such body
 */
export class MultipartBody {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #delimiter: Buffer;
  /** The first delimiter has no line end before it; with one put there it is like the others. */
  #rest: Buffer = LINE_END;
  #hasEnded = false;
  #parts = 0;

  constructor(body: AsyncIterable<Uint8Array>, contentType: string) {
    const boundary = boundaryOf(contentType);
    if (boundary === undefined) throw malformed('its boundary is not named');
    this.#chunks = body[Symbol.asyncIterator]();
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  /** The head of the next part; undefined behind the last one. The content of the part before must have been read. */
  async nextPart(): Promise<PartHead | undefined> {
    if (this.#parts === 0) for await (const _ of this.content()); // what stands in front of the first part
    if (++this.#parts > PARTS_MAX) throw malformed(`it has more than ${PARTS_MAX} parts`);
    await this.#need(2);
    if (this.#rest.subarray(0, 2).equals(Buffer.from('--'))) return undefined;
    const end = await this.#find(HEAD_END);
    const head = this.#rest.toString('utf8', 0, end);
    this.#rest = this.#rest.subarray(end + HEAD_END.length);
    return readHead(head);
  }

  /** The content of the part, up to the delimiter behind it. */
  async *content(): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#rest.indexOf(this.#delimiter);
      if (at >= 0) {
        if (at > 0) yield this.#rest.subarray(0, at);
        this.#rest = this.#rest.subarray(at + this.#delimiter.length);
        return;
      }
      // The last bytes may be the beginning of a delimiter.
      const sure = Math.max(0, this.#rest.length - this.#delimiter.length + 1);
      if (sure > 0) yield this.#rest.subarray(0, sure);
      this.#rest = this.#rest.subarray(sure);
      await this.#more();
    }
  }

  async #find(mark: Buffer): Promise<number> {
    for (;;) {
      const at = this.#rest.indexOf(mark);
      if (at >= 0) return at;
      if (this.#rest.length > HEAD_BYTES_MAX)
        throw malformed(`the head of a part is over ${HEAD_BYTES_MAX} bytes long`);
      await this.#more();
    }
  }

  async #need(bytes: number): Promise<void> {
    while (this.#rest.length < bytes) await this.#more();
  }

  async #more(): Promise<void> {
    if (this.#hasEnded) throw malformed('it ends too early');
    const { value, done } = await this.#chunks.next();
    if (done === true) this.#hasEnded = true;
    else this.#rest = this.#rest.length === 0 ? Buffer.from(value) : Buffer.concat([this.#rest, value]);
  }
}

function boundaryOf(contentType: string): string | undefined {
  const found = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2];
  return boundary === undefined || boundary.length > BOUNDARY_LENGTH_MAX ? undefined : boundary;
}

function readHead(head: string): PartHead {
  const headers = new Map<string, string>();
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = headers.get('content-disposition') ?? '';
  return {
    name: parameter(disposition, 'name'),
    fileName: parameter(disposition, 'filename'),
    contentType: headers.get('content-type'),
  };
}

function parameter(header: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;]*))`, 'i').exec(header);
  return found?.[1]?.replace(/\\(.)/g, '$1') ?? found?.[2]?.trim();
}

function malformed(reason: string): HttpProblem {
  return new HttpProblem(400, 'BadRequest', `The body is no multipart/form-data: ${reason}`);
}
