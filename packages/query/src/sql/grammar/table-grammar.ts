import * as t from '../lexer/sql-token-types.ts';
import type { SqlExpression } from '../tree/sql-expression.ts';
import type { JoinedTable, TableExpression } from '../tree/sql-query.ts';
import { SqlExpressionGrammar } from './sql-expression-grammar.ts';
import { nameOf, type Rule } from './sql-grammar-base.ts';

const { keyword } = t;
const TABLE = { ERR_MSG: 'the name of a table' };
const COLUMN = { ERR_MSG: 'the name of a column' };

/** The grammar of what stands behind FROM: tables, joins, subqueries. */
export abstract class TableGrammar extends SqlExpressionGrammar {
  /** `(a, b)`. */
  protected readonly columnNames: Rule<string[]> = this.rule('columnNames', () => {
    const names: string[] = [];
    this.CONSUME(t.OpenParenthesis);
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        const name = this.CONSUME(t.Name, COLUMN);
        this.ACTION(() => names.push(nameOf(name)));
      },
    });
    this.CONSUME(t.CloseParenthesis);
    return names;
  });

  /** `AS name`, or a bare name. */
  protected readonly alias: Rule<string | undefined> = this.rule('alias', () => {
    const token = this.OPTION(() =>
      this.OR([
        {
          ALT: () => {
            this.CONSUME(keyword.AS);
            return this.CONSUME(t.Word, { ERR_MSG: 'a name' });
          },
        },
        { ALT: () => this.CONSUME(t.Name) },
      ]),
    );
    return this.ACTION(() => token && nameOf(token));
  });

  /** What follows FROM: tables with commas between them are a cross join. */
  protected readonly tables: Rule<TableExpression> = this.rule('tables', () => {
    let left = this.SUBRULE1(this.#joined);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      const right = this.SUBRULE2(this.#joined);
      left = this.ACTION(() => crossJoin(left, right));
    });
    return left;
  });

  readonly #joined: Rule<TableExpression> = this.rule('joined', () => {
    let left = this.SUBRULE(this.#table);
    this.MANY(() => {
      left = this.SUBRULE(this.#join, { ARGS: [left] });
    });
    return left;
  });

  readonly #joinType: Rule<JoinedTable['type']> = this.rule('joinType', () =>
    this.OR1([
      { ALT: () => this.CONSUME(keyword.CROSS) && ('cross' as const) },
      { ALT: () => this.CONSUME(keyword.INNER) && ('inner' as const) },
      {
        ALT: () => {
          const side = this.OR2([
            { ALT: () => this.CONSUME(keyword.LEFT) },
            { ALT: () => this.CONSUME(keyword.RIGHT) },
            { ALT: () => this.CONSUME(keyword.FULL) },
          ]);
          this.OPTION1(() => this.CONSUME(keyword.OUTER));
          return this.ACTION(() => side.image.toLowerCase() as 'left' | 'right' | 'full');
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(keyword.NATURAL);
          this.ACTION(() => this.unsupported('NATURAL JOIN', token));
          return 'inner' as const;
        },
      },
    ]),
  );

  readonly #join: Rule<TableExpression, [left: TableExpression]> = this.rule('join', (left) => {
    const type = this.OPTION3(() => this.SUBRULE(this.#joinType)) ?? 'inner';
    this.CONSUME(keyword.JOIN);
    const right = this.SUBRULE(this.#table);
    let on: SqlExpression | undefined;
    let using: string[] | undefined;
    this.OPTION2({
      GATE: () => type !== 'cross',
      DEF: () =>
        this.OR3({
          DEF: [
            {
              ALT: () => {
                this.CONSUME(keyword.ON);
                on = this.SUBRULE(this.expression);
              },
            },
            {
              ALT: () => {
                this.CONSUME(keyword.USING);
                using = this.SUBRULE(this.columnNames);
              },
            },
          ],
          ERR_MSG: 'ON or USING',
        }),
    });
    return this.ACTION((): JoinedTable => {
      if (type !== 'cross' && on === undefined && using === undefined) this.unexpected('ON or USING');
      const span = { start: left.span.start, end: this.lastEnd() };
      return { kind: 'join', type, left, right, ...(on && { on }), ...(using && { using }), span };
    });
  });

  readonly #table: Rule<TableExpression> = this.rule('table', () =>
    this.OR({
      DEF: [
        {
          GATE: () => this.isWord('UNNEST') && this.LA(2).tokenType === t.OpenParenthesis,
          ALT: () => this.SUBRULE(this.#unnest),
        },
        { ALT: () => this.SUBRULE(this.#tableName) },
        {
          GATE: () => this.LA(1).tokenType === t.OpenParenthesis && this.atQuery(2),
          ALT: () => this.SUBRULE(this.#derived),
        },
        {
          ALT: () => {
            this.CONSUME(t.OpenParenthesis);
            this.enter();
            const tables = this.SUBRULE(this.tables);
            this.leave();
            this.CONSUME(t.CloseParenthesis);
            return tables;
          },
        },
      ],
      IGNORE_AMBIGUITIES: true,
      ERR_MSG: 'the name of a table or a subquery',
    }),
  );

  readonly #tableName: Rule<TableExpression> = this.rule('tableName', () => {
    const name = this.CONSUME1(t.Name, TABLE);
    this.ACTION(() => {
      const next = this.LA(1);
      if (next.tokenType === t.Dot) this.unsupported('a table of another database', next);
      if (next.tokenType === t.OpenParenthesis) this.unsupported(`${nameOf(name)}(…) as a table`, name);
    });
    const alias = this.SUBRULE(this.alias);
    return this.ACTION(
      (): TableExpression => ({
        kind: 'table',
        name: nameOf(name),
        ...(alias !== undefined && { alias }),
        span: this.since(name),
      }),
    );
  });

  readonly #derived: Rule<TableExpression> = this.rule('derived', () => {
    const start = this.CONSUME(t.OpenParenthesis);
    this.enter();
    const query = this.SUBRULE(this.selectQuery);
    this.leave();
    this.CONSUME(t.CloseParenthesis);
    const alias = this.SUBRULE(this.alias);
    const columns = this.OPTION(() => this.SUBRULE(this.columnNames));
    return this.ACTION(
      (): TableExpression => ({
        kind: 'derived',
        query,
        ...(alias !== undefined && { alias }),
        ...(columns && { columns }),
        span: this.since(start),
      }),
    );
  });

  readonly #unnest: Rule<TableExpression> = this.rule('unnest', () => {
    const start = this.CONSUME(t.Identifier);
    this.CONSUME(t.OpenParenthesis);
    this.enter();
    const array = this.SUBRULE(this.expression);
    this.leave();
    this.CONSUME(t.CloseParenthesis);
    const alias = this.SUBRULE(this.alias);
    return this.ACTION(
      (): TableExpression => ({
        kind: 'unnest',
        array,
        ...(alias !== undefined && { alias }),
        span: this.since(start),
      }),
    );
  });
}

function crossJoin(left: TableExpression, right: TableExpression): JoinedTable {
  return { kind: 'join', type: 'cross', left, right, span: { start: left.span.start, end: right.span.end } };
}
