/** Where the first key of the map at `offset` begins. */
export function mapStart(bytes: Uint8Array, offset: number): number {
  const type = bytes[offset];
  if ((type & 0xf0) === 0x80) return offset + 1;
  return type === 0xde ? offset + 3 : offset + 5;
}
