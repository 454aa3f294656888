import assert from 'node:assert/strict';
import { BODY_DEPTH_MAX, parseJsonBody } from './json-body.ts';

const parse = (text: string) => parseJsonBody(Buffer.from(text));

describe('a JSON body', () => {
  it('keeps integers of 64 bits, and pairs of surrogates', () => {
    assert.deepEqual(parse('{"n":9007199254740993}'), { n: 9007199254740993n });
    assert.deepEqual(parse(String.raw`["\ud83d\ude00", "\\ud83d", "\\\ud83d\ude00", "\u00e9"]`), [
      '😀',
      '\\ud83d',
      '\\😀',
      'é',
    ]);
  });

  it('is refused when it is none: halves of surrogate pairs, other encodings, too many levels', () => {
    const half = [
      String.raw`"\ud800"`,
      String.raw`"\ud83dx"`,
      String.raw`{"\uDE00":1}`,
      String.raw`"\ud83d\ud83d\ude00"`,
    ];
    for (const text of ['', '{', "{'a':1}", '1 2', ...half, '['.repeat(BODY_DEPTH_MAX + 1)]) {
      assert.throws(() => parse(text), { code: 'invalid_argument' }, text);
    }
    assert.throws(() => parseJsonBody(Buffer.from([0x22, 0xff, 0x22])), { code: 'invalid_argument' });
  });
});
