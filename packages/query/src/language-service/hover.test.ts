import assert from 'node:assert/strict';
import { aboutWord, hover, knownWords } from './hover.ts';

/** What is said at the place of `¦`. */
const said = (text: string) => hover(text.replace('¦', ''), text.indexOf('¦'));

describe('hover', () => {
  it('tells the signature and purpose of functions, by any of their names', () => {
    const found = said('RETURN to_¦upper("a")');
    assert.equal(found?.title, 'UPPER(text: string)');
    assert.match(found.summary, /capital letters\. Also called/);
    assert.deepEqual([found.start, found.end], [7, 15]);
    assert(found.examples!.length > 0);
    assert.equal(said('COLLECT AGGREGATE n = ¦SUM(1) RETURN n')?.title, 'SUM(value)');
    assert.match(said('RETURN ¦RANK() OVER (ORDER BY 1)')!.title, /^RANK\(…\) OVER/);
  });

  it('tells the use of keywords where they are keywords', () => {
    assert.match(said('¦FOR u IN users RETURN u')!.title, /^FOR name IN/);
    assert.equal(said('RETURN u.¦for'), undefined);
  });

  it('tells where a variable comes from', () => {
    assert.equal(said('FOR u IN users RETURN ¦u')?.summary, 'A variable bound by FOR, from users.');
    const nested = 'FOR u IN users FOR t IN u.tags[*].names RETURN ¦t';
    assert.equal(said(nested)?.summary, 'A variable bound by FOR, from users.tags[*].names[*].');
    assert.equal(said('RETURN ¦u'), undefined);
  });

  it('says nothing of blanks, texts and numbers', () => {
    for (const text of ['RETURN¦ 1', 'RETURN ¦1', 'RETURN "¦a"', '¦']) assert.equal(said(text), undefined, text);
  });
});

describe('aboutWord', () => {
  it('knows every word that it lists', () => {
    for (const word of knownWords()) assert(aboutWord(word.toLowerCase()).length > 0, word);
    assert.deepEqual(aboutWord('nothing'), []);
  });

  it('tells a keyword and a function of the same name', () => {
    assert.equal(aboutWord('count').length, 3);
  });
});
