/**
 * Memory of columns, zeroed. All of it comes from here and everything that reads columns takes views of any buffer, so
 * that another kind of memory (such as shared memory, for several threads) is a change of this one line.
 */
export function columnMemory(bytes: number): ArrayBuffer {
  return new ArrayBuffer(bytes);
}

/** Room for stored values: a `Buffer`, as blocks are, so that what is decoded from it is the same. */
export function columnBytes(bytes: number): Buffer {
  return Buffer.from(columnMemory(bytes));
}
