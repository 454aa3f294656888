import assert from 'node:assert/strict';
import fc from 'fast-check';
import { call, problemOf } from '../call-native.ts';

describe('native string functions', () => {
  it('match anywhere, with Unicode classes', () => {
    for (const [text, pattern, expected] of [
      ['abc123', '\\d+', true],
      ['abc', '^\\d+$', false],
      ['', '', true],
      ['é', '^\\w$', true],
      ['٣', '^\\d$', true],
      ['\u00a0', '^[\\s]$', true],
      ['a]', '[]]', true],
      ['a-1', '^[\\w\\d-]+$', true],
      ['a\\d', '\\Q\\d\\E', true],
      ['x', '[[:alpha:]\\d]', true],
      ['5', '[[:alpha:]\\d]', true],
      ['!', '[[:alpha:]\\d]', false],
      ['é', '[^\\W\\d]', true],
      ['é5', '^[\\W\\d]+$', false],
      ['\u00a0', '[^\\S\\n]', true],
      ['\n', '[^\\S\\n]', false],
      ['é😀', '^\\u00e9\\u{1F600}$', true],
      ['😀', '^[\\U0001F600]$', true],
      ['α', '^\\p{Script=Greek}\\P{sc=Han}?$', true],
    ] as const) {
      assert.equal(call('string.regex', text, pattern), expected, `${text} ${pattern}`);
    }
  });

  it('refuse patterns that are none, or would be too much work', () => {
    assert.match(problemOf('string.regex', 'x', '('), /^Invalid pattern: /);
    assert.match(problemOf('string.regex', 'x', '(?=a)'), /^Invalid pattern: /);
    assert.equal(problemOf('string.regex', 'x', 'a'.repeat(1001)), 'Pattern too long');
    assert.match(problemOf('string.regex', 'x', '(abcdefghij){1000}'.repeat(20)), /^Pattern too large/);
    assert.match(problemOf('string.regex', 'x', '[\\W]'.repeat(200)), /^Pattern too large/);
    assert.match(problemOf('string.regex', 'a'.repeat(10_000_000), '(a?){500}'), /^Pattern too complex/);
    assert.equal(call('string.regex', `${'a'.repeat(100_000)}!`, '^(a+)+$'), false);
  });

  it('replace by groups, with the longest name there is', () => {
    for (const [pattern, replacement, expected] of [
      ['(a)', '$1x', 'b'],
      ['(a)', '${1}x', 'axb'],
      ['a', '$$', '$b'],
      ['(?P<n>a)', '<${n}>', '<a>b'],
      ['a', '$9$constructor$', '$b'],
      ['', '-', '-a-b-'],
    ]) {
      assert.equal(call('string.regex_replace', 'ab', pattern, replacement), expected, replacement);
    }
    assert.equal(call('string.regex_replace', 'baaac', 'a*', 'x'), 'xbxcx');
    assert.equal(call('string.regex_replace', '😀', '', '-'), '-😀-');
    assert.equal(problemOf('string.regex_replace', 'x'.repeat(100_000), 'x', 'y'.repeat(1000)), 'Result too long');
  });

  it('trim what Unicode calls white space, and nothing else', () => {
    assert.equal(call('string.trim', '\u00a0 q\u3000\n'), 'q');
    assert.equal(call('string.trim', '\ufeffq'), '\ufeffq');
  });

  it('keep to the length when they cut', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(40), fc.string({ maxLength: 5 }), (text, length, suffix) => {
        const cut = call('string.truncate', text, length, suffix) as string;
        assert.ok([...cut].length <= Math.max(length, 0) || cut === text);
      }),
    );
    assert.equal(call('string.truncate', 'The quick brown fox', 12), 'The quick...');
    assert.equal(call('string.truncate', 'abcdefghij', 2), '..');
    assert.equal(call('string.truncate', 'abc', -1), '');
  });

  it('split so that joining gives the text back', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1, maxLength: 3 }), (text, separator) => {
        assert.equal((call('string.split', text, separator) as string[]).join(separator), text);
      }),
    );
  });

  it('pad by characters, and no further than a limit', () => {
    assert.equal(call('string.pad_left', 'é', 3, 'üx'), 'üüé');
    assert.equal(call('string.pad_right', 'x', 3, ''), 'x  ');
    assert.equal(call('string.pad_left', 'long', 2), 'long');
    assert.equal(problemOf('string.pad_left', 'x', 1e9), 'Result too long');
  });

  it('make parts of addresses', () => {
    for (const [text, slug] of [
      ['Hello World!', 'hello-world'],
      ['  Café Über Straße  ', 'cafe-uber-strase'],
      ['a--b__c', 'a-b-c'],
      ['Æsir Łódź', 'aesir-lodz'],
      ['***', ''],
    ]) {
      assert.equal(call('string.slugify', text), slug);
    }
  });

  it('fill templates once, and with scalars alone', () => {
    const variables = { a: '{{b}}', b: 'x', n: 3, list: [1], ok: false };
    assert.equal(
      call('string.template', '{{a}}{{n}}{{list}}{{ok}}{{toString}}{{ b }}', variables),
      '{{b}}3{{list}}false{{toString}}{{ b }}',
    );
    const big = { x: 'y'.repeat(1_000_000) };
    assert.equal(problemOf('string.template', '{{x}}'.repeat(20), big), 'Result too long');
  });

  it('say which argument is wrong', () => {
    assert.equal(problemOf('string.trim', null), "bad argument #1 to 'trim' (string expected, got nil)");
    assert.equal(problemOf('string.trim'), "bad argument #1 to 'trim' (string expected, got no value)");
    assert.equal(problemOf('string.split', 'x', {}), "bad argument #2 to 'split' (string expected, got table)");
    assert.match(problemOf('string.trim', new Uint8Array([255])), /no UTF-8/);
    assert.equal(call('string.trim', 12), '12');
  });
});
