import { isUtf8 } from 'node:buffer';
import { LIMITS } from '../limits.ts';
import { InvalidValueError } from '../value/invalid-value-error.ts';
import { canonicalize } from '../value/msgpack/canonicalize.ts';
import { decodeValue } from '../value/msgpack/decode.ts';
import { readKey } from '../value/msgpack/key-cache.ts';
import { readUint16, readUint32 } from '../value/msgpack/number-bytes.ts';
import { skipUntrusted } from '../value/msgpack/skip-untrusted.ts';
import { readText } from '../value/msgpack/text-bytes.ts';
import type { Value } from '../value/value.ts';
import { ProtocolError, type RequestId } from './protocol-error.ts';
import { RawValue } from './raw-value.ts';

/** A member of a request: a value, a span that stays bytes, or the requests inside a batch or a transaction command. */
export type RequestField = Value | RawValue | Request | Request[] | undefined;

/** A request as it came: the command's name and its members, not yet checked against the command's schema. */
export interface Request {
  readonly cmd: string;
  /** The members other than `cmd` and `rid`, by name. */
  readonly fields: Record<string, RequestField>;
  readonly rid: RequestId | undefined;
}

/** Members that stay bytes: documents go to the engine as they came. */
const RAW_FIELDS: ReadonlySet<string> = new Set(['document', 'documents', 'data']);

/**
 * Decodes the payload of a frame. Bytes after the first msgpack value are ignored, as every known server does.
 * @throws ProtocolError for whatever is not a map with a `cmd`
 */
export function decodeRequest(payload: Uint8Array): Request {
  return new RequestDecoder(payload).request(0);
}

/** Reads one request from untrusted bytes. */
class RequestDecoder {
  private readonly bytes: Uint8Array;
  private at = 0;
  private rid: RequestId | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  request(depth: number): Request {
    if (depth > LIMITS.nestingMaxDepth) this.fail(`requests nested deeper than ${LIMITS.nestingMaxDepth} levels`);
    const count = this.mapCount();
    const fields: Record<string, RequestField> = {};
    let cmd: string | undefined;
    let rid: RequestId | undefined;
    for (let i = 0; i < count; i++) {
      const name = this.memberName();
      if (name === undefined) {
        this.skip();
      } else if (name === 'cmd') {
        if (cmd !== undefined) this.fail('duplicate field `cmd`');
        cmd = this.commandName();
      } else if (name === 'rid') {
        rid = this.requestId();
        if (depth === 0) this.rid = rid;
      } else {
        if (Object.hasOwn(fields, name)) this.fail(`duplicate field \`${name}\``);
        const field = this.field(name, depth);
        // No command has a field of this name, and a stranger's must not become a prototype.
        if (name !== '__proto__') fields[name] = field;
      }
    }
    if (cmd === undefined) this.fail('missing field `cmd`');
    return cmd === 'cancel' ? cancelRequest(fields, rid) : { cmd, fields, rid };
  }

  private field(name: string, depth: number): RequestField {
    const marker = this.bytes[this.at];
    if (marker >= 0xa0 && marker < 0xc0 && !RAW_FIELDS.has(name)) return this.shortText(marker & 0x1f);
    if (marker < 0x80) {
      this.at++;
      return marker;
    }
    if (RAW_FIELDS.has(name)) return this.raw();
    if (marker === 0xd9) {
      const { start, end } = this.textSpan('a string');
      return this.checkedText(start, end);
    }
    if (name === 'command' && isMapMarker(marker)) return this.request(depth + 1);
    if (name === 'commands' && isArrayMarker(marker)) return this.requests(depth);
    return this.value();
  }

  private raw(): RawValue {
    const start = this.at;
    this.skip();
    return new RawValue(this.bytes, start, this.at);
  }

  private requests(depth: number): Request[] {
    const count = this.containerCount(0x90, 0xdc);
    if (count > LIMITS.batchMaxCommands) this.fail(`a batch of more than ${LIMITS.batchMaxCommands} commands`);
    const list: Request[] = [];
    for (let i = 0; i < count; i++) list.push(this.request(depth + 1));
    return list;
  }

  private value(): Value {
    try {
      const { bytes, end } = canonicalize(this.bytes, this.at);
      this.at = end;
      const value = decodeValue(bytes);
      // Some clients send every text as bytes. In the envelope itself text is all that such bytes can mean.
      return value instanceof Uint8Array && isUtf8(value) ? Buffer.from(value).toString('utf8') : value;
    } catch (error) {
      throw this.wrap(error);
    }
  }

  private skip(): void {
    try {
      this.at = skipUntrusted(this.bytes, this.at);
    } catch (error) {
      throw this.wrap(error);
    }
  }

  private shortText(length: number): string {
    const start = this.at + 1;
    const end = start + length;
    this.at = end;
    return this.checkedText(start, end);
  }

  private checkedText(start: number, end: number): string {
    const bytes = this.bytes;
    if (end > bytes.length) this.failEarlyEnd();
    let bits = 0;
    for (let i = start; i < end; i++) bits |= bytes[i];
    if (bits > 0x7f && !isUtf8(bytes.subarray(start, end))) this.fail('text that is not UTF-8');
    return readText(bytes, start, end);
  }

  private mapCount(): number {
    if (this.at >= this.bytes.length) this.fail('IO error while reading marker: failed to fill whole buffer');
    const marker = this.bytes[this.at];
    if (marker === 0xc1) this.fail('wrong msgpack marker Reserved');
    if (!isMapMarker(marker)) this.fail(`invalid type: ${describe(marker)}, expected internally tagged enum Command`);
    const count = this.containerCount(0x80, 0xde);
    if (count > LIMITS.requestMaxMembers) this.fail(`a request of more than ${LIMITS.requestMaxMembers} members`);
    return count;
  }

  /** The count of an array or a map whose marker is known to be one. */
  private containerCount(short: number, marker16: number): number {
    const bytes = this.bytes;
    const marker = bytes[this.at];
    const width = marker < 0xa0 ? 0 : marker === marker16 ? 2 : 4;
    if (this.at + 1 + width > bytes.length) this.failEarlyEnd();
    const at = this.at + 1;
    this.at = at + width;
    const count = width === 0 ? marker - short : width === 2 ? readUint16(bytes, at) : readUint32(bytes, at);
    if (count > bytes.length - this.at) this.failEarlyEnd();
    return count;
  }

  /** A member's name; `undefined` for nil, which some clients' maps carry besides. */
  private memberName(): string | undefined {
    const marker = this.bytes[this.at];
    if (marker === 0xc0) {
      this.at++;
      return undefined;
    }
    const { start, end } = this.textSpan('a string key');
    // The cache compares bytes with text unit by unit, so only what is valid may reach it.
    if (end - start <= LIMITS.commandNameMaxBytes && isAscii(this.bytes, start, end))
      return readKey(this.bytes, start, end - start);
    return this.checkedText(start, end);
  }

  private commandName(): string {
    const { start, end } = this.textSpan('variant identifier');
    if (end - start > LIMITS.commandNameMaxBytes)
      this.fail(`a command's name of more than ${LIMITS.commandNameMaxBytes} bytes`);
    return isAscii(this.bytes, start, end) && end > start
      ? readKey(this.bytes, start, end - start)
      : this.checkedText(start, end);
  }

  private requestId(): RequestId | undefined {
    const value = this.value();
    if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value)) || value === null)
      return value ?? undefined;
    if (typeof value === 'string' && value.length <= LIMITS.requestIdMaxLength) return value;
    return this.fail('invalid type: `rid` is an integer or a short string');
  }

  /** The span of a text or of bytes, either of which may stand where the envelope wants text. */
  private textSpan(wanted: string): { start: number; end: number } {
    const bytes = this.bytes;
    if (this.at >= bytes.length) this.failEarlyEnd();
    const marker = bytes[this.at];
    const at = this.at + 1;
    let start = at;
    let length: number;
    if (marker >= 0xa0 && marker < 0xc0) length = marker & 0x1f;
    else {
      const width =
        marker === 0xd9 || marker === 0xc4
          ? 1
          : marker === 0xda || marker === 0xc5
            ? 2
            : marker === 0xdb || marker === 0xc6
              ? 4
              : 0;
      if (width === 0) this.fail(`invalid type: ${describe(marker)}, expected ${wanted}`);
      if (at + width > bytes.length) this.failEarlyEnd();
      length = width === 1 ? bytes[at] : width === 2 ? readUint16(bytes, at) : readUint32(bytes, at);
      start = at + width;
    }
    if (length > bytes.length - start) this.failEarlyEnd();
    this.at = start + length;
    return { start, end: this.at };
  }

  private wrap(error: unknown): unknown {
    if (!(error instanceof InvalidValueError)) return error;
    const reason = error.message.replace(/^Invalid document: /, '');
    return new ProtocolError(reason, { rid: this.rid, details: { ...error.details }, cause: error });
  }

  private failEarlyEnd(): never {
    this.fail('IO error while reading data: unexpected end of file');
  }

  private fail(reason: string): never {
    throw new ProtocolError(reason, { rid: this.rid });
  }
}

/**
 * `cancel {rid}` names in `rid` the request to stop, and so has no id of its own; `cancel {target, rid}` has one. Both
 * arrive as the field `rid`, the request to stop.
 */
function cancelRequest(fields: Record<string, RequestField>, rid: RequestId | undefined): Request {
  if (fields.target === undefined) return { cmd: 'cancel', fields: { ...fields, rid }, rid: undefined };
  return { cmd: 'cancel', fields: { ...fields, rid: fields.target }, rid };
}

function isMapMarker(marker: number): boolean {
  return (marker >= 0x80 && marker < 0x90) || marker === 0xde || marker === 0xdf;
}

function isArrayMarker(marker: number): boolean {
  return (marker >= 0x90 && marker < 0xa0) || marker === 0xdc || marker === 0xdd;
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let bits = 0;
  for (let i = start; i < end; i++) bits |= bytes[i];
  return bits < 0x80;
}

/** What a marker begins, in words. */
function describe(marker: number): string {
  if (marker < 0x80 || marker >= 0xe0 || (marker >= 0xcc && marker <= 0xd3)) return 'integer';
  if (isMapMarker(marker)) return 'map';
  if (isArrayMarker(marker)) return 'sequence';
  if (marker === 0xc0) return 'unit value';
  if (marker === 0xc2 || marker === 0xc3) return 'boolean';
  if (marker === 0xca || marker === 0xcb) return 'floating point';
  if (marker >= 0xc4 && marker <= 0xc6) return 'byte array';
  return marker < 0xc0 || (marker >= 0xd9 && marker <= 0xdb) ? 'string' : 'extension';
}
