// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the language's own template strings are tested here
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { printExpression, printQuery } from '../ast/print.ts';
import { parseQuery } from './parse-query.ts';
import type { QuerySyntaxError } from './query-syntax-error.ts';

function expressionOf(text: string) {
  const [clause] = parseQuery(`RETURN ${text}`).clauses;
  assert.equal(clause?.kind, 'return');
  return clause.expression;
}

/** The tree of an expression with every operator in brackets. */
function bracketed(text: string): string {
  return JSON.stringify(expressionOf(text), (key, value) => (key === 'span' ? undefined : value))
    .replaceAll(/"(kind|variable|literal|name|value)":?/g, '')
    .replaceAll(/[",{}]+/g, ' ')
    .trim();
}

function rejected(text: string): QuerySyntaxError {
  try {
    parseQuery(text);
  } catch (error) {
    assert.equal((error as Error).name, 'QuerySyntaxError');
    return error as QuerySyntaxError;
  }
  throw new assert.AssertionError({ message: `parsed: ${text.slice(0, 200)}` });
}

describe('parseQuery: expressions', () => {
  const same: [text: string, equivalent: string][] = [
    ['1 + 2 * 3', '1 + (2 * 3)'],
    ['1 - 2 - 3', '(1 - 2) - 3'],
    ['NOT a == b', '(NOT a) == b'],
    ['NOT x IN y', '(NOT x) IN y'],
    ['!a.b', '!(a.b)'],
    ['a OR b AND c', 'a OR (b AND c)'],
    ['a && b', 'a AND b'],
    ['a OR b || c', '(a OR b) || c'],
    ['a ?? b || c', 'a ?? (b || c)'],
    ['1 < 2 < 3', '(1 < 2) < 3'],
    ['5 == 4 | 1', '(5 == 4) | 1'],
    ['1 | 2 ^ 3 & 4', '1 | (2 ^ (3 & 4))'],
    ['1 << 1 + 1', '1 << (1 + 1)'],
    ['1 + 1 .. 2 * 2', '(1 + 1) .. (2 * 2)'],
    ['1..3 == x', '(1..3) == x'],
    ['a ? b : c ? d : e', 'a ? b : (c ? d : e)'],
    ['1 + 2 |> F()', '(1 + 2) |> F()'],
    ['x |> F() > 1', '(x |> F()) > 1'],
    ['x |> F().a[0] + 1 |> G()', '((x |> F()).a[0] + 1) |> G()'],
    ['a || x |> F() AND b', 'a || ((x |> F()) AND b)'],
    ['a NOT LIKE b', 'a not like b'],
    ['a NOT =~ b', 'a !~ b'],
    ['[1] any > 1', '[1] ANY > 1'],
    ['5--3', '5'],
    ['5 - -3', '5 - (-3)'],
    ['{a, b: 2,}', '{a: a, "b": 2}'],
    ['F(a, b,)', 'F(a, b)'],
    ['[1, 2,]', '[1, 2]'],
    ['case when a then 1 end', 'CASE WHEN a THEN 1 END'],
    ['(((1)))', '1'],
  ];
  for (const [text, equivalent] of same) {
    it(`${text} means ${equivalent}`, () => assert.equal(bracketed(text), bracketed(equivalent)));
  }

  const values: [text: string, value: unknown][] = [
    ['3.', 3],
    ['0.25', 0.25],
    ['007', 7],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['9223372036854775807', 9223372036854775807n],
    [String.raw`'a\nb\t\r\\\'\"\q\u0041'`, 'a\nb\t\r\\\'"qu0041'],
    ['"it\'s"', "it's"],
    ["'a\nb'", 'a\nb'],
    ['True', true],
    ['NULL', null],
  ];
  for (const [text, value] of values) {
    it(`${JSON.stringify(text)} is a literal`, () => {
      const expression = expressionOf(text);
      assert.equal(expression.kind === 'literal' ? expression.value : expression, value);
    });
  }

  const printed: [text: string, printed: string][] = [
    ['d.order.End?.size.`my word`', 'd.order.End?.size.`my word`'],
    ['{order: 1, End: 2, "a b": 3}', "{order: 1, End: 2, 'a b': 3}"],
    ["replace('a', 'b', 'c')", "replace('a', 'b', 'c')"],
    ['SORT(x) + LEFT(y, 1) + ANY(z, a -> a)', 'SORT(x) + LEFT(y, 1) + ANY(z, a -> a)'],
    ['`FOR`(1)', '`FOR`(1)'],
    ['x |> FILTER(y -> y > 1)', 'x |> FILTER(y -> y > 1)'],
    ['REDUCE(x, (a, b) -> a + b, 0)', 'REDUCE(x, (a, b) -> a + b, 0)'],
    ['F(() -> 1, (x) -> x, (x))', 'F(() -> 1, x -> x, x)'],
    ['ANY x IN xs', 'ANY x IN xs'],
    ['all x in xs satisfies x > 1 and x < 3', 'ALL x IN xs SATISFIES x > 1 AND x < 3'],
    ['xs NONE NOT IN [1]', 'xs NONE NOT IN [1]'],
    ['[all, none, distinct]', '[`all`, `none`, `distinct`]'],
    ['u.tags[*].a.b[0]', 'u.tags[*].a.b[0]'],
    ['a[* FILTER CURRENT > 1 LIMIT 1, 2 RETURN CURRENT.x].y', 'a[* FILTER CURRENT > 1 LIMIT 1, 2 RETURN CURRENT.x].y'],
    ['SUM(x) OVER (PARTITION BY a, b SORT BY c DESC, d)', 'SUM(x) OVER (PARTITION BY a, b ORDER BY c DESC, d)'],
    ['CASE x WHEN 1 THEN 2 ELSE 3 END', 'CASE x WHEN 1 THEN 2 ELSE 3 END'],
    ['FOR i IN 1..3 RETURN i', '(FOR i IN 1..3 RETURN i)'],
    ['@1st + @for', '@1st + @for'],
    ['5 .name', '(5).name'],
    ['naïve + 名前', 'naïve + 名前'],
  ];
  for (const [text, expected] of printed) {
    it(`reads ${text}`, () => assert.equal(printExpression(expressionOf(text)), expected));
  }

  it('keeps the spelling of a function beside its name', () => {
    const call = expressionOf('Left(x, 1)');
    assert.equal(call.kind === 'call' && `${call.name} ${call.written}`, 'LEFT Left');
  });

  it('reads templates with nested quotes, braces and templates', () => {
    const parts = (text: string) => {
      const template = expressionOf(text);
      assert.equal(template.kind, 'template');
      return template.parts.map((part) => (typeof part === 'string' ? part : [printExpression(part)]));
    };
    assert.deepEqual(parts(String.raw`$"a ${'${'}{k: {j: 1}}.k.j} $$ \$ $x \n"`), [
      'a ',
      ['{k: {j: 1}}.k.j'],
      ' $ $ $x \n',
    ]);
    assert.deepEqual(parts("$'it\\'s ${'q'}'"), ["it's ", ["'q'"]]);
    assert.deepEqual(parts("$'${$'${1}'}'"), [["$'${1}'"]]);
    assert.deepEqual(parts('$""'), []);
  });

  it('places nodes in the text, also inside templates', () => {
    const text = "RETURN $'ab${ u.x }'";
    const template = expressionOf("$'ab${ u.x }'");
    assert.equal(template.kind, 'template');
    const inner = template.parts[1]!;
    assert.equal(typeof inner === 'string' ? '' : text.slice(inner.span.start, inner.span.end), 'u.x');
    const sum = expressionOf('(1 + 2) * 3');
    assert.deepEqual(sum.span, { start: 7, end: 18 });
  });
});

describe('parseQuery: clauses', () => {
  const accepted = [
    'RETURN 1',
    'RETURN DISTINCT u.city',
    'FOR u IN users RETURN DISTINCT u',
    'EXPLAIN ANALYZE FOR x IN 1..3 LIMIT 1 RETURN x',
    'FOR u IN users FILTER u.age > 3 LIMIT 5 SORT u.age DESC, u.name LIMIT 1, 2 FILTER TRUE RETURN u',
    'FOR x IN RANGE(1, 3) RETURN x',
    'FOR x IN @@coll RETURN x',
    'FOR x IN u.tags RETURN x',
    'FOR v, e IN 1..3 OUTBOUND @start edges RETURN v',
    "FOR v IN 1 ANY 'a/b' @@edges RETURN v",
    "FOR v, e IN SHORTEST_PATH 'a/1' TO x ANY edges RETURN [v, e]",
    'FOR o IN orders COLLECT a = o.a, b = o.b INTO g KEEP x, y WITH COUNT INTO n AGGREGATE s = SUM(o.t), p = PERCENTILE(o.t, 9), c = COUNT() RETURN g',
    'FOR o IN orders COLLECT WITH COUNT INTO n RETURN n',
    'FOR u IN users LEFT JOIN orders ON orders.user == u._key RETURN u',
    'INSERT {a: 1} INTO c OPTIONS {overwrite: TRUE} RETURN NEW',
    "UPDATE 'k' WITH {a: 1} IN c",
    'REPLACE d WITH {a: y ANY == x, b: (FOR z IN y FILTER ANY q IN y SATISFIES q == z RETURN z)} IN c RETURN OLD',
    'UPDATE x IN y WITH {a: 1} IN c',
    'INSERT {a: x IN y} INTO c OPTIONS {overwrite: 1 IN [1]}',
    'UPSERT {a: 1} INSERT {a: 1} UPDATE {a: 2} IN c',
    'UPSERT {a: 1} INSERT {a: 1} REPLACE {a: 2} IN @@c RETURN NEW',
    'FOR x IN 1..5 LIMIT 2 INSERT {x} INTO c',
    'CREATE MATERIALIZED VIEW v AS FOR x IN c RETURN x',
    "CREATE STREAM s AS FOR x IN c WINDOW TUMBLING (SIZE '1m') RETURN x",
    'REFRESH MATERIALIZED VIEW v',
    'LET `for` = 1 RETURN `for`',
  ];
  for (const text of accepted) {
    it(text, () => assert.equal(printQuery(parseQuery(text)), text));
  }

  it('makes a clause of each name of LET', () => {
    assert.deepEqual(
      parseQuery('LET a = 1, b = 2 RETURN a').clauses.map((clause) => clause.kind),
      ['let', 'let', 'return'],
    );
  });

  it('reads words that are not reserved as names', () => {
    const text =
      'LET by = 1, none = 2, all = 3, distinct = 4, keep = 5, inner = 6, options = 7, explain = 8, analyze = 9 RETURN distinct';
    const last = parseQuery(text).clauses.at(-1)!;
    assert.equal(last.kind === 'return' && last.distinct, false);
    assert.equal(parseQuery('RETURN all == 3').clauses.length, 1);
    assert.equal(parseQuery('FOR v IN OUTBOUND all none RETURN v').clauses.length, 2);
  });

  it('takes INNER JOIN as JOIN, ORDER as SORT', () => {
    assert.equal(
      printQuery(parseQuery('FOR a IN x INNER JOIN b ON b.k == a.k ORDER a RETURN a')),
      'FOR a IN x JOIN b ON b.k == a.k SORT a RETURN a',
    );
  });

  it('gives an unparenthesised subquery all clauses behind it', () => {
    assert.equal(
      printQuery(parseQuery('LET a = FOR x IN y FILTER x RETURN x RETURN a')),
      'LET a = (FOR x IN y FILTER x RETURN x) RETURN a',
    );
  });
});

describe('parseQuery: errors', () => {
  const noIn = 'IN is no operator in front of the IN of a write; put its answer into a LET';
  const cases: [text: string, problem: string, line: number, column: number][] = [
    ['', 'the query is empty', 1, 1],
    ['  -- only a comment', 'the query is empty', 1, 20],
    ['SELECT * FROM users', "expected a clause such as FOR, LET or RETURN, found 'SELECT'", 1, 1],
    ['FOR u IN users', 'the query has no RETURN and writes nothing', 1, 15],
    ['RETURN', 'expected an expression after RETURN, found the end of the query', 1, 7],
    ['RETURN 1 2', 'expected an operator, another clause or the end of the query, found 2', 1, 10],
    ['INSERT {} INTO )', "expected a collection name after INTO, found ')'", 1, 16],
    ['FOR v IN OUTBOUND x ) RETURN v', "expected an edge collection name after 'x', found ')'", 1, 21],
    ['FOR x IN ) RETURN x', "expected a collection name or an expression after IN, found ')'", 1, 10],
    ['FOR\n  x, y IN z\nRETURN 1', 'a second variable is only allowed in graph traversals', 2, 6],
    ["RETURN 'é😀' +\n\n  ]", "expected an expression after '+', found ']'", 3, 3],
    ["RETURN '😀' ]", "expected an operator, another clause or the end of the query, found ']'", 1, 12],
    ["RETURN 'abc", 'this string has no closing quote', 1, 8],
    ['RETURN `abc', 'this quoted name has no closing back-tick', 1, 8],
    ["RETURN $'abc", 'this template string has no closing quote', 1, 8],
    ["RETURN $'a${1", "this interpolation has no closing '}'", 1, 11],
    ["RETURN $'a${}'", "expected an expression after '${', found the end of the interpolation", 1, 13],
    ["RETURN $'a${1 +}'", "expected an expression after '+', found the end of the interpolation", 1, 16],
    ["RETURN $'a${#}'", "unexpected character '#'", 1, 13],
    ['RETURN 1;', "unexpected character ';'", 1, 9],
    ['RETURN @ x', "expected the name of a bind variable after '@'", 1, 8],
    ['RETURN ²', "numbers are written with the digits 0 to 9, found '²'", 1, 8],
    ['RETURN 9223372036854775808', 'the number 9223372036854775808 is out of range', 1, 8],
    ['RETURN .5', "expected an expression after RETURN, found '.'", 1, 8],
    ['RETURN 1..2..3', "one '..' cannot follow another; use parentheses", 1, 12],
    ['RETURN x -> x', "a function written with '->' can only be the argument of a call", 1, 10],
    ['RETURN F((a, a) -> a)', "two parameters have the name 'a'", 1, 14],
    ['LET return = 1 RETURN 1', 'expected a variable name after LET, found RETURN', 1, 5],
    ['FOR u IN users FILTER RETURN u', 'expected an expression after FILTER, found RETURN', 1, 23],
    ['RETURN (1', "expected ')' after 1, found the end of the query", 1, 10],
    ["RETURN UPPER('a' 'b')", "expected ',' or ')' after the text 'a', found the text 'b'", 1, 18],
    ['RETURN CASE ELSE 1 END', 'expected WHEN after CASE, found ELSE', 1, 13],
    ['RETURN a.', "expected the name of an attribute after '.', found the end of the query", 1, 10],
    ['RETURN @@coll', 'expected an expression after RETURN, found @@coll', 1, 8],
    ['FOR v IN 1.5 OUTBOUND a b RETURN v', 'a traversal depth is a whole number, found 1.5', 1, 10],
    ['CREATE MATERIALIZED VIEW v RETURN 1', "expected AS after 'v', found RETURN", 1, 28],
    ['CREATE COLLECTION c', "expected STREAM or MATERIALIZED VIEW after CREATE, found 'COLLECTION'", 1, 8],
    ['FOR a IN x LEFT OUTER JOIN b ON true RETURN a', 'expected JOIN after LEFT, found OUTER', 1, 17],
    ['REMOVE 1 IN [1] IN c', "expected a collection name after IN, found '['", 1, 13],
    ['UPDATE d WITH {a: 1 IN [1]} IN c', noIn, 1, 21],
    ['REPLACE d WITH (1 NOT IN [1]) IN c', noIn, 1, 19],
    ['REMOVE F(x IN [1]) IN c', noIn, 1, 12],
    ['UPSERT {} INSERT {a: (FOR x IN y FILTER x IN [1] RETURN x)} UPDATE {} IN c', noIn, 1, 43],
    ['RETURN (RETURN 1)', "expected an expression after '(', found RETURN", 1, 9],
  ];
  for (const [text, problem, line, column] of cases) {
    it(`${JSON.stringify(text)}: ${problem}`, () => {
      const error = rejected(text);
      assert.equal(error.message, `Parse error: ${problem} at ${line}:${column}`);
      assert.equal(error.code, 'parse_error');
      assert.equal(error.details.line, line);
      assert.equal(error.details.column, column);
      assert.equal(typeof error.details.offset, 'number');
    });
  }

  it('parses the next text after a failed one', () => {
    rejected('RETURN 1 + (');
    rejected('REMOVE (1 IN');
    assert.equal(printQuery(parseQuery('RETURN 1 IN [1] + 2')), 'RETURN 1 IN [1] + 2');
  });
});
