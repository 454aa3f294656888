import assert from 'node:assert/strict';
import type { Value } from '@cairn/protocol';
import { fieldsOf } from './shell-catalogue.ts';

describe('fieldsOf', () => {
  it('finds the attributes of documents, how deep they lie, and their types', () => {
    const documents: Value[] = [
      { _key: 'a', tags: ['x'], address: { zip: 1 } },
      { _key: 'b', tags: null, address: { zip: '1', at: new Date(0) } },
    ];
    assert.deepEqual(fieldsOf(documents, new Map([['address.zip', 'by_zip']])), [
      { path: ['_key'], type: 'string' },
      { path: ['tags'], type: 'array or null' },
      { path: ['tags', '*'], type: 'string' },
      { path: ['address'], type: 'object' },
      { path: ['address', 'zip'], type: 'number or string', index: 'by_zip' },
      { path: ['address', 'at'], type: 'date' },
    ]);
  });

  it('ends where attributes are without number or depth', () => {
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, number) => [`a${number}`, 1]));
    assert.equal(fieldsOf([wide], new Map()).length, 1000);
    const deep = { a: { a: { a: { a: { a: { a: 1 } } } } } };
    assert.equal(fieldsOf([deep], new Map()).length, 4);
  });
});
