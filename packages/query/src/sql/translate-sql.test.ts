import assert from 'node:assert/strict';
import { CairnError } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { printQuery } from '../ast/print.ts';
import { parseQuery } from '../parser/parse-query.ts';
import { QuerySyntaxError } from '../parser/query-syntax-error.ts';
import { SQL_KEYWORDS } from './lexer/sql-keywords.ts';
import { sqlDefinition } from './sql-definition.ts';
import { translateSql } from './translate-sql.ts';

const translated = (text: string) => printQuery(translateSql(text));

/** The sentence of the error, with its place. */
function problem(text: string): string {
  try {
    if (sqlDefinition(text) === undefined) translateSql(text);
  } catch (error) {
    assert.ok(error instanceof QuerySyntaxError, String(error));
    return error.message.replace(/^Parse error: /, '');
  }
  return assert.fail(`${text} is no error`);
}

describe('SQL as a query', () => {
  const cases: readonly [string, string][] = [
    ['SELECT * FROM users', 'FOR doc IN users RETURN doc'],
    ['SELECT u.* FROM users AS u;', 'FOR u IN users RETURN u'],
    ['SELECT name, u.address.city AS c FROM users u', 'FOR u IN users RETURN {name: u.name, c: u.address.city}'],
    [
      'SELECT "a b", `limit`, [c], d[0], e.f[1].g FROM "t u"',
      "FOR doc IN `t u` RETURN {'a b': doc.`a b`, limit: doc.limit, c: doc.c, 'd[0]': doc.d[0], 'e.f[1].g': doc.e.f[1].g}",
    ],
    ['SELECT u.[a b] AS [c d] FROM [t u] u', "FOR u IN `t u` RETURN {'c d': u.`a b`}"],
    [
      'INSERT INTO [t u] ([a b], c, [d]) VALUES (1, [2], [3, 4])',
      "FOR row IN [{'a b': 1, c: [2], d: [3, 4]}] INSERT row INTO `t u`",
    ],
    [
      'UPDATE [t u] SET [a b] = CASE WHEN x IN (1, 2) THEN 3 END',
      "FOR doc IN `t u` UPDATE doc WITH {'a b': CASE WHEN [1, 2] ANY == doc.x THEN 3 END} IN `t u`",
    ],
    ['SELECT /* all */ 1 -- one\n', "RETURN {'1': 1}"],
    ['SELECT x FROM t WHERE a = 1 AND b > 2', 'FOR doc IN t FILTER doc.a == 1 AND doc.b > 2 RETURN {x: doc.x}'],
    ['SELECT x FROM t WHERE a < 1', 'FOR doc IN t FILTER doc.a < 1 AND doc.a > NULL RETURN {x: doc.x}'],
    ['SELECT x FROM t WHERE a BETWEEN 1 AND 2', 'FOR doc IN t FILTER doc.a >= 1 AND doc.a <= 2 RETURN {x: doc.x}'],
    [
      'SELECT x FROM t WHERE a = ? AND b = ?',
      'FOR doc IN t FILTER doc.a == @1 AND @1 > NULL AND doc.b == @2 AND @2 > NULL RETURN {x: doc.x}',
    ],
    [
      'SELECT x FROM t WHERE a = :n OR b = $2',
      'FOR doc IN t FILTER doc.a == @n AND @n > NULL OR doc.b == @2 AND @2 > NULL RETURN {x: doc.x}',
    ],
    [
      'SELECT x FROM t WHERE a IN (1, 2) AND NOT b IN (3)',
      'FOR doc IN t FILTER doc.a IN [1, 2] AND doc.b NOT IN [3] AND doc.b > NULL RETURN {x: doc.x}',
    ],
    ["SELECT x FROM t WHERE a LIKE 'x%'", "FOR doc IN t FILTER doc.a LIKE 'x%' RETURN {x: doc.x}"],
    [
      "SELECT x FROM t WHERE a LIKE '50!%%' ESCAPE '!'",
      "FOR doc IN t FILTER doc.a =~ '^50%.*$' AND doc.a > NULL RETURN {x: doc.x}",
    ],
    [
      'SELECT x FROM t WHERE t._key = 1 ORDER BY x DESC NULLS LAST LIMIT 5 OFFSET 2',
      'FOR doc IN t FILTER doc._key == 1 SORT doc.x DESC LIMIT 2, 5 RETURN {x: doc.x}',
    ],
    ['SELECT x FROM t ORDER BY x NULLS LAST', 'FOR doc IN t SORT doc.x == NULL, doc.x RETURN {x: doc.x}'],
    ['SELECT x FROM t OFFSET 1 ROW FETCH NEXT 2 ROWS ONLY', 'FOR doc IN t LIMIT 1, 2 RETURN {x: doc.x}'],
    [
      'SELECT city, COUNT(*) AS n FROM u GROUP BY city HAVING n > 1',
      'FOR doc IN u COLLECT city = doc.city AGGREGATE n = COUNT() FILTER n > 1 RETURN {city, n}',
    ],
    [
      'SELECT * FROM a JOIN b ON a.x = b.y',
      'FOR doc IN a FOR j0 IN b FILTER doc.x == j0.y AND j0.y > NULL RETURN MERGE(doc, j0)',
    ],
    ['SELECT a.x, b.x FROM a, b', 'FOR doc IN a FOR j0 IN b RETURN {x: doc.x, x_2: j0.x}'],
    [
      'SELECT tag FROM posts p, UNNEST(p.tags) AS tag',
      'FOR p IN posts FOR tag IN IS_ARRAY(p.tags) ? p.tags : [] RETURN {tag}',
    ],
    ["SELECT data->'a'->>'b' AS v FROM t", 'FOR doc IN t RETURN {v: doc.data.a.b}'],
    [
      "INSERT INTO t (a, b) VALUES (1, 'x'), (2, NULL)",
      "FOR row IN [{a: 1, b: 'x'}, {a: 2, b: NULL}] INSERT row INTO t",
    ],
    [
      'INSERT INTO t SELECT * FROM s RETURNING _key',
      'FOR row IN (FOR doc IN s RETURN doc) INSERT row INTO t RETURN {_key: NEW._key}',
    ],
    [
      'INSERT INTO t (k, v) VALUES (1, 2) ON CONFLICT (k) DO UPDATE SET v = excluded.v + t.v',
      'FOR row IN [{k: 1, v: 2}] UPSERT {k: row.k} INSERT row UPDATE {v: row.v == NULL OR OLD.v == NULL ? NULL : row.v + OLD.v} IN t',
    ],
    [
      'UPDATE t SET a = 1, b.c = 2 WHERE d = 3',
      'FOR doc IN t FILTER doc.d == 3 UPDATE doc WITH {a: 1, b: MERGE(doc.b, {c: 2})} IN t',
    ],
    [
      'UPDATE t x SET a = s.b FROM s WHERE s.k = x.k RETURNING x.a',
      'FOR x IN t FOR j0 IN s FILTER j0.k == x.k AND x.k > NULL UPDATE x WITH {a: j0.b} IN t RETURN {a: NEW.a}',
    ],
    [
      'DELETE FROM t WHERE a IS NULL ORDER BY b LIMIT 3',
      'FOR doc IN t FILTER doc.a == NULL SORT doc.b LIMIT 3 REMOVE doc IN t',
    ],
    ['EXPLAIN ANALYZE SELECT 1 AS a', 'EXPLAIN ANALYZE RETURN {a: 1}'],
  ];
  for (const [text, expected] of cases) it(text, () => assert.equal(translated(text), expected));

  it('prints what it means: the text parsed again is the same query', () => {
    for (const [text] of cases) {
      const printed = translated(text);
      assert.equal(printQuery(parseQuery(printed)), printed, text);
    }
  });
});

describe('SQL that is none', () => {
  const cases: readonly [string, string][] = [
    ['', 'the statement is empty at 1:1'],
    ['SELEC 1', "expected a statement such as SELECT, INSERT, UPDATE, DELETE, CREATE or DROP, found 'SELEC' at 1:1"],
    ['SELECT', 'expected an expression after SELECT, found the end of the statement at 1:7'],
    ['SELECT a FROM', 'expected the name of a table or a subquery after FROM, found the end of the statement at 1:14'],
    ['SELECT a FROM t WHERE', 'expected an expression after WHERE, found the end of the statement at 1:22'],
    ['SELECT a\nFROM t\nWHERE x =', "expected an expression after '=', found the end of the statement at 3:10"],
    ['SELECT 1 SELECT 2', 'expected the end of the statement after 1, found SELECT at 1:10'],
    ['SELECT 1; SELECT 2', "expected the end of the statement after ';', found SELECT at 1:11"],
    ["SELECT 'a", "this string has no closing ' at 1:8"],
    ['SELECT "a', 'this quoted name has no closing " at 1:8'],
    ['SELECT /* a', 'this comment has no closing */ at 1:8'],
    ['SELECT #', "unexpected character '#' at 1:8"],
    ['SELECT x FROM t NATURAL JOIN s', 'NATURAL JOIN is not supported at 1:17'],
    ['SELECT x FROM t FOR UPDATE', 'FOR UPDATE is not supported at 1:17'],
    ['SELECT DISTINCT ON (a) a FROM t', 'DISTINCT ON is not supported at 1:17'],
    ['WITH RECURSIVE a AS (SELECT 1) SELECT * FROM a', 'WITH RECURSIVE is not supported at 1:6'],
    ['SELECT SUM(a) OVER (ORDER BY b) FROM t', 'SUM OVER (…) is not supported at 1:8'],
    ['SELECT 1 INTERSECT ALL SELECT 1', 'INTERSECT ALL is not supported at 1:10'],
    ['SELECT (1, 2) FROM t', 'a row of several values is not supported at 1:10'],
    ['BEGIN', 'BEGIN as a statement (the command begin_transaction begins one) is not supported at 1:1'],
    ['CREATE VIEW v AS SELECT 1', 'CREATE VIEW is not supported at 1:8'],
    ['CREATE TABLE t (a INT DEFAULT 1)', 'DEFAULT in the definition of a column is not supported at 1:23'],
    ['INSERT INTO t VALUES (1)', 'INSERT … VALUES without a list of columns is not supported at 1:1'],
    ['INSERT INTO t (a, b) VALUES (1)', 'expected 2 values in each row, got 1 at 1:30'],
    ['UPDATE t SET _rev = 1', '_rev is set by the database alone at 1:14'],
    ['UPDATE t SET _key = 1', '_key cannot be changed at 1:14'],
    ['SELECT x FROM a, b', "the column 'x' may belong to a, b; write the table before it at 1:8"],
    ['SELECT a.x FROM a, a', "the table name 'a' stands here twice; give one of them another with AS at 1:20"],
    ['SELECT x FROM (SELECT y FROM t) s', 'no such column: s.x at 1:8'.replace('s.x', 'x')],
    ['SELECT s.x FROM (SELECT y FROM t) s', 'no such column: s.x at 1:8'],
    ['SELECT a, COUNT(*) FROM t', 'the column doc.a must stand in GROUP BY or in an aggregate at 1:8'],
    ['SELECT *, COUNT(*) FROM t', '* cannot stand beside GROUP BY or an aggregate at 1:8'],
    ['SELECT a FROM t WHERE COUNT(*) > 1', 'the aggregate COUNT may not stand here at 1:23'],
    ['SELECT a FROM t ORDER BY 2', 'ORDER BY 2 is no column of the answer at 1:26'],
    ['SELECT (SELECT a, b FROM t)', 'a subquery in the place of a value answers one column at 1:9'],
    ['SELECT a FROM t UNION SELECT a, b FROM t', 'expected 1 columns here, got 2 at 1:23'],
    ['SELECT CAST(a AS POINT) FROM t', 'the type POINT is not supported at 1:18'],
    ['DROP VIEW v', 'DROP VIEW is not supported at 1:6'],
  ];
  for (const [text, expected] of cases) it(JSON.stringify(text), () => assert.equal(problem(text), expected));

  it('is refused with a position whatever it is', () => {
    const word = fc.constantFrom(
      ...SQL_KEYWORDS,
      ...'a b t u x 1 2.5 \'s\' "q" ? :p @p $1 ( ) [ ] , . ; = <> < <= > >= + - * / % || | & << >> -> ->> :: ~ COUNT SUM NULLS FIRST IF ROW OVER PARTITION FILTER ESCAPE UNNEST EXTRACT SUBSTRING TRIM POSITION ANY INDEX PRIMARY KEY CONFLICT DO'.split(
        ' ',
      ),
    );
    const text = fc.oneof(
      fc.array(word, { maxLength: 40 }).map((words) => words.join(' ')),
      fc
        .array(fc.oneof(word, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 30 })
        .map((parts) => parts.join('')),
      fc
        .tuple(fc.constantFrom(...statements), fc.nat(200), fc.nat(20), word)
        .map(([statement, at, length, other]) => `${statement.slice(0, at)} ${other} ${statement.slice(at + length)}`),
    );
    fc.assert(
      fc.property(text, (source) => {
        try {
          if (sqlDefinition(source) === undefined) parseQuery(printQuery(translateSql(source)));
        } catch (error) {
          if (!(error instanceof CairnError) || error.code !== 'parse_error') throw error;
          const { line, column, offset } = error.details;
          assert.ok(Number(line) >= 1 && Number(column) >= 1 && Number(offset) <= source.length);
        }
      }),
      { numRuns: Number(process.env.RUNS ?? 3_000) },
    );
  }).timeout(60_000);

  it('stays small however it is nested', () => {
    const nested = (open: string, close: string, depth: number) =>
      `SELECT ${open.repeat(depth)}1${close.repeat(depth)} FROM t`;
    const texts = [
      nested('(', ')', 5_000),
      nested('NOT ', '', 100_000),
      nested('- ', '', 100_000),
      nested('(SELECT ', ')', 2_000),
      nested('CASE WHEN 1 THEN ', ' END', 3_000),
      nested('1 + ', '', 100_000),
      nested('a AND ', '', 50_000),
      nested('((a = b) = ', ')', 90),
      nested('(((a = b) = c) IS TRUE = ', ')', 30),
      `SELECT ${'a, '.repeat(50_000)} a FROM t`,
      `SELECT ${'COUNT(a), SUM(b), '.repeat(20_000)} 1 FROM t`,
      `SELECT 1 WHERE x IN (${'1, '.repeat(100_000)} 1)`,
      `SELECT 1 ${'UNION SELECT 1 '.repeat(5_000)}`,
      `SELECT 1 FROM t ${'JOIN t ON 1 = 1 '.repeat(5_000)}`,
      '('.repeat(200_000),
      `SELECT ${'('.repeat(90)}${'SELECT 1 FROM t WHERE ('.repeat(3_000)}`,
    ];
    for (const text of texts) {
      const started = performance.now();
      try {
        translateSql(text);
      } catch (error) {
        assert.ok(error instanceof QuerySyntaxError, `${text.slice(0, 60)}: ${error}`);
      }
      // No bound on time is asserted; what grows with the square would show here as minutes.
      assert.ok(performance.now() - started < 60_000, text.slice(0, 60));
    }
  }).timeout(60_000);
});

const statements = [
  'SELECT a, COUNT(*) FROM t u LEFT JOIN x ON u.a = x.b WHERE a NOT IN (1, 2) AND b BETWEEN 1 AND 2 GROUP BY a HAVING COUNT(*) > 1 ORDER BY 1 DESC NULLS LAST LIMIT 3',
  'WITH a (x) AS (SELECT 1) SELECT * FROM a JOIN (VALUES (1, 2)) v (p, q) USING (x) UNION ALL (SELECT 2 LIMIT 1) ORDER BY 1',
  "INSERT INTO t (a, b.c) VALUES (1, 'x'), (?, :y) ON CONFLICT (a) DO UPDATE SET b.c = excluded.a RETURNING *",
  'UPDATE t SET a.b = CASE WHEN c THEN 1 ELSE EXTRACT(YEAR FROM d) END FROM s WHERE s.x = t.y AND EXISTS (SELECT 1) RETURNING a',
  'DELETE FROM t WHERE x = ANY (SELECT y FROM u WHERE u.a = t.b) OR (SELECT MAX(z) FROM v) IS NOT NULL',
  'CREATE TABLE IF NOT EXISTS t (a INT PRIMARY KEY, b VARCHAR(20) NOT NULL UNIQUE, UNIQUE (a, b))',
  'CREATE UNIQUE INDEX IF NOT EXISTS i ON t (a.b, tags[*] DESC) USING persistent',
  "SELECT TRIM(BOTH 'x' FROM a), SUBSTRING(a FROM 2 FOR 3), POSITION('x' IN a), CAST(a AS DOUBLE PRECISION), a::int, ARRAY[1, 2], ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) FROM t, UNNEST(t.tags) AS tag",
];
