import assert from 'node:assert/strict';
import { setMember, type Value, type ValueObject } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { Emitter } from '../emitter.ts';
import { blockOf } from '../expression/stored-documents.fixture.ts';
import { DocumentFields } from './document-fields.ts';
import { readStored } from './read-stored.ts';

/** Finds the paths in this order in each record of a block, in one loop as queries do. */
function findAll(block: Uint8Array, records: number, paths: readonly (readonly string[])[]): Value[][] {
  const emitter = new Emitter();
  emitter.line('const rows = [];');
  emitter.block('for (let record = 0; record < records; record++)', () => {
    const fields = new DocumentFields(emitter, { bytes: 'bytes', record: 'record', idPrefix: "''" });
    const row = emitter.local('row', '[]');
    for (const path of paths) emitter.line(`${row}.push(readStored(${fields.bytes}, ${fields.position(path)}));`);
    emitter.line(`rows.push(${row});`);
  });
  emitter.line('return rows;');
  const built = emitter.build(['bytes', 'records', 'readStored']);
  return (built as unknown as (...args: unknown[]) => Value[][])(block, records, readStored);
}

function valueAt(document: Value, path: readonly string[]): Value {
  let value: Value = document;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    value = Object.hasOwn(value, name) ? (value as ValueObject)[name] : null;
  }
  return value;
}

describe('fields of stored documents', () => {
  const name = fc.constantFrom('a', 'b', 'ab', 'abc', '', '__proto__', 'thirteen_bytes', 'é');
  const scalar = fc.oneof(
    fc.constantFrom<Value>(null, true, 1, 1.5, -1, 1000, 'a', 'ab', 'x'.repeat(40), [], ['a', 1], [[1]]),
    fc.integer(),
    fc.string({ maxLength: 300, unit: 'binary-ascii' }),
  );
  const toObject = (members: readonly (readonly [string, Value])[]) => {
    const object: ValueObject = {};
    for (const [key, value] of members) setMember(object, key, value);
    return object;
  };
  const inner = fc.array(fc.tuple(name, scalar), { maxLength: 20 }).map(toObject);
  const document = fc.array(fc.tuple(name, fc.oneof(scalar, inner)), { maxLength: 20 }).map(toObject);
  const path = fc.array(name, { minLength: 1, maxLength: 3 });

  it('are found in every order of asking, row after row of any shape', () => {
    fc.assert(
      fc.property(
        fc.array(document, { minLength: 1, maxLength: 12 }),
        fc.array(path, { minLength: 1, maxLength: 6 }),
        (documents, paths) => {
          const block = blockOf(documents.map((stored, index) => [`k${100 + index}`, stored]));
          const expected = documents.map((stored) => paths.map((asked) => valueAt(stored, asked)));
          assert.deepEqual(findAll(block, documents.length, paths), expected);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
