import { Emitter } from '../emitter.ts';
import { DocumentFields } from './document-fields.ts';

/**
 * Finds the fields of the records [from, to) of a block: where the value at each path begins is put into the path's
 * array, the first record's into element 0; 0 where there is none.
 */
export type FieldExtractor = (bytes: Uint8Array, from: number, to: number, offsets: readonly Uint32Array[]) => void;

/** Compiles the finder of several paths; none may begin with a system member. */
export function compileExtractor(paths: readonly (readonly string[])[]): FieldExtractor {
  const emitter = new Emitter();
  const arrays = paths.map((_, index) => emitter.local('offsets', `offsets[${index}]`));
  emitter.block('for (let record = from; record < to; record++)', () => {
    const fields = new DocumentFields(emitter, { bytes: 'bytes', record: 'record', idPrefix: "''" });
    for (const [index, path] of paths.entries()) {
      const at = emitter.local('at', fields.position(path));
      emitter.line(`${arrays[index]}[record - from] = ${at} < 0 ? 0 : ${at};`);
    }
  });
  return emitter.build(['bytes', 'from', 'to', 'offsets']) as FieldExtractor;
}
