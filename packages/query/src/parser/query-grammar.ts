import type { IParserConfig, IToken, ParserMethod } from 'chevrotain';
import type { Expression } from '../ast/expression.ts';
import type {
  Aggregate,
  Clause,
  CollectClause,
  CollectionReference,
  Direction,
  ForClause,
  JoinClause,
  Query,
  ShortestPathClause,
  StatementHead,
  TraversalClause,
  UpsertClause,
} from '../ast/query.ts';
import { readString } from '../lexer/matchers.ts';
import * as t from '../lexer/token-types.ts';
import { ExpressionGrammar, nameOf, spanOf } from './expression-grammar.ts';
import { describeToken } from './token-text.ts';

const { keyword } = t;
type Rule<T, A extends unknown[] = []> = ParserMethod<A, T>;

const IN_ENDS: { ARGS: [boolean] } = { ARGS: [true] };
const VARIABLE = { ERR_MSG: 'a variable name' };
const EDGE_COLLECTION = { ARGS: ['an edge collection name'] as [string] };
/** Greater depths are written by mistake only; no path is that long. */
const DEPTH_DIGITS_MAX = 9;

/** The first token of a graph clause and its variables. */
type GraphVariables = [start: IToken, vertex: IToken, edge: IToken | undefined, path: IToken | undefined];

/** The grammar of whole queries: heads, clauses and RETURN. */
export class QueryGrammar extends ExpressionGrammar {
  constructor(config: IParserConfig) {
    super(config);
    this.performSelfAnalysis();
  }

  /** A whole text. */
  readonly statement: Rule<Query> = this.rule('statement', () => {
    let explain: Query['explain'];
    this.OPTION1(() => {
      this.CONSUME(t.Explain);
      explain = 'plan';
      this.OPTION2(() => {
        this.CONSUME(t.Analyze);
        explain = 'analyze';
      });
    });
    const head = this.OPTION3(() => this.SUBRULE(this.#head));
    const query = this.SUBRULE(this.#clauses);
    return this.ACTION(() => ({ ...query, ...(explain && { explain }), ...(head && { head }) }));
  });

  /** An unparenthesised query begins with FOR or LET; more clauses follow. */
  protected readonly subquery: Rule<Query> = this.rule('subquery', () => {
    const clauses: Clause[] = [];
    this.OR([
      {
        ALT: () => {
          const clause = this.SUBRULE(this.#for);
          clauses.push(clause);
        },
      },
      { ALT: () => this.SUBRULE(this.#let, { ARGS: [clauses] }) },
    ]);
    this.SUBRULE(this.#rest, { ARGS: [clauses] });
    return this.ACTION(() => queryOf(clauses, this.lastEnd()));
  });

  readonly #clauses: Rule<Query> = this.rule('clauses', () => {
    const clauses: Clause[] = [];
    this.SUBRULE(this.#rest, { ARGS: [clauses] });
    return this.ACTION(() => queryOf(clauses, clauses.length === 0 ? 0 : this.lastEnd()));
  });

  readonly #rest: Rule<void, [clauses: Clause[]]> = this.rule('rest', (clauses) => {
    this.MANY(() => this.SUBRULE(this.#clause, { ARGS: [clauses] }));
    this.OPTION(() => {
      const start = this.CONSUME(keyword.RETURN);
      let distinct = false;
      this.OPTION2({
        GATE: () => this.#distinctMeansDistinct(),
        DEF: () => {
          this.CONSUME(t.Distinct);
          distinct = true;
        },
      });
      const expression = this.SUBRULE(this.expression);
      this.ACTION(() => clauses.push({ kind: 'return', expression, distinct, span: this.#since(start) }));
    });
  });

  /** `RETURN distinct` may name a variable: then the text ends or an operator follows. */
  #distinctMeansDistinct(): boolean {
    const after = this.LA(2).tokenType;
    if (after === t.Minus || after === t.OpenBracket || after === t.OpenParenthesis) return true;
    return after.CATEGORIES?.includes(t.Word) || after.CATEGORIES?.includes(t.Name)
      ? after !== keyword.IN && after !== keyword.LIKE && after !== keyword.AND && after !== keyword.OR
      : LITERAL_STARTS.has(after) || (after.CATEGORIES?.includes(t.CallableKeyword) ?? false);
  }

  readonly #clause: Rule<void, [clauses: Clause[]]> = this.rule('clause', (clauses) => {
    const push = (clause: Clause) => this.ACTION(() => clauses.push(clause));
    this.OR([
      { ALT: () => push(this.SUBRULE(this.#for)) },
      { ALT: () => push(this.SUBRULE(this.#filter)) },
      { ALT: () => this.SUBRULE(this.#let, { ARGS: [clauses] }) },
      { ALT: () => push(this.SUBRULE(this.#sort)) },
      { ALT: () => push(this.SUBRULE(this.#limit)) },
      { ALT: () => push(this.SUBRULE(this.#collect)) },
      { ALT: () => push(this.SUBRULE(this.#join)) },
      { ALT: () => push(this.SUBRULE(this.#insert)) },
      { ALT: () => push(this.SUBRULE(this.#update)) },
      { ALT: () => push(this.SUBRULE(this.#replace)) },
      { ALT: () => push(this.SUBRULE(this.#remove)) },
      { ALT: () => push(this.SUBRULE(this.#upsert)) },
      { ALT: () => push(this.SUBRULE(this.#window)) },
    ]);
  });

  readonly #head: Rule<StatementHead> = this.rule('head', () => {
    const start = this.LA(1);
    const kind = this.OR([
      {
        ALT: () => {
          this.CONSUME(keyword.CREATE);
          return this.OR1({
            DEF: [
              { ALT: () => this.CONSUME(keyword.STREAM) && ('create-stream' as const) },
              {
                ALT: () => {
                  this.CONSUME1(keyword.MATERIALIZED);
                  this.CONSUME1(keyword.VIEW);
                  return 'create-view' as const;
                },
              },
            ],
            ERR_MSG: 'STREAM or MATERIALIZED VIEW',
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(keyword.REFRESH);
          this.CONSUME2(keyword.MATERIALIZED);
          this.CONSUME2(keyword.VIEW);
          return 'refresh-view' as const;
        },
      },
    ]);
    const name = this.CONSUME(t.Name);
    this.OPTION({ GATE: () => kind !== 'refresh-view', DEF: () => this.CONSUME(keyword.AS) });
    this.ACTION(() => {
      if (kind !== 'refresh-view' && this.LA(0).tokenType !== keyword.AS) this.unexpected('AS', this.LA(1), name);
    });
    return this.ACTION(() => ({ kind, name: nameOf(name), span: this.#since(start) }));
  });

  readonly #for: Rule<ForClause | TraversalClause | ShortestPathClause> = this.rule('for', () => {
    const start = this.CONSUME(keyword.FOR);
    const variable = this.CONSUME1(t.Name, VARIABLE);
    const edge = this.OPTION(() => {
      this.CONSUME1(t.Comma);
      return this.CONSUME2(t.Name, VARIABLE);
    });
    const path = this.OPTION2({
      GATE: () => edge !== undefined,
      DEF: () => {
        this.CONSUME2(t.Comma);
        return this.CONSUME3(t.Name, VARIABLE);
      },
    });
    this.CONSUME(keyword.IN);
    return this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.#shortestPath, { ARGS: [start, variable, edge, path] }) },
        {
          GATE: () => this.#atTraversal(),
          ALT: () => this.SUBRULE(this.#traversal, { ARGS: [start, variable, edge, path] }),
        },
        {
          ALT: () => {
            const source = this.OR1({
              DEF: [{ ALT: () => this.SUBRULE(this.#collectionBind) }, { ALT: () => this.SUBRULE(this.expression) }],
              ERR_MSG: 'a collection name or an expression',
            });
            this.ACTION(() => {
              if (edge !== undefined) this.problem('a second variable is only allowed in graph traversals', edge);
            });
            const asOf = this.OPTION1({
              GATE: () => this.LA(2).tokenType === t.Of,
              DEF: () => {
                this.CONSUME(keyword.AS);
                this.CONSUME(t.Of);
                return this.SUBRULE2(this.expression);
              },
            });
            return this.ACTION((): ForClause => {
              const clause = { kind: 'for', variable: nameOf(variable), source, span: this.#since(start) } as const;
              return asOf === undefined ? clause : { ...clause, asOf };
            });
          },
        },
      ],
      IGNORE_AMBIGUITIES: true,
      ERR_MSG: 'a collection name or an expression',
    });
  });

  #atTraversal(): boolean {
    if (this.LA(1).tokenType !== t.NumberText) return DIRECTIONS.has(this.LA(1).tokenType);
    return (
      DIRECTIONS.has(this.LA(2).tokenType) || (this.LA(2).tokenType === t.Range && DIRECTIONS.has(this.LA(4).tokenType))
    );
  }

  readonly #traversal: Rule<TraversalClause, GraphVariables> = this.rule('traversal', (start, vertex, edge, path) => {
    let depth = { min: 1, max: 1 };
    this.OPTION1(() => {
      const min = this.CONSUME1(t.NumberText);
      const max =
        this.OPTION2(() => {
          this.CONSUME(t.Range);
          return this.CONSUME2(t.NumberText);
        }) ?? min;
      depth = this.ACTION(() => ({ min: this.#depth(min), max: this.#depth(max) }));
    });
    const direction = this.SUBRULE(this.#direction);
    const from = this.SUBRULE(this.expression);
    const edges = this.SUBRULE(this.#collection, EDGE_COLLECTION);
    const prune = this.OPTION3(() => {
      this.CONSUME(t.Prune);
      return this.SUBRULE2(this.expression);
    });
    return this.ACTION(() => ({
      kind: 'traversal',
      vertex: nameOf(vertex),
      ...(edge && { edge: nameOf(edge) }),
      ...(path && { path: nameOf(path) }),
      depth,
      direction,
      start: from,
      edges,
      ...(prune && { prune }),
      span: this.#since(start),
    }));
  });

  #depth(token: IToken): number {
    if (token.image.includes('.'))
      this.problem(`a traversal depth is a whole number, found ${describeToken(token)}`, token);
    if (token.image.length > DEPTH_DIGITS_MAX)
      this.problem(`the traversal depth ${describeToken(token)} is too great`, token);
    return Number(token.image);
  }

  readonly #direction: Rule<Direction> = this.rule('direction', () =>
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(keyword.OUTBOUND) && ('outbound' as const) },
        { ALT: () => this.CONSUME(keyword.INBOUND) && ('inbound' as const) },
        { ALT: () => this.CONSUME(keyword.ANY) && ('any' as const) },
      ],
      ERR_MSG: 'OUTBOUND, INBOUND or ANY',
    }),
  );

  readonly #shortestPath: Rule<ShortestPathClause, GraphVariables> = this.rule(
    'shortestPath',
    (start, vertex, edge, path) => {
      this.ACTION(() => {
        if (path !== undefined) this.problem('a third variable is only allowed in traversals', path);
      });
      const rows = this.OR([
        { ALT: () => this.CONSUME(keyword.SHORTEST_PATH) && ('vertices' as const) },
        { ALT: () => this.CONSUME(keyword.K_SHORTEST_PATHS) && ('paths' as const) },
      ]);
      this.ACTION(() => {
        if (edge !== undefined && rows === 'paths')
          this.problem('K_SHORTEST_PATHS has one variable, the path with its vertices and edges', edge);
      });
      const from = this.SUBRULE1(this.expression);
      this.CONSUME(keyword.TO);
      const target = this.SUBRULE2(this.expression);
      const direction = this.SUBRULE(this.#direction);
      const { collection: edges, options } = this.SUBRULE(this.#target, EDGE_COLLECTION);
      return this.ACTION(() => ({
        kind: 'shortest-path',
        rows,
        vertex: nameOf(vertex),
        ...(edge && { edge: nameOf(edge) }),
        direction,
        start: from,
        target,
        edges,
        ...(options && { options }),
        span: this.#since(start),
      }));
    },
  );

  /** A collection by its name or as `@@name`. */
  readonly #collection: Rule<CollectionReference, [expected?: string]> = this.rule(
    'collection',
    (expected = 'a collection name') =>
      this.OR({
        DEF: [
          {
            ALT: () => {
              const name = this.CONSUME(t.Name);
              return this.ACTION((): CollectionReference => ({ kind: 'name', name: nameOf(name), span: spanOf(name) }));
            },
          },
          { ALT: () => this.SUBRULE(this.#collectionBind) },
        ],
        ERR_MSG: expected,
      }),
  );

  readonly #collectionBind: Rule<CollectionReference> = this.rule('collectionBind', () => {
    const bind = this.CONSUME(t.CollectionBind);
    return this.ACTION(
      (): CollectionReference => ({ kind: 'collection-bind', name: bind.image.slice(2), span: spanOf(bind) }),
    );
  });

  readonly #filter: Rule<Clause> = this.rule('filter', () => {
    const start = this.CONSUME(keyword.FILTER);
    const condition = this.SUBRULE(this.expression);
    return this.ACTION(() => ({ kind: 'filter', condition, span: this.#since(start) }));
  });

  readonly #let: Rule<void, [clauses: Clause[]]> = this.rule('let', (clauses) => {
    this.CONSUME(keyword.LET);
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        const name = this.CONSUME(t.Name, VARIABLE);
        this.CONSUME(t.Assign);
        const value = this.SUBRULE(this.expression);
        this.ACTION(() => clauses.push({ kind: 'let', variable: nameOf(name), value, span: this.#since(name) }));
      },
      ...VARIABLE,
    });
  });

  readonly #sort: Rule<Clause> = this.rule('sort', () => {
    const start = this.OR([{ ALT: () => this.CONSUME(keyword.SORT) }, { ALT: () => this.CONSUME(keyword.ORDER) }]);
    const keys = this.SUBRULE(this.sortKeys);
    return this.ACTION(() => ({ kind: 'sort', keys, span: this.#since(start) }));
  });

  readonly #limit: Rule<Clause> = this.rule('limitClause', () => {
    const start = this.CONSUME(keyword.LIMIT);
    const limit = this.SUBRULE(this.limit);
    return this.ACTION(() => ({ kind: 'limit', ...limit, span: this.#since(start) }));
  });

  readonly #collect: Rule<Clause> = this.rule('collect', () => {
    const groups: CollectClause['groups'][number][] = [];
    let into: CollectClause['into'];
    let count: string | undefined;
    const aggregates: Aggregate[] = [];
    const start = this.CONSUME(keyword.COLLECT);
    this.OPTION1(() => {
      groups.push(this.SUBRULE1(this.#group));
      this.MANY1({
        GATE: () => this.LA(3).tokenType === t.Assign,
        DEF: () => {
          this.CONSUME1(t.Comma);
          groups.push(this.SUBRULE2(this.#group));
        },
      });
      this.OPTION2(() => this.CONSUME2(t.Comma));
    });
    this.OPTION3(() => {
      into = this.SUBRULE(this.#into);
    });
    this.OPTION4(() => {
      this.CONSUME(keyword.WITH);
      this.CONSUME(keyword.COUNT);
      this.CONSUME(keyword.INTO);
      count = nameOf(this.CONSUME(t.Name, VARIABLE));
    });
    this.OPTION5(() => {
      this.CONSUME(keyword.AGGREGATE);
      this.AT_LEAST_ONE_SEP({
        SEP: t.Comma,
        DEF: () => aggregates.push(this.SUBRULE(this.#aggregate)),
        ...VARIABLE,
      });
    });
    return this.ACTION(() => ({
      kind: 'collect',
      groups,
      ...(into && { into }),
      ...(count !== undefined && { count }),
      aggregates,
      span: this.#since(start),
    }));
  });

  readonly #group: Rule<CollectClause['groups'][number]> = this.rule('group', () => {
    const name = this.CONSUME(t.Name, VARIABLE);
    this.CONSUME(t.Assign);
    const expression = this.SUBRULE(this.expression);
    return this.ACTION(() => ({ variable: nameOf(name), expression, span: this.#since(name) }));
  });

  readonly #into: Rule<CollectClause['into']> = this.rule('into', () => {
    this.CONSUME(keyword.INTO);
    const variable = this.CONSUME1(t.Name, VARIABLE);
    const keep = this.OPTION(() => {
      const names: string[] = [];
      this.CONSUME(t.Keep);
      this.AT_LEAST_ONE_SEP({
        SEP: t.Comma,
        DEF: () => names.push(nameOf(this.CONSUME2(t.Name, VARIABLE))),
        ...VARIABLE,
      });
      return names;
    });
    return this.ACTION(() => ({ variable: nameOf(variable), ...(keep && { keep }) }));
  });

  readonly #aggregate: Rule<Aggregate> = this.rule('aggregate', () => {
    const variable = this.CONSUME(t.Name, VARIABLE);
    this.CONSUME(t.Assign);
    const name = this.CONSUME(t.Word, { ERR_MSG: 'the name of an aggregate function' });
    const values = this.SUBRULE(this.arguments);
    return this.ACTION(() => ({
      variable: nameOf(variable),
      function: nameOf(name).toUpperCase(),
      arguments: values,
      span: this.#since(variable),
    }));
  });

  readonly #join: Rule<JoinClause> = this.rule('join', () => {
    const start = this.LA(1);
    let type: JoinClause['type'] = 'inner';
    this.OPTION1(() => {
      type = this.OR([
        { ALT: () => this.CONSUME(keyword.LEFT) && ('left' as const) },
        { ALT: () => this.CONSUME(keyword.RIGHT) && ('right' as const) },
        {
          ALT: () => {
            this.CONSUME(keyword.FULL);
            this.OPTION2(() => this.CONSUME(keyword.OUTER));
            return 'full' as const;
          },
        },
        { ALT: () => this.CONSUME(t.Inner) && ('inner' as const) },
      ]);
    });
    this.CONSUME(keyword.JOIN);
    const collection = this.CONSUME(t.Name, { ERR_MSG: 'a collection name' });
    this.CONSUME(keyword.ON);
    const condition = this.SUBRULE(this.expression);
    return this.ACTION(() => ({
      kind: 'join',
      type,
      collection: nameOf(collection),
      condition,
      span: this.#since(start),
    }));
  });

  readonly #insert: Rule<Clause> = this.rule('insert', () => {
    const start = this.CONSUME(keyword.INSERT);
    const document = this.SUBRULE(this.expression);
    this.CONSUME(keyword.INTO);
    const { collection, options } = this.SUBRULE(this.#target);
    return this.ACTION(() => ({
      kind: 'insert',
      document,
      collection,
      ...(options && { options }),
      span: this.#since(start),
    }));
  });

  readonly #update: Rule<Clause> = this.rule('update', () => {
    const start = this.CONSUME(keyword.UPDATE);
    const selector = this.SUBRULE1(this.expression);
    this.CONSUME(keyword.WITH);
    const changes = this.SUBRULE2(this.expression, IN_ENDS);
    this.CONSUME(keyword.IN);
    const { collection, options } = this.SUBRULE(this.#target);
    return this.ACTION(() => ({
      kind: 'update',
      selector,
      changes,
      collection,
      ...(options && { options }),
      span: this.#since(start),
    }));
  });

  readonly #replace: Rule<Clause> = this.rule('replace', () => {
    const start = this.CONSUME(keyword.REPLACE);
    const selector = this.SUBRULE1(this.expression);
    this.CONSUME(keyword.WITH);
    const document = this.SUBRULE2(this.expression, IN_ENDS);
    this.CONSUME(keyword.IN);
    const { collection, options } = this.SUBRULE(this.#target);
    return this.ACTION(() => ({
      kind: 'replace',
      selector,
      document,
      collection,
      ...(options && { options }),
      span: this.#since(start),
    }));
  });

  readonly #remove: Rule<Clause> = this.rule('remove', () => {
    const start = this.CONSUME(keyword.REMOVE);
    const selector = this.SUBRULE(this.expression, IN_ENDS);
    this.CONSUME(keyword.IN);
    const { collection, options } = this.SUBRULE(this.#target);
    return this.ACTION(() => ({
      kind: 'remove',
      selector,
      collection,
      ...(options && { options }),
      span: this.#since(start),
    }));
  });

  readonly #upsert: Rule<UpsertClause> = this.rule('upsert', () => {
    const start = this.CONSUME(keyword.UPSERT);
    const search = this.SUBRULE1(this.expression, IN_ENDS);
    this.CONSUME(keyword.INSERT);
    const insert = this.SUBRULE2(this.expression, IN_ENDS);
    const action = this.OR({
      DEF: [
        { ALT: () => this.CONSUME(keyword.UPDATE) && ('update' as const) },
        { ALT: () => this.CONSUME(keyword.REPLACE) && ('replace' as const) },
      ],
      ERR_MSG: 'UPDATE or REPLACE',
    });
    const changes = this.SUBRULE3(this.expression, IN_ENDS);
    this.CONSUME(keyword.IN);
    const { collection, options } = this.SUBRULE(this.#target);
    return this.ACTION(() => ({
      kind: 'upsert',
      search,
      insert,
      action,
      changes,
      collection,
      ...(options && { options }),
      span: this.#since(start),
    }));
  });

  /** Where a write goes or the edges of a path are, and its OPTIONS. */
  readonly #target: Rule<{ collection: CollectionReference; options?: Expression }, [expected?: string]> = this.rule(
    'target',
    (expected = 'a collection name') => {
      const collection = this.SUBRULE(this.#collection, { ARGS: [expected] });
      const options = this.OPTION(() => {
        this.CONSUME(t.Options);
        return this.SUBRULE(this.expression);
      });
      return { collection, options };
    },
  );

  readonly #window: Rule<Clause> = this.rule('window', () => {
    const start = this.CONSUME(keyword.WINDOW);
    const type = this.OR({
      DEF: [
        { ALT: () => this.CONSUME(keyword.TUMBLING) && ('tumbling' as const) },
        { ALT: () => this.CONSUME(keyword.SLIDING) && ('sliding' as const) },
      ],
      ERR_MSG: 'TUMBLING or SLIDING',
    });
    this.CONSUME(t.OpenParenthesis);
    this.CONSUME(keyword.SIZE);
    const size = this.CONSUME(t.StringText);
    this.CONSUME(t.CloseParenthesis);
    return this.ACTION(() => ({
      kind: 'stream-window',
      type,
      size: readString(size.image, size.payload === true),
      span: this.#since(start),
    }));
  });

  #since(start: IToken): { start: number; end: number } {
    return { start: start.startOffset, end: this.lastEnd() };
  }
}

const DIRECTIONS: ReadonlySet<unknown> = new Set([keyword.OUTBOUND, keyword.INBOUND, keyword.ANY]);

/** What begins an operand and is not a word. */
const LITERAL_STARTS: ReadonlySet<unknown> = new Set([
  t.NumberText,
  t.StringText,
  t.TemplateStart,
  t.Bind,
  t.OpenBrace,
  t.Exclamation,
  t.Tilde,
]);

function queryOf(clauses: readonly Clause[], end: number): Query {
  return { kind: 'query', clauses, span: { start: clauses[0]?.span.start ?? 0, end } };
}
