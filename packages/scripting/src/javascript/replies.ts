import { isObject, stringifyJson, type Value } from '@cairn/protocol/internal';

/** Calls whose results hold bytes that scripts get as bytes, and where. Everywhere else bytes are base64, as in JSON. */
const BYTES_IN: ReadonlyMap<string, string | undefined> = new Map([
  ['files.read', undefined],
  ['ws.recv', undefined],
  ['fetch', 'body'],
  ['image.process', 'data'],
  ['ws.recv_any', '0'],
]);

/** A result on its way into the sandbox: JSON, and bytes that stand for all of it or for one member. */
export interface ReplyParts {
  readonly text: string;
  readonly bytes?: Uint8Array;
  readonly member?: string;
}

export function replyParts(call: string, value: Value): ReplyParts {
  if (!BYTES_IN.has(call)) return { text: stringifyJson(value) };
  const member = BYTES_IN.get(call);
  if (member === undefined)
    return value instanceof Uint8Array ? { text: 'null', bytes: value } : { text: stringifyJson(value) };
  if (Array.isArray(value)) return memberOfList(value, Number(member));
  if (!isObject(value)) return { text: stringifyJson(value) };
  const bytes = value[member];
  if (!(bytes instanceof Uint8Array)) return { text: stringifyJson(value) };
  return { text: stringifyJson({ ...value, [member]: null }), bytes, member };
}

function memberOfList(list: Value[], index: number): ReplyParts {
  const bytes = list[index];
  if (!(bytes instanceof Uint8Array)) return { text: stringifyJson(list) };
  return { text: stringifyJson(list.with(index, null)), bytes, member: String(index) };
}
