import { stringifyJson, type Value } from '@cairn/protocol/internal';
import { NATIVE_LIMITS } from '../limits.ts';

/** Text of a value in a message. */
export function quoted(value: Value): string {
  const text = stringifyJson(value);
  const max = NATIVE_LIMITS.quotedMaxLength;
  return text.length <= max ? text : `${text.slice(0, max)}…`;
}

/** `1 item`, `2 items`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `'a', 'b' were unexpected`. */
export function listed(names: readonly string[]): string {
  return `${names.map((name) => `'${name}'`).join(', ')} ${names.length === 1 ? 'was' : 'were'} unexpected`;
}
