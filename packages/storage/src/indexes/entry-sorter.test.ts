import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EntrySorter } from './entry-sorter.ts';

describe('EntrySorter', () => {
  it('gives every entry back, in the order of its bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(bytes, bytes, fc.boolean()), { maxLength: 3000 }), (entries) => {
        const sorter = new EntrySorter();
        for (const [fields, key, hasNull] of entries) sorter.add(fields, key, hasNull);
        const sorted = [...sorter.inOrder()];
        const seen = sorted.map((one) => Buffer.from(one.key));
        const wanted = entries.map(([fields, key]) => Buffer.concat([fields, key])).sort(Buffer.compare);
        assert.deepEqual(seen, wanted);
        const describe = (fieldsLength: number, hasNull: boolean) => `${fieldsLength} ${hasNull}`;
        assert.deepEqual(
          sorted.map((one) => describe(one.fieldsLength, one.hasNull)).sort(),
          entries.map(([fields, , hasNull]) => describe(fields.length, hasNull)).sort(),
        );
      }),
      { numRuns: 50 },
    );
  });
});
