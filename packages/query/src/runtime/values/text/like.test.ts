import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isLike } from './like.ts';

/** LIKE by way of a JavaScript expression. */
function expected(text: string, pattern: string): boolean {
  const source = Array.from(pattern, (sign) => {
    if (sign === '%') return '[^\\n]*';
    return sign === '_' ? '[^\\n]' : sign.replace(/[\\^$.*+?()[\]{}|/-]/u, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, 'u').test(text);
}

describe('LIKE', () => {
  it('refuses what would take too long', () => {
    assert.throws(() => isLike('a'.repeat(1_000_000), `${'%a'.repeat(5000)}b`), { code: 'limit_exceeded' });
    assert.equal(isLike('a'.repeat(10_000_000), 'a%'), true);
  });

  it('means what the expression with the same wildcards means', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\u{1f600}', '.'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\u{1f600}', '.', '%', '%', '_'), maxLength: 6 });
    fc.assert(
      fc.property(text, pattern, (sample, like) => assert.equal(isLike(sample, like), expected(sample, like))),
      { numRuns: 20_000 },
    );
  });
});
