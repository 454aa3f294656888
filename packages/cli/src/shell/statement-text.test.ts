import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isComplete, scanStatement, withoutSemicolon } from './statement-text.ts';

describe('scanStatement', () => {
  it('sees strings, names, comments and brackets', () => {
    const open = (text: string) => scanStatement(text).open;
    assert(open("RETURN 'a"));
    assert(open("RETURN 'it\\'s"));
    assert(open('RETURN {a: [1, (2'));
    assert(open('RETURN `a'));
    assert(!open("RETURN '{['"));
    assert(!open('RETURN 1 -- { it is'));
    assert(!open("RETURN `a\\` + 'b'"));
  });

  it('finds the end of a statement', () => {
    assert(scanStatement('RETURN 1; -- done').terminated);
    assert(!scanStatement("RETURN ';'").terminated);
    assert(!scanStatement('RETURN 1 -- ;').terminated);
    assert(!scanStatement('RETURN (1;').terminated);
    assert(scanStatement(' \n-- nothing').empty);
  });

  it('survives anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', "'", '`', '\\', '-', '\n', '(', ')', ';', 'a') }), (text) => {
        scanStatement(text);
        assert.equal(scanStatement(withoutSemicolon(text)).empty || withoutSemicolon(text).length <= text.length, true);
      }),
    );
  });
});

describe('withoutSemicolon', () => {
  it('takes the last one outside of comments and strings', () => {
    assert.equal(withoutSemicolon('RETURN 1;'), 'RETURN 1');
    assert.equal(withoutSemicolon("RETURN ';'"), "RETURN ';'");
    assert.equal(withoutSemicolon('RETURN 1; -- a; b'), 'RETURN 1 -- a; b');
    assert.equal(withoutSemicolon('-- x;\nRETURN 1 ;\n'), '-- x;\nRETURN 1 \n');
  });
});

describe('isComplete', () => {
  // Stands in for the parser: FOR wants a RETURN, and `!` is wrong wherever it stands.
  const parse = (text: string) => {
    if (text.includes('!')) return { offset: text.indexOf('!') };
    return /RETURN \S/.test(text) ? undefined : { offset: text.trimEnd().length };
  };

  it('runs what parses, what is terminated, and what nothing can mend', () => {
    assert(isComplete('RETURN 1', parse));
    assert(isComplete('FOR u IN users;', parse));
    assert(isComplete('FOR u IN ! users', parse));
    assert(isComplete('FOR u IN users\n', parse));
    assert(isComplete('-- only a comment', parse));
  });

  it('waits for the rest', () => {
    assert(!isComplete('FOR u IN users', parse));
    assert(!isComplete('RETURN [1,', parse));
    assert(!isComplete("RETURN 'a", parse));
  });
});
