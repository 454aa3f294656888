import assert from 'node:assert/strict';
import fc from 'fast-check';
import { printQuery } from '../ast/print.ts';
import { parseQuery } from '../parser/parse-query.ts';
import { QuerySyntaxError } from '../parser/query-syntax-error.ts';
import { withoutSpans } from '../parser/without-spans.ts';
import { anyClauses } from '../testing/any-query.ts';
import { format } from './format.ts';
import { scan } from './tokens/scan.ts';

const span = { start: 0, end: 0 };
const anyText = anyClauses.map((clauses) => printQuery({ kind: 'query', clauses, span }));
const anyWidth = fc.constantFrom(1, 20, 80, 1000);
const anyGap = fc.constantFrom(' ', '\n', '\n\n\n', ' -- a\n', '\n-- b\n', '\n\n  -- c\n-- d\n\n');

/** The text with these gaps between its tokens, taken in turn; template strings stay whole. */
function withGaps(text: string, gaps: readonly string[]): string {
  let templates = 0;
  const parts: string[] = [];
  let start = 0;
  for (const piece of scan(text)) {
    const name = piece.kind === 'token' ? piece.type.name : '';
    if (templates === 0) {
      parts.push(text.slice(start, piece.start).trim());
      start = piece.start;
    }
    if (name === 'TemplateStart') templates++;
    else if (name === 'TemplateEnd') templates--;
  }
  parts.push(text.slice(start).trim());
  return parts.map((part, index) => part + gaps[index % gaps.length]).join('');
}

const comments = (text: string) =>
  scan(text)
    .filter(({ kind }) => kind === 'comment')
    .map(({ start, end }) => text.slice(start, end));

function assertKept(text: string, width: number): void {
  const formatted = format(text, { width });
  assert.deepEqual(withoutSpans(parseQuery(formatted)), withoutSpans(parseQuery(text)), formatted);
  assert.deepEqual(comments(formatted), comments(text), formatted);
  assert.equal(format(formatted, { width }), formatted);
}

describe('format', () => {
  it('puts each clause on a line and breaks what is too long', () => {
    const text =
      'for u in users filter u.age > 30 and u.city == "Bern" or length(u.tags) > 3 and u.name like "A%" let x = (for o in orders filter o.user == u._key return {total: o.total, at: o.at ?? now()}) sort u.age desc, u.name return {name: u.name, x, kind: u.age > 3 ? "old" : "young", address: {street: u.street, zip: u.zip}}';
    assert.equal(
      format(text),
      `FOR u IN users
  FILTER u.age > 30 AND u.city == "Bern"
    OR length(u.tags) > 3 AND u.name LIKE "A%"
  LET x = (
    FOR o IN orders
      FILTER o.user == u._key
      RETURN {total: o.total, at: o.at ?? now()}
  )
  SORT u.age DESC, u.name
  RETURN {
    name: u.name,
    x,
    kind: u.age > 3 ? "old" : "young",
    address: {street: u.street, zip: u.zip}
  }`,
    );
  });

  it('breaks pipes, writes, groups and CASE at their parts', () => {
    assert.equal(
      format('return [1,2,3]|>filter(x->x>=2)|>map((x,y)->x*10)|>sum()', { width: 30 }),
      'RETURN [1, 2, 3]\n  |> filter(x -> x >= 2)\n  |> map((x, y) -> x * 10)\n  |> sum()',
    );
    assert.equal(
      format('update u with {name:"x",age:2} in users options {keepNull:false} return new', { width: 30 }),
      'UPDATE u\n  WITH {name: "x", age: 2}\n  IN users\n  OPTIONS {keepNull: FALSE}\nRETURN new',
    );
    assert.equal(
      format('insert {name:"a long name",tags:["one"]} into users return new', { width: 30 }),
      'INSERT {\n  name: "a long name",\n  tags: ["one"]\n} INTO users\nRETURN new',
    );
    assert.equal(
      format('for u in users collect city=u.city into g aggregate n=count() return city', { width: 30 }),
      'FOR u IN users\n  COLLECT city = u.city INTO g\n    AGGREGATE n = count()\n  RETURN city',
    );
    assert.equal(
      format('for v, e, p in 1..3 outbound "a/b" knows prune v.x == 1 return p', { width: 40 }),
      'FOR v, e, p IN 1..3 OUTBOUND "a/b" knows\n  PRUNE v.x == 1\n  RETURN p',
    );
    assert.equal(
      format('return case x when 1 then "one" else "more" end', { width: 30 }),
      'RETURN CASE x\n  WHEN 1 THEN "one"\n  ELSE "more"\nEND',
    );
  });

  it('keeps comments and empty lines between clauses', () => {
    const text = `-- all users
FOR u IN users -- one by one

  -- grown ones
  FILTER u.age IN [
    18, -- just
    19
  ]
  RETURN u
-- that was it`;
    assert.equal(format(text), text);
  });

  it('joins nothing that belongs apart', () => {
    assert.equal(format('RETURN [- -1+5 .x+1 .. 3,1. ..2+`a b`]'), 'RETURN [- -1 + 5 .x + 1..3, 1. ..2 + `a b`]');
  });

  it('leaves what is inside of strings and templates alone', () => {
    const text = 'RETURN $"a ${ {x :1}.x } and" + \'for  x\' + "-- no"';
    assert.equal(format(text), text);
  });

  it('keeps the meaning of any query and is done after one time', () => {
    fc.assert(fc.property(anyText, anyWidth, assertKept), { numRuns: 500 });
  });

  it('keeps the comments of any query, wherever they stand', () => {
    const gaps = fc.array(anyGap, { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(anyText, gaps, anyWidth, (text, between, width) => assertKept(withGaps(text, between), width)),
      { numRuns: 500 },
    );
  });

  it('refuses what is no query', () => {
    assert.throws(() => format('FOR u IN'), QuerySyntaxError);
  });
});
