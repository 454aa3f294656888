import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { PrecedingHash } from './preceding-hash.ts';

describe('PrecedingHash', () => {
  it('covers every line but the last, however the text is cut', () => {
    const lines = fc.array(
      fc.string({ maxLength: 6 }).map((text) => text.replaceAll('\n', '')),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(lines, fc.array(fc.nat({ max: 9 })), fc.boolean(), (texts, cuts, ended) => {
        const text = Buffer.from(texts.join('\n') + (ended ? '\n' : ''));
        const last = ended ? texts.at(-1)!.length + 1 : texts.at(-1)!.length;
        const before = text.subarray(
          0,
          Buffer.byteLength(
            texts
              .slice(0, -1)
              .map((one) => `${one}\n`)
              .join(''),
          ),
        );
        if (last === 0) return; // nothing stands behind the last line feed: it belongs to the line before
        const hash = new PrecedingHash();
        let at = 0;
        for (const cut of [...cuts, text.length]) {
          hash.push(text.subarray(at, at + cut));
          at = Math.min(at + cut, text.length);
        }
        assert.equal(hash.digest(), createHash('sha256').update(before).digest('hex'));
      }),
    );
  });
});
