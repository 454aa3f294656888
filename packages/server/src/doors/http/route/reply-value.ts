import { decodeValue, EncodedRows, EncodedValue, type OkReply, skipValue, type Value } from '@cairn/protocol/internal';

/** What stands under `data` of a reply, decoded. */
export function dataOf({ data }: OkReply): Value {
  if (data instanceof EncodedRows) return rowsOf(data);
  if (data instanceof EncodedValue) return decodeValue(data.bytes, data.start);
  return data ?? null;
}

/** The rows of a reply. */
export function rowsIn(reply: OkReply): Value[] {
  const data = dataOf(reply);
  return Array.isArray(data) ? data : [];
}

function rowsOf(rows: EncodedRows): Value[] {
  const values: Value[] = [];
  for (const part of rows.parts) {
    for (let at = 0; at < part.length; at = skipValue(part, at)) values.push(decodeValue(part, at));
  }
  return values;
}
