import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jsonFault } from './json-fault.ts';

describe('jsonFault', () => {
  it('says what is wrong, and where', () => {
    const faults: [string, string][] = [
      ['', 'EOF while parsing a value at line 1 column 0'],
      ['xyz', 'expected value at line 1 column 1'],
      ['nope', 'expected ident at line 1 column 2'],
      ['nul', 'EOF while parsing a value at line 1 column 3'],
      ['{', 'EOF while parsing an object at line 1 column 1'],
      ['[', 'EOF while parsing a list at line 1 column 1'],
      ['[1', 'EOF while parsing a list at line 1 column 2'],
      ['[1,]', 'trailing comma at line 1 column 4'],
      ['[1 2]', 'expected `,` or `]` at line 1 column 4'],
      ['{"a" 1}', 'expected `:` at line 1 column 6'],
      ['{"a":1 2}', 'expected `,` or `}` at line 1 column 8'],
      ['{"a":1,}', 'trailing comma at line 1 column 8'],
      ["{'a':1}", 'key must be a string at line 1 column 2'],
      ['[1,2] x', 'trailing characters at line 1 column 7'],
      ['{\n  "é": oops\n}', 'expected value at line 2 column 9'],
      ['"abc', 'EOF while parsing a string at line 1 column 4'],
      ['"a\nb"', 'control character (\\u0000-\\u001F) found while parsing a string at line 1 column 3'],
      ['"\\x"', 'invalid escape at line 1 column 3'],
      ['"\\ud800"', 'lone leading surrogate in hex escape at line 1 column 8'],
      ['01', 'invalid number at line 1 column 2'],
      ['1.', 'EOF while parsing a value at line 1 column 2'],
      ['-', 'EOF while parsing a value at line 1 column 1'],
      ['1.x', 'invalid number at line 1 column 3'],
      ['1e400', 'number out of range at line 1 column 5'],
      ['['.repeat(200), 'recursion limit exceeded at line 1 column 129'],
    ];
    for (const [text, fault] of faults) assert.equal(jsonFault(text), fault, text.slice(0, 20));
  });

  it('finds nothing wrong with JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        assert.equal(jsonFault(text), undefined);
      }),
    );
    assert.equal(jsonFault(' {"a" : [1, -0.5e-3, "\\ud83d\\ude00\\n\\u00e9", true, null]} \n'), undefined);
  });

  it('finds something wrong with whatever is no JSON', () => {
    const almost = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', '1', '\\', ':', ' x'))
      .map(([text, at, piece]) => text.slice(0, at % (text.length + 1)) + piece + text.slice(at % (text.length + 1)));
    fc.assert(
      fc.property(almost, (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        if (!isJson) assert.notEqual(jsonFault(text), undefined, text);
      }),
    );
  });
});
