import { stringifyJson, type Value } from '@cairn/protocol/internal';
import { NativeError, type NativeFunction, type NativeTable } from '../natives/native-function.ts';
import type { NativeCall } from './script-isolate.ts';

/** What JavaScript needs beside the natives of both languages. */
const ENGINE_FUNCTIONS: NativeTable = {
  decode: (bytes) => (bytes instanceof Uint8Array ? Buffer.from(bytes).toString('utf8') : ''),
  encode: (text) => new Uint8Array(Buffer.from(String(text))),
};

/**
 * Calls native functions for sandboxes. The answer is one text, whose first character says what the rest is: `v` a value in JSON,
 * `b` bytes as characters, `u` nothing, `e` the message of an error.
 */
export function callNative(natives: Readonly<Record<string, NativeTable>>): NativeCall {
  const tables: Readonly<Record<string, NativeTable>> = { ...natives, engine: ENGINE_FUNCTIONS };
  return (name, parameterText, place, bytes) => {
    const native = find(tables, name);
    if (native === undefined) return `eno native function ${name}`;
    try {
      const parameters = JSON.parse(parameterText) as Value[];
      if (place !== undefined && bytes !== undefined) parameters[Number(place)] = bytes;
      const result = native(...parameters.map((each) => each ?? undefined));
      if (result === undefined) return 'u';
      if (result instanceof Uint8Array) return `b${Buffer.from(result).toString('latin1')}`;
      return `v${stringifyJson(result)}`;
    } catch (error) {
      if (error instanceof NativeError) return `e${error.message}`;
      return `e${name.split('.')[1]}: invalid parameters`;
    }
  };
}

function find(tables: Readonly<Record<string, NativeTable>>, name: string): NativeFunction | undefined {
  const [table, member] = name.split('.', 2);
  return Object.hasOwn(tables, table) && Object.hasOwn(tables[table], member) ? tables[table][member] : undefined;
}
