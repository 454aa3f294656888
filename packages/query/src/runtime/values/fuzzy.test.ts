import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isAlike } from './fuzzy.ts';

/** The distance by its definition, without any band. */
function distance(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, sign] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries()) {
      next.push(Math.min(row[j] + (sign === other ? 0 : 1), row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[b.length];
}

describe('fuzzy equality', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\u{1f600}'), maxLength: 9 });

  it('holds exactly up to two edits', () => {
    fc.assert(
      fc.property(text, text, (a, b) => isAlike(a, b) === distance(Array.from(a), Array.from(b)) <= 2),
      { numRuns: 5000 },
    );
  });

  it('takes time linear in the length', () => {
    const long = 'x'.repeat(500_000);
    assert.equal(isAlike(`${long}ab`, `b${long}a`), true);
    assert.equal(isAlike(`${long}abc`, `${long}`), false);
  });
});
