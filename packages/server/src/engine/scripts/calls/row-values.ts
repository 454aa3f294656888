import { ByteWriter, decodeValue, EncodedRows, EncodedValue, type OkReply, type Value } from '@cairn/protocol/internal';

/** The rows of a query's reply as one list, without decoding what is encoded. */
export function rowList({ data }: OkReply): Value | EncodedValue {
  if (!(data instanceof EncodedRows)) return data ?? [];
  const writer = new ByteWriter();
  writer.arrayHeader(data.count);
  for (const part of data.parts) writer.raw(part, 0, part.length);
  return new EncodedValue(writer.finish());
}

/** The rows decoded, for calls that look into them. */
export function rowValues(reply: OkReply): Value[] {
  const list = rowList(reply);
  return (list instanceof EncodedValue ? decodeValue(list.bytes, list.start) : list) as Value[];
}
