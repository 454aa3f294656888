/** The door for sister packages: everything that `index.ts` shows, and what only the house itself needs. */
export * from './index.ts';
export * from './limits.ts';
export { ByteWriter } from './value/byte-writer.ts';
export { type CanonicalLimits, type CanonicalValue, canonicalize } from './value/canonicalize.ts';
export { decodeValue } from './value/decode.ts';
export { encodeValue } from './value/encode.ts';
export { skipValue } from './value/skip.ts';
