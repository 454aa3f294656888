import type { IToken } from 'chevrotain';
import * as t from '../lexer/sql-token-types.ts';
import type { SqlExpression } from '../tree/sql-expression.ts';
import type {
  CommonTable,
  SelectBody,
  SelectCore,
  SelectItem,
  SelectQuery,
  SetOperation,
  SortItem,
  ValuesList,
} from '../tree/sql-query.ts';
import { isName, nameOf, type Rule } from './sql-grammar-base.ts';
import { TableGrammar } from './table-grammar.ts';

const { keyword } = t;
const TABLE = { ERR_MSG: 'the name of a table' };

/** LIMIT and OFFSET, in either order, or FETCH FIRST. */
interface Limits {
  limit?: SqlExpression;
  offset?: SqlExpression;
}

/** The grammar of SELECT, set operations, VALUES and WITH. */
export abstract class SelectGrammar extends TableGrammar {
  readonly selectQuery: Rule<SelectQuery> = this.rule('selectQuery', () => {
    const start = this.LA(1);
    const tables = this.OPTION1(() => this.SUBRULE(this.commonTables)) ?? [];
    const body = this.SUBRULE(this.#union);
    const order = this.OPTION2(() => this.SUBRULE(this.sortItems)) ?? [];
    const limits = this.SUBRULE(this.limitClauses);
    this.ACTION(() => this.#refuseTail());
    return this.ACTION(() => ({
      kind: 'select-query',
      with: tables,
      body,
      order,
      ...limits,
      span: this.since(start),
    }));
  });

  #refuseTail(): void {
    const type = this.LA(1).tokenType;
    if (type === keyword.FOR) this.unsupported('FOR UPDATE');
    if (type === keyword.WINDOW) this.unsupported('WINDOW');
  }

  /** `WITH a AS (…), b (x, y) AS (…)`. */
  protected readonly commonTables: Rule<CommonTable[]> = this.rule('commonTables', () => {
    const tables: CommonTable[] = [];
    this.CONSUME(keyword.WITH);
    this.ACTION(() => {
      if (this.isWord('RECURSIVE') && isName(this.LA(2))) this.unsupported('WITH RECURSIVE');
    });
    this.AT_LEAST_ONE_SEP1({
      SEP: t.Comma,
      DEF: () => {
        const name = this.CONSUME(t.Name, TABLE);
        const columns = this.OPTION(() => this.SUBRULE(this.columnNames));
        this.CONSUME(keyword.AS);
        this.CONSUME(t.OpenParenthesis);
        this.enter();
        const query = this.SUBRULE(this.selectQuery);
        this.leave();
        this.CONSUME(t.CloseParenthesis);
        this.ACTION(() =>
          tables.push({ name: nameOf(name), ...(columns && { columns }), query, span: this.since(name) }),
        );
      },
    });
    return tables;
  });

  /** UNION and EXCEPT from left to right; INTERSECT binds more tightly. */
  readonly #union: Rule<SelectBody> = this.rule('union', () => {
    let left = this.SUBRULE1(this.#intersection);
    this.MANY(() => {
      const token = this.OR([{ ALT: () => this.CONSUME(keyword.UNION) }, { ALT: () => this.CONSUME(keyword.EXCEPT) }]);
      const all = this.SUBRULE(this.#all);
      const right = this.SUBRULE2(this.#intersection);
      left = this.ACTION(() => this.#operation(token, all, left, right));
    });
    return left;
  });

  readonly #intersection: Rule<SelectBody> = this.rule('intersection', () => {
    let left = this.SUBRULE1(this.#term);
    this.MANY(() => {
      const token = this.CONSUME(keyword.INTERSECT);
      const all = this.SUBRULE(this.#all);
      const right = this.SUBRULE2(this.#term);
      left = this.ACTION(() => this.#operation(token, all, left, right));
    });
    return left;
  });

  readonly #all: Rule<boolean> = this.rule('all', () => {
    const word = this.OPTION(() =>
      this.OR([{ ALT: () => this.CONSUME(keyword.ALL) }, { ALT: () => this.CONSUME(keyword.DISTINCT) }]),
    );
    return word?.tokenType === keyword.ALL;
  });

  #operation(token: IToken, all: boolean, left: SelectBody, right: SelectBody): SetOperation {
    const operator = token.image.toLowerCase() as 'union' | 'intersect' | 'except';
    if (all && operator !== 'union') this.unsupported(`${token.image.toUpperCase()} ALL`, token);
    const span = { start: left.span.start, end: right.span.end };
    return { kind: 'set-operation', operator: all ? 'union all' : operator, left, right, span };
  }

  readonly #term: Rule<SelectBody> = this.rule('term', () =>
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.#select) },
        { ALT: () => this.SUBRULE(this.#values) },
        {
          ALT: () => {
            this.CONSUME(t.OpenParenthesis);
            this.enter();
            const query = this.SUBRULE(this.selectQuery);
            this.leave();
            this.CONSUME(t.CloseParenthesis);
            return query;
          },
        },
      ],
      ERR_MSG: 'SELECT or VALUES',
    }),
  );

  readonly #values: Rule<ValuesList> = this.rule('values', () => {
    const start = this.CONSUME(keyword.VALUES);
    const rows: SqlExpression[][] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        this.CONSUME(t.OpenParenthesis);
        this.enter();
        const row = this.SUBRULE(this.expressions);
        this.leave();
        this.CONSUME(t.CloseParenthesis);
        this.ACTION(() => rows.push(row));
      },
    });
    return this.ACTION(() => ({ kind: 'values', rows, span: this.since(start) }));
  });

  readonly #select: Rule<SelectCore> = this.rule('select', () => {
    const start = this.CONSUME(keyword.SELECT);
    const distinct = this.OPTION1(() =>
      this.OR([{ ALT: () => this.CONSUME(keyword.ALL) }, { ALT: () => this.CONSUME(keyword.DISTINCT) }]),
    );
    this.ACTION(() => {
      if (distinct?.tokenType === keyword.DISTINCT && this.LA(1).tokenType === keyword.ON)
        this.unsupported('DISTINCT ON');
    });
    const items = this.SUBRULE(this.selectItems);
    const from = this.OPTION2(() => {
      this.CONSUME(keyword.FROM);
      return this.SUBRULE(this.tables);
    });
    const where = this.OPTION3(() => this.SUBRULE(this.where));
    const groups = this.OPTION4(() => {
      this.CONSUME(keyword.GROUP);
      this.CONSUME(keyword.BY);
      return this.SUBRULE(this.expressions);
    });
    const having = this.OPTION5(() => {
      this.CONSUME(keyword.HAVING);
      return this.SUBRULE(this.expression);
    });
    return this.ACTION(() => ({
      kind: 'select',
      distinct: distinct?.tokenType === keyword.DISTINCT,
      items,
      ...(from && { from }),
      ...(where && { where }),
      groups: groups ?? [],
      ...(having && { having }),
      span: this.since(start),
    }));
  });

  protected readonly where: Rule<SqlExpression> = this.rule('where', () => {
    this.CONSUME(keyword.WHERE);
    return this.SUBRULE(this.expression);
  });

  /** `*`, `t.*`, `a AS b`, `a b`. */
  protected readonly selectItems: Rule<SelectItem[]> = this.rule('selectItems', () => {
    const items: SelectItem[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        const item = this.SUBRULE(this.#selectItem);
        this.ACTION(() => items.push(item));
      },
    });
    return items;
  });

  readonly #selectItem: Rule<SelectItem> = this.rule('selectItem', () =>
    this.OR({
      DEF: [
        {
          ALT: () => {
            const star = this.CONSUME1(t.Star);
            return this.ACTION((): SelectItem => ({ kind: 'star', span: this.since(star) }));
          },
        },
        {
          GATE: () => this.LA(2).tokenType === t.Dot && this.LA(3).tokenType === t.Star,
          ALT: () => {
            const table = this.CONSUME(t.Name);
            this.CONSUME(t.Dot);
            this.CONSUME2(t.Star);
            return this.ACTION((): SelectItem => ({ kind: 'star', table: nameOf(table), span: this.since(table) }));
          },
        },
        {
          ALT: () => {
            const start = this.LA(1);
            const expression = this.SUBRULE(this.expression);
            const text = this.ACTION(() => this.#written(start));
            const alias = this.SUBRULE(this.alias);
            return this.ACTION(
              (): SelectItem => ({
                kind: 'column',
                expression,
                ...(alias !== undefined && { alias }),
                text,
                span: this.since(start),
              }),
            );
          },
        },
      ],
      IGNORE_AMBIGUITIES: true,
      ERR_MSG: 'an expression or *',
    }),
  );

  /** The text from a token to the last one, with what blanks there were made one. */
  #written(start: IToken): string {
    return this.textOf(start.startOffset, this.lastEnd()).replace(/\s+/g, ' ');
  }

  /** `ORDER BY a DESC NULLS LAST, b`. */
  readonly sortItems: Rule<SortItem[]> = this.rule('sortItems', () => {
    const items: SortItem[] = [];
    this.CONSUME(keyword.ORDER);
    this.CONSUME(keyword.BY);
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        const item = this.SUBRULE(this.#sortItem);
        this.ACTION(() => items.push(item));
      },
    });
    return items;
  });

  readonly #sortItem: Rule<SortItem> = this.rule('sortItem', () => {
    const expression = this.SUBRULE(this.expression);
    const direction = this.OPTION1(() =>
      this.OR([{ ALT: () => this.CONSUME(keyword.ASC) }, { ALT: () => this.CONSUME(keyword.DESC) }]),
    );
    const nulls = this.OPTION2({
      GATE: () => this.isWord('NULLS'),
      DEF: () => {
        this.CONSUME1(t.Identifier);
        this.expectWord('FIRST', 'LAST');
        const place = this.CONSUME2(t.Identifier);
        return this.ACTION(() => place.image.toLowerCase() as 'first' | 'last');
      },
    });
    return this.ACTION(() => ({
      expression,
      descending: direction?.tokenType === keyword.DESC,
      ...(nulls && { nulls }),
      span: this.since(expression.span),
    }));
  });

  /** `LIMIT n OFFSET m`, `LIMIT m, n`, `OFFSET m ROWS FETCH NEXT n ROWS ONLY`. */
  protected readonly limitClauses: Rule<Limits> = this.rule('limitClauses', () => {
    const limits: Limits = {};
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.#limit, { ARGS: [limits] }) },
        {
          ALT: () => {
            const token = this.CONSUME(keyword.OFFSET);
            const offset = this.SUBRULE(this.expression);
            this.#rowsWord();
            this.ACTION(() => {
              if (limits.offset !== undefined) this.problem('OFFSET stands here for the second time', token);
              limits.offset = offset;
            });
          },
        },
        { ALT: () => this.SUBRULE(this.#fetch, { ARGS: [limits] }) },
      ]),
    );
    return limits;
  });

  #rowsWord(): void {
    this.OPTION({ GATE: () => this.isWord('ROWS') || this.isWord('ROW'), DEF: () => this.CONSUME(t.Identifier) });
  }

  readonly #limit: Rule<void, [limits: Limits]> = this.rule('limit', (limits) => {
    const token = this.CONSUME(keyword.LIMIT);
    this.OR([
      { ALT: () => this.CONSUME(keyword.ALL) },
      {
        ALT: () => {
          const first = this.SUBRULE1(this.expression);
          const second = this.OPTION(() => {
            this.CONSUME(t.Comma);
            return this.SUBRULE2(this.expression);
          });
          this.ACTION(() => {
            if (limits.limit !== undefined) this.problem('LIMIT stands here for the second time', token);
            limits.limit = second ?? first;
            if (second !== undefined) limits.offset = first;
          });
        },
      },
    ]);
  });

  readonly #fetch: Rule<void, [limits: Limits]> = this.rule('fetch', (limits) => {
    this.CONSUME(keyword.FETCH);
    this.expectWord('FIRST', 'NEXT');
    this.CONSUME1(t.Identifier);
    const count = this.OPTION1({
      GATE: () => !this.isWord('ROW') && !this.isWord('ROWS'),
      DEF: () => this.SUBRULE(this.expression),
    });
    this.expectWord('ROWS', 'ROW');
    this.CONSUME2(t.Identifier);
    this.expectWord('ONLY');
    const end = this.CONSUME3(t.Identifier);
    this.ACTION(() => {
      limits.limit = count ?? { kind: 'literal', value: 1, span: this.since(end) };
    });
  });
}
