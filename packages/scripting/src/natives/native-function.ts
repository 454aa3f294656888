import type { Value } from '@cairn/protocol/internal';

/** Thrown by a native function: its message is the error that the script sees, as it is. */
export class NativeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NativeError';
  }
}

/**
 * A function of the script API that computes and asks nobody: the same for Lua and JavaScript. Absent parameters are
 * `undefined`; Lua strings that are no UTF-8 arrive as `Uint8Array`, and a result of that type becomes a string of bytes in Lua.
 */
export type NativeFunction = (...parameters: (Value | undefined)[]) => Value | undefined;

/** The functions of one table of the API: `crypto`, `time`, … */
export type NativeTable = Readonly<Record<string, NativeFunction>>;
