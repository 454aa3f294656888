import assert from 'node:assert/strict';
import fc from 'fast-check';
import { call } from '../testing/call.ts';
import { codePointIndex, codePointLength, sliceCodePoints } from './code-points.ts';
import { decodeUri, encodeUri } from './uri.ts';
import { isWhiteSpace, trim } from './white-space.ts';

/** Text of letters, spaces and characters beyond 16 bits. */
const anyText = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é', '😀', '\u0301'), maxLength: 12 });

describe('positions in text', () => {
  it('are counted in code points', () =>
    fc.assert(
      fc.property(anyText, fc.integer({ min: -15, max: 15 }), fc.integer({ min: -15, max: 15 }), (text, start, end) => {
        const letters = [...text];
        assert.equal(codePointLength(text), letters.length);
        assert.equal(sliceCodePoints(text, start, end), letters.slice(start, end).join(''));
      }),
    ));

  it('are found where the part begins', () =>
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        const text = `${before}x${after}`;
        assert.equal(codePointIndex(text, text.indexOf('x')), [...before].length);
        assert.equal(call('FIND_FIRST', [text, 'x']), [...before].length);
        assert.equal(call('SUBSTRING', [text, call('FIND_LAST', [text, 'x']), 1]), 'x');
      }),
    ));

  it('clamp', () => {
    assert.equal(call('SUBSTRING', ['hello', 99]), '');
    assert.equal(call('SUBSTRING', ['hello', -99, 2]), 'he');
    assert.equal(call('SUBSTRING', ['hello', 1, -1]), '');
    assert.equal(call('LEFT', ['hello', 99]), 'hello');
    assert.equal(call('RIGHT', ['hello', 99]), 'hello');
    assert.equal(call('RIGHT', ['hello', 0]), '');
  });
});

describe('SPLIT', () => {
  it('gives parts that joined give the text, with any limit', () =>
    fc.assert(
      fc.property(
        anyText,
        fc.constantFrom('a', ' ', 'ab', '😀'),
        fc.integer({ min: -4, max: 4 }),
        (text, separator, limit) => {
          const parts = call('SPLIT', [text, separator, limit]) as string[];
          assert.equal(parts.join(separator), text);
          if (limit !== 0) assert.ok(parts.length <= Math.abs(limit));
        },
      ),
    ));

  it('counts the last of separators that overlap when it counts from the end', () => {
    assert.deepEqual(call('SPLIT', ['aaa', 'aa', 2]), ['', 'a']);
    assert.deepEqual(call('SPLIT', ['aaa', 'aa', -2]), ['a', '']);
    assert.deepEqual(call('SPLIT', ['aaaaa', 'aa', -2]), ['aaa', '']);
    assert.deepEqual(call('SPLIT', ['', 'aa', -2]), ['']);
  });

  it('gives letters for an empty separator', () => {
    assert.deepEqual(call('SPLIT', ['a😀', '']), ['a', '😀']);
    assert.deepEqual(call('SPLIT', ['', '']), []);
    assert.deepEqual(call('SPLIT', ['abc', '', 2]), ['', 'abc']);
  });
});

describe('SUBSTITUTE', () => {
  it('replaces hits from left to right, up to its limit', () => {
    assert.equal(call('SUBSTITUTE', ['aaa', 'a', 'aa', 2]), 'aaaaa');
    assert.equal(call('SUBSTITUTE', ['abc', '', '-', 2]), '-a-bc');
    assert.equal(call('SUBSTITUTE', ['ab', { b: 'c', a: 'b' }]), 'cc', 'key by key, in the order of the keys');
    assert.equal(call('SUBSTITUTE', ['$1 a', 'a', '$&']), '$1 $&', 'a replacement is no pattern');
  });

  it('takes a text and a replacement, or an object', () => {
    assert.throws(() => call('SUBSTITUTE', ['a', 'b']), /argument 3 \(replacement\)/);
    assert.throws(() => call('SUBSTITUTE', ['a', { a: 'b' }, 1, 2]), /when argument 2 is an object/);
    assert.equal(call('SUBSTITUTE', ['a', 'a', null]), null);
  });
});

describe('SLUGIFY', () => {
  it('writes other scripts in Latin letters', () => {
    for (const [title, slug] of [
      ['Crème & Brûlée 日本', 'creme-brulee-ri-ben'],
      ['Привет, Юлия!', 'privet-iuliia'],
      ['ЩУКА Ёж Андрей', 'shchuka-iozh-andrei'],
      ['Ελληνικά', 'ellenika'],
      ['x日本y', 'xri-ben-y'],
      ['50€ ½ price 😀!', '50eur-1-2-price-grinning'],
      ['C’est l’été…', 'c-est-l-ete'],
      ['Smørrebrød Łódź Straße Đặng', 'smorrebrod-lodz-strasse-dang'],
      ['£5 ×2', 'ps5-x2'],
      ['---', ''],
    ]) {
      assert.equal(call('SLUGIFY', [title]), slug);
    }
  });
});

describe('SANITIZE', () => {
  it('keeps letters of every script in addresses', () => {
    assert.equal(call('SANITIZE', [' José+a%b!@Exämple.FR ', 'email']), 'josé+ab@exämple.fr');
    assert.equal(call('SANITIZE', [' http://exämple.com/ü?x=1|2 ', 'url']), 'http://exämple.com/ü?x=12');
  });
});

describe('white space', () => {
  it('is what Unicode calls so', () => {
    for (const space of [' ', '\t', '\n', '\u0085', '\u00a0', '\u2003', '\u3000']) assert.ok(isWhiteSpace(space));
    for (const other of ['\ufeff', '\u200b', '', '  ']) assert.ok(!isWhiteSpace(other));
    assert.equal(trim('\u0085\u00a0 a b \u3000'), 'a b');
  });
});

describe('percent encoding', () => {
  it('is undone by decoding', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(decodeUri(encodeUri(text)), text.toWellFormed());
        assert.match(encodeUri(text), /^(?:[A-Za-z0-9\-_.~]|%[0-9A-F]{2})*$/);
      }),
    ));

  it('leaves alone what is no UTF-8', () => {
    assert.equal(decodeUri('%C3%A9%E9%zz%4'), 'é%E9%zz%4');
    assert.equal(decodeUri('%ED%A0%80'), '%ED%A0%80', 'a surrogate is no code point');
  });
});

describe('long results', () => {
  it('are refused before they are made', () => {
    for (const [name, ...args] of [
      ['REPEAT', 'abc', 1e9],
      ['PAD_LEFT', 'a', 1e12, 'x'],
      ['MASK', 'a'.repeat(1000), 0, 1000, 'b'.repeat(100_000)],
    ] as const) {
      assert.throws(() => call(name, args), { code: 'limit_exceeded' }, name);
    }
  });
});

describe('regular expressions', () => {
  it('put groups into the replacement', () => {
    assert.equal(
      call('REGEX_REPLACE', ['John Smith', '(?P<first>\\w+) (\\w+)', `$2, \${first} $first $$ $`]),
      'Smith, John John $ $',
    );
    assert.equal(call('REGEX_REPLACE', ['ab', 'a', '$1x']), 'b', 'the longest name is meant, and there is none');
    assert.equal(call('REGEX_REPLACE', ['a😀b', '', '-']), '-a-😀-b-');
    assert.equal(call('REGEX_REPLACE', ['baaac', 'a*', 'X']), 'XbXcX', 'nothing is found right behind a match');
    assert.equal(call('REGEX_REPLACE', ['', 'x*', '-']), '-');
  });

  it('match in time linear in the text', () => {
    assert.equal(call('REGEX_TEST', [`${'a'.repeat(50_000)}b`, '^(a+)+$']), false);
  });

  it('are refused when they are none, or too long', () => {
    assert.throws(() => call('REGEX_REPLACE', ['a', '(', 'x']), /REGEX_REPLACE: argument 2 \(pattern\) is no pattern/);
    assert.throws(() => call('REGEX_REPLACE', ['a', 'a'.repeat(2000), 'x']), /has 2000 bytes/);
    assert.equal(call('REGEX_TEST', ['a', '(']), false);
  });
});
