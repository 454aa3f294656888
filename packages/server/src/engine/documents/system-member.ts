import { stringEnd, stringStart } from './map-bytes.ts';

/** Members that the server makes. They are taken out of what comes in, and put in front of what goes out. */
export type SystemMember = '_key' | '_id' | '_rev' | '_created_at' | '_updated_at';

const UNDERSCORE = 0x5f;
const NAMES: readonly SystemMember[] = ['_key', '_id', '_rev', '_created_at', '_updated_at'];

/** Does the name at `offset` begin with an underscore? Most do not, and then nothing more needs to be looked at. */
export function isReserved(bytes: Uint8Array, offset: number): boolean {
  const start = stringStart(bytes, offset);
  return bytes[start] === UNDERSCORE && start < stringEnd(bytes, offset);
}

/** Which system member has the name at `offset`, if any. */
export function systemMemberAt(bytes: Uint8Array, offset: number): SystemMember | undefined {
  if (!isReserved(bytes, offset)) return undefined;
  return NAMES.find((name) => nameIs(bytes, offset, name));
}

/** Is the name at `offset` this one (ASCII)? */
export function nameIs(bytes: Uint8Array, offset: number, name: string): boolean {
  const start = stringStart(bytes, offset);
  if (stringEnd(bytes, offset) - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name.charCodeAt(i)) return false;
  return true;
}
