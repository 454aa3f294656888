import type { Value } from '@cairn/protocol/internal';
import { NativeError } from './native-function.ts';
import { NATIVES } from './natives.ts';

/** Calls a native function for a test: `call('string.trim', ' x ')`. */
export function call(name: string, ...parameters: (Value | undefined)[]): Value | undefined {
  const [table, member] = name.split('.');
  return NATIVES[table][member](...parameters);
}

/** The message of the error that a call raises. */
export function problemOf(name: string, ...parameters: (Value | undefined)[]): string {
  try {
    call(name, ...parameters);
  } catch (error) {
    if (error instanceof NativeError) return error.message;
    throw error;
  }
  throw new Error(`${name} raised nothing`);
}
