import type { TokenType } from 'chevrotain';
import {
  All,
  Analyze,
  By,
  Distinct,
  Explain,
  Inner,
  Keep,
  keyword,
  None,
  Of,
  Options,
  Prune,
} from '../lexer/token-types.ts';

/** What a word of the language is for, and how it is written. */
export interface KeywordHelp {
  readonly usage: string;
  readonly summary: string;
}

const help = (usage: string, summary: string): KeywordHelp => ({ usage, summary });

const SORT = help('SORT expression [ASC | DESC], …', 'Orders the rows; equal ones keep their order.');
const ORDER = help('ORDER BY expression [ASC | DESC], …', 'Orders the rows that a window function looks at.');
const UPDATE = help(
  'UPDATE document-or-key WITH changes IN collection [OPTIONS {…}]',
  'Lays members over a document; NEW and OLD are the document after and before.',
);
const COLLECT = help(
  'COLLECT name = expression, … [INTO group [KEEP names]] [WITH COUNT INTO n] [AGGREGATE name = FUNCTION(…), …]',
  'Makes groups of rows; behind it only the names that it binds are known.',
);
const INSERT = help('INSERT document INTO collection [OPTIONS {…}]', 'Adds a document; NEW is the document as stored.');
const UPSERT = help(
  'UPSERT search INSERT document UPDATE | REPLACE changes IN collection',
  'Changes the document that matches, or adds one; OLD is the one found.',
);
const JOIN = help(
  '[LEFT | RIGHT | FULL] JOIN collection ON condition',
  'Gathers the matching documents in an array called like the collection; LEFT keeps rows without any.',
);
const TRAVERSAL = help(
  'FOR vertex[, edge] IN [min..max] OUTBOUND | INBOUND | ANY start edges',
  'Walks the edges from a vertex, in the direction given.',
);
const PATH = help(
  'FOR vertex[, edge] IN SHORTEST_PATH start TO target OUTBOUND | INBOUND | ANY edges [OPTIONS {weightAttribute: name, defaultWeight: 1}]',
  'The vertices of a shortest path from one vertex to another, by the number of its edges or the sum of their weights.',
);
const PATHS = help(
  'FOR path IN K_SHORTEST_PATHS start TO target OUTBOUND | INBOUND | ANY edges [OPTIONS {weightAttribute: name, defaultWeight: 1}]',
  'Paths without loops from one vertex to another, the shortest first: {vertices, edges, weight}.',
);
const CASE = help(
  'CASE [value] WHEN condition-or-value THEN result … [ELSE result] END',
  'The result of the first branch that holds, else null.',
);
const OVER = help(
  'FUNCTION(…) OVER ([PARTITION BY expression, …] [ORDER BY expression, …])',
  'Looks at all rows of a partition without grouping them; stands in the RETURN of the outermost query.',
);
const STREAM = help('CREATE STREAM name AS query', 'Defines a stream. Streams are not available yet.');
const VIEW = help(
  'CREATE MATERIALIZED VIEW name AS query; REFRESH MATERIALIZED VIEW name',
  'Defines a view that keeps its rows. Views are not available yet.',
);
const STREAM_WINDOW = help(
  "WINDOW TUMBLING | SLIDING (SIZE '1m')",
  'Cuts a stream into pieces of time. Streams are not available yet.',
);
const QUANTIFIER = help(
  'ANY | ALL | NONE name IN array SATISFIES condition; array ANY | ALL | NONE comparison value',
  'Whether some, all or none of the elements satisfy a condition.',
);
const EXPLAIN = help(
  'EXPLAIN [ANALYZE] query',
  'Answers the plan; with ANALYZE the query runs, and each step has its rows and time.',
);
const OPTIONS = help('… OPTIONS {overwrite: true}', 'Says more about how a write is done.');
const AS_OF = help(
  'FOR name IN collection AS OF lsn-or-time',
  'Reads the collection as it was; AS also stands before the query that a stream or view is defined by.',
);
const TRUTH = help('TRUE, FALSE, NULL', 'False are null, false, 0 and "" alone.');

/** Help for every keyword, by its token type. */
export const KEYWORD_HELP: ReadonlyMap<TokenType, KeywordHelp> = new Map([
  [keyword.FOR, help('FOR name IN collection-or-array', 'One row for each document or element.')],
  [
    keyword.IN,
    help(
      'FOR name IN source; value [NOT] IN array; … IN collection',
      'The source of a loop, membership in an array, or where a write goes.',
    ),
  ],
  [keyword.FILTER, help('FILTER condition', 'Lets the rows through for which the condition is true.')],
  [keyword.SORT, SORT],
  [keyword.ORDER, ORDER],
  [keyword.LIMIT, help('LIMIT [offset,] count', 'Passes over `offset` rows and ends behind `count` more.')],
  [
    keyword.RETURN,
    help('RETURN [DISTINCT] expression', 'The answer: a value for each row; with DISTINCT each value once.'),
  ],
  [keyword.LET, help('LET name = expression, …', 'Names a value.')],
  [keyword.ASC, SORT],
  [keyword.DESC, SORT],
  [keyword.AND, help('a AND b', 'True when both are; the right side is only looked at when it matters.')],
  [keyword.OR, help('a OR b', 'True when one is; the right side is only looked at when it matters.')],
  [keyword.NOT, help('NOT a; a NOT IN b; a NOT LIKE b', 'The opposite.')],
  [
    keyword.LIKE,
    help('text [NOT] LIKE pattern', 'Whether a text matches: `%` stands for any text, `_` for one character.'),
  ],
  [keyword.TRUE, TRUTH],
  [keyword.FALSE, TRUTH],
  [keyword.NULL, TRUTH],
  [keyword.INSERT, INSERT],
  [
    keyword.INTO,
    help('INSERT … INTO collection; COLLECT … INTO group', 'Where a document goes, or the name of a group.'),
  ],
  [keyword.UPDATE, UPDATE],
  [keyword.UPSERT, UPSERT],
  [
    keyword.WITH,
    help('UPDATE … WITH changes; COLLECT … WITH COUNT INTO n', 'The changes of a write, or the count of a group.'),
  ],
  [
    keyword.REMOVE,
    help('REMOVE document-or-key IN collection [OPTIONS {…}]', 'Removes a document; OLD is what it was.'),
  ],
  [
    keyword.REPLACE,
    help(
      'REPLACE document-or-key WITH document IN collection [OPTIONS {…}]',
      'Puts a document in the place of another with the same key.',
    ),
  ],
  [keyword.COLLECT, COLLECT],
  [keyword.AGGREGATE, COLLECT],
  [keyword.COUNT, COLLECT],
  [Keep, COLLECT],
  [keyword.SATISFIES, QUANTIFIER],
  [keyword.ANY, QUANTIFIER],
  [All, QUANTIFIER],
  [None, QUANTIFIER],
  [keyword.OUTBOUND, TRAVERSAL],
  [keyword.INBOUND, TRAVERSAL],
  [keyword.SHORTEST_PATH, PATH],
  [keyword.K_SHORTEST_PATHS, PATHS],
  [keyword.GRAPH, help('GRAPH', 'A reserved word.')],
  [keyword.TO, PATH],
  [keyword.OVER, OVER],
  [keyword.PARTITION, OVER],
  [By, OVER],
  [keyword.CASE, CASE],
  [keyword.WHEN, CASE],
  [keyword.THEN, CASE],
  [keyword.ELSE, CASE],
  [keyword.END, CASE],
  [
    keyword.CREATE,
    help(
      'CREATE STREAM name AS query; CREATE MATERIALIZED VIEW name AS query',
      'Streams and views are not available yet.',
    ),
  ],
  [keyword.STREAM, STREAM],
  [keyword.AS, AS_OF],
  [Of, AS_OF],
  [keyword.WINDOW, STREAM_WINDOW],
  [keyword.TUMBLING, STREAM_WINDOW],
  [keyword.SLIDING, STREAM_WINDOW],
  [keyword.SIZE, STREAM_WINDOW],
  [keyword.MATERIALIZED, VIEW],
  [keyword.VIEW, VIEW],
  [keyword.REFRESH, VIEW],
  [keyword.JOIN, JOIN],
  [keyword.LEFT, JOIN],
  [keyword.RIGHT, JOIN],
  [keyword.FULL, JOIN],
  [keyword.OUTER, JOIN],
  [Inner, JOIN],
  [keyword.ON, JOIN],
  [Distinct, help('RETURN DISTINCT expression', 'Each value once, in the order in which it is met.')],
  [Options, OPTIONS],
  [
    Prune,
    help(
      'FOR vertex, edge, path IN … edges PRUNE condition',
      'Visits nothing behind a vertex for which the condition holds.',
    ),
  ],
  [Explain, EXPLAIN],
  [Analyze, EXPLAIN],
]);
