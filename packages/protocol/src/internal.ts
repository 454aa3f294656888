/** The door for sister packages: everything that `index.ts` shows, and what only the house itself needs. */

export { COMMANDS, type CommandName, commandByName, type DataOf, type FieldsOf } from './catalogue/catalogue.ts';
export {
  type Access,
  type AccessScope,
  type Action,
  type CommandDefinition,
  defineCommand,
} from './catalogue/command-definition.ts';
export { type ParsedRequest, parseRequest } from './catalogue/parse-fields.ts';
export { FrameReader } from './frame/frame-reader.ts';
export { FrameTooLarge } from './frame/frame-too-large.ts';
export { beginFrame, encodeFrame, endFrame } from './frame/frame-writing.ts';
export { type DetectedProtocol, type Detection, NATIVE_MAGIC, ProtocolDetector } from './frame/protocol-detector.ts';
export * from './index.ts';
export * from './limits.ts';
export { EncodedRows, EncodedValue } from './message/encoded-value.ts';
export { decodeMessage, encodeMessage } from './message/message-codec.ts';
export { MessageTooLargeError } from './message/message-too-large-error.ts';
export { ProtocolError, type RequestId } from './message/protocol-error.ts';
export { RawValue } from './message/raw-value.ts';
export {
  type BatchReply,
  type ErrorReply,
  type OkReply,
  type PongReply,
  type Reply,
  type ReplyData,
  writeReply,
} from './message/reply.ts';
export { decodeRequest, type Request, type RequestField } from './message/request.ts';
export { type RequestHead, readRequestHead } from './message/request-head.ts';
export { type CsvOptions, CsvReader, checkedColumns } from './records/csv-reader.ts';
export { csvLine } from './records/csv-text.ts';
export { JsonArrayReader } from './records/json-array-reader.ts';
export { NdjsonReader } from './records/ndjson-reader.ts';
export { cellOf, cellText, columnsOf, type Row, SYSTEM_FIELDS } from './records/row-columns.ts';
export { SourceFormatError } from './records/source-format-error.ts';
export {
  FRESH_START,
  type ImportDocument,
  type ReaderStart,
  type RecordReader,
  type SourceRecord,
} from './records/source-record.ts';
export {
  RECORD_FORMATS,
  type RecordFormat,
  recordFormatNamed,
  recordFormatOf,
  recordReader,
} from './records/source-text.ts';
export { numberOf } from './records/type-inference.ts';
export { parseJson } from './value/json.ts';
export { ByteWriter } from './value/msgpack/byte-writer.ts';
export { type CanonicalLimits, type CanonicalValue, canonicalize } from './value/msgpack/canonicalize.ts';
export { decodeValue } from './value/msgpack/decode.ts';
export { encodeValue } from './value/msgpack/encode.ts';
export { writeNumber } from './value/msgpack/number-bytes.ts';
export { skipValue } from './value/msgpack/skip.ts';
export { skipUntrusted } from './value/msgpack/skip-untrusted.ts';
export { nestedTooDeep, observeWalks, reportWalk, WalkBudget } from './value/walk-budget.ts';
