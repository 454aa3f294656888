import type { CairnError } from '../error.ts';
import type { ByteWriter } from '../value/msgpack/byte-writer.ts';
import type { Value } from '../value/value.ts';
import { EncodedRows, EncodedValue } from './encoded-value.ts';
import type { RequestId } from './protocol-error.ts';

/** What stands under `data`: a value, or bytes that are msgpack already. */
export type ReplyData = Value | EncodedValue | EncodedRows;

/** A success. Members that are `undefined` are left out; `data` may be null. */
export interface OkReply {
  readonly status: 'ok';
  readonly data?: ReplyData;
  readonly count?: number;
  readonly txId?: string;
  readonly cursor?: string;
  readonly hasMore?: boolean;
  readonly warnings?: readonly string[];
  readonly lsn?: number;
  /** Further members, beside the ones above. */
  readonly extra?: Readonly<Record<string, Value>>;
}

export interface PongReply {
  readonly status: 'pong';
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

export interface BatchReply {
  readonly status: 'batch';
  readonly responses: readonly Reply[];
}

export interface ErrorReply {
  readonly status: 'error';
  readonly error: CairnError;
}

/** The answer to one request. */
export type Reply = OkReply | PongReply | BatchReply | ErrorReply;

/** Writes a reply as one msgpack map, `rid` last. What `error` and extra members look like: docs/formats/frame.md. */
export function writeReply(writer: ByteWriter, reply: Reply, rid?: RequestId): void {
  switch (reply.status) {
    case 'ok':
      writeOk(writer, reply, rid);
      break;
    case 'pong':
      writer.mapHeader(rid === undefined ? 2 : 3);
      writeMember(writer, 'status', 'pong');
      writeMember(writer, 'timestamp', reply.timestamp);
      writeRequestId(writer, rid);
      break;
    case 'batch':
      writeBatch(writer, reply, rid);
      break;
    case 'error':
      writeError(writer, reply.error, rid);
      break;
  }
}

function writeOk(writer: ByteWriter, reply: OkReply, rid: RequestId | undefined): void {
  const at = writer.mapHeader32();
  let members = 1;
  writeMember(writer, 'status', 'ok');
  if (reply.data !== undefined) {
    writer.string('data');
    writeData(writer, reply.data);
    members++;
  }
  members += writeOptional(writer, 'count', reply.count);
  members += writeOptional(writer, 'tx_id', reply.txId);
  members += writeOptional(writer, 'cursor', reply.cursor);
  members += writeOptional(writer, 'has_more', reply.hasMore);
  members += writeOptional(writer, 'warnings', reply.warnings as Value | undefined);
  members += writeOptional(writer, 'lsn', reply.lsn);
  if (reply.extra !== undefined) {
    for (const name of Object.keys(reply.extra)) members += writeOptional(writer, name, reply.extra[name]);
  }
  members += writeRequestId(writer, rid);
  writer.patchHeader32(at, members);
}

function writeData(writer: ByteWriter, data: ReplyData): void {
  if (data instanceof EncodedValue) {
    writer.raw(data.bytes, data.start, data.end);
  } else if (data instanceof EncodedRows) {
    writer.arrayHeader(data.count);
    for (const part of data.parts) writer.attach(part);
  } else {
    writer.value(data);
  }
}

function writeBatch(writer: ByteWriter, reply: BatchReply, rid: RequestId | undefined): void {
  writer.mapHeader(rid === undefined ? 2 : 3);
  writeMember(writer, 'status', 'batch');
  writer.string('responses');
  writer.arrayHeader(reply.responses.length);
  for (const response of reply.responses) writeReply(writer, response);
  writeRequestId(writer, rid);
}

function writeError(writer: ByteWriter, error: CairnError, rid: RequestId | undefined): void {
  const tooLarge = error.variant === 'MessageTooLarge';
  const at = writer.mapHeader32();
  let members = 4;
  writeMember(writer, 'status', 'error');
  writer.string('error');
  if (tooLarge) {
    // Clients know this variant as a bare name; its sentence stands beside it.
    writer.string('MessageTooLarge');
  } else {
    writer.mapHeader(1);
    writeMember(writer, error.variant, error.message);
  }
  writeMember(writer, 'code', error.code);
  writeMember(writer, 'retryable', error.retryable);
  if (tooLarge) members += writeOptional(writer, 'message', error.message);
  if (Object.keys(error.details).length > 0) members += writeOptional(writer, 'details', error.details as Value);
  members += writeRequestId(writer, rid);
  writer.patchHeader32(at, members);
}

function writeMember(writer: ByteWriter, name: string, value: Value): void {
  writer.string(name);
  writer.value(value);
}

function writeOptional(writer: ByteWriter, name: string, value: Value | undefined): 0 | 1 {
  if (value === undefined) return 0;
  writeMember(writer, name, value);
  return 1;
}

function writeRequestId(writer: ByteWriter, rid: RequestId | undefined): 0 | 1 {
  return writeOptional(writer, 'rid', rid);
}
