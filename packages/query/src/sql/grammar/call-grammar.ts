import type { IToken } from 'chevrotain';
import * as t from '../lexer/sql-token-types.ts';
import type { SqlCall, SqlExpression, SqlType } from '../tree/sql-expression.ts';
import type { SelectQuery, SortItem } from '../tree/sql-query.ts';
import { isName, nameOf, type Rule, SqlGrammarBase } from './sql-grammar-base.ts';
import { PRECEDENCE } from './sql-operators.ts';

const { keyword } = t;

/** The grammar of calls and types. What stands between their parentheses is defined by the classes below. */
export abstract class CallGrammar extends SqlGrammarBase {
  /** A query in the place of a value or of a table. */
  protected abstract readonly selectQuery: Rule<SelectQuery>;
  protected abstract readonly sortItems: Rule<SortItem[]>;
  /** An expression of operators that bind at least as tightly as `least`. */
  abstract readonly expression: Rule<SqlExpression, [least?: number]>;
  /** Expressions with commas between them. */
  abstract readonly expressions: Rule<SqlExpression[]>;

  /** `DOUBLE PRECISION`, `VARCHAR(20)`, `INTEGER[]`. */
  protected readonly dataType: Rule<SqlType> = this.rule('dataType', () => {
    const first = this.CONSUME1(t.Name, { ERR_MSG: 'the name of a type' });
    const words = [nameOf(first)];
    const second = this.OPTION1({
      GATE: () => ['PRECISION', 'VARYING'].some((word) => this.isWord(word)),
      DEF: () => this.CONSUME2(t.Name),
    });
    const sizes: IToken[] = [];
    this.OPTION2(() => {
      this.CONSUME(t.OpenParenthesis);
      this.AT_LEAST_ONE_SEP({
        SEP: t.Comma,
        DEF: () => {
          const size = this.CONSUME(t.NumberText);
          this.ACTION(() => sizes.push(size));
        },
      });
      this.CONSUME(t.CloseParenthesis);
    });
    const isArray = this.OPTION3({
      GATE: () => this.LA(2).tokenType === t.CloseBracket,
      DEF: () => {
        this.CONSUME(t.OpenBracket);
        return this.CONSUME(t.CloseBracket);
      },
    });
    return this.ACTION(() => ({
      name: [...words, ...(second === undefined ? [] : [nameOf(second)])].join(' ').toUpperCase(),
      sizes: sizes.map((size) => Number(size.image)),
      isArray: isArray !== undefined,
      span: this.since(first),
    }));
  });

  protected readonly call: Rule<SqlExpression> = this.rule('call', () => {
    const name = this.OR1([{ ALT: () => this.CONSUME(t.Name) }, { ALT: () => this.CONSUME(t.CallableKeyword) }]);
    this.CONSUME(t.OpenParenthesis);
    this.enter();
    let star = false;
    let distinct = false;
    let values: SqlExpression[] = [];
    let order: SortItem[] = [];
    this.OPTION1(() => {
      this.OR2({
        DEF: [
          { ALT: () => (star = this.CONSUME(t.Star) !== undefined) },
          {
            ALT: () => {
              distinct = this.OPTION2(() => this.CONSUME(keyword.DISTINCT)) !== undefined;
              this.OPTION3(() => this.CONSUME(keyword.ALL));
              values = this.SUBRULE(this.#callArguments, { ARGS: [name] });
              order = this.OPTION4(() => this.SUBRULE(this.sortItems)) ?? [];
            },
          },
        ],
        ERR_MSG: 'an expression',
      });
    });
    this.leave();
    this.CONSUME(t.CloseParenthesis);
    const filter = this.OPTION5({
      GATE: () => this.isWord('FILTER') && this.LA(2).tokenType === t.OpenParenthesis,
      DEF: () => this.SUBRULE(this.#callFilter),
    });
    const over = this.OPTION6({ GATE: () => this.isWord('OVER'), DEF: () => this.SUBRULE(this.#over) });
    return this.ACTION((): SqlCall => {
      const written = nameOf(name);
      return {
        kind: 'call',
        name: written.toUpperCase(),
        written,
        arguments: values,
        star,
        distinct,
        order,
        ...(filter && { filter }),
        ...(over && { over }),
        span: this.since(name),
      };
    });
  });

  /** `a, b`; and the forms with words: `EXTRACT(YEAR FROM x)`, `SUBSTRING(x FROM 2 FOR 3)`, `TRIM(BOTH 'x' FROM y)`, `POSITION(x IN y)`. */
  readonly #callArguments: Rule<SqlExpression[], [name: IToken]> = this.rule('callArguments', (name) => {
    const list: SqlExpression[] = [];
    const form = this.ACTION(() => nameOf(name).toUpperCase()) ?? '';
    const push = (expression: SqlExpression) => this.ACTION(() => list.push(expression));
    let side: IToken | undefined;
    let swapped = false;
    this.OPTION1({
      GATE: () => form === 'TRIM' && ['LEADING', 'TRAILING', 'BOTH'].some((word) => this.isWord(word)),
      DEF: () => {
        side = this.CONSUME(t.Identifier);
      },
    });
    const first = this.SUBRULE1(this.expression, { ARGS: [form === 'POSITION' ? PRECEDENCE.other : 0] });
    push(first);
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.Comma) },
        {
          GATE: () => WITH_FROM.has(form),
          ALT: () => {
            this.CONSUME(keyword.FROM);
            swapped = form === 'TRIM';
          },
        },
        { GATE: () => form === 'SUBSTRING', ALT: () => this.CONSUME(keyword.FOR) },
        { GATE: () => form === 'POSITION', ALT: () => this.CONSUME(keyword.IN) },
      ]);
      push(this.SUBRULE2(this.expression));
    });
    // What is trimmed comes first, as in TRIM(text, characters); the side comes last.
    this.ACTION(() => {
      if (swapped) list.reverse();
      if (side !== undefined) list.push({ kind: 'literal', value: side.image.toUpperCase(), span: this.since(side) });
    });
    return list;
  });

  readonly #callFilter: Rule<SqlExpression> = this.rule('callFilter', () => {
    this.CONSUME(t.Identifier);
    this.CONSUME(t.OpenParenthesis);
    this.enter();
    this.CONSUME(keyword.WHERE);
    const condition = this.SUBRULE(this.expression);
    this.leave();
    this.CONSUME(t.CloseParenthesis);
    return condition;
  });

  readonly #over: Rule<NonNullable<SqlCall['over']>> = this.rule('over', () => {
    this.CONSUME1(t.Identifier);
    this.CONSUME(t.OpenParenthesis);
    this.enter();
    const partition =
      this.OPTION1(() => {
        this.expectWord('PARTITION');
        this.CONSUME2(t.Identifier);
        this.CONSUME(keyword.BY);
        return this.SUBRULE(this.expressions);
      }) ?? [];
    const order = this.OPTION2(() => this.SUBRULE(this.sortItems)) ?? [];
    this.ACTION(() => {
      if (isName(this.LA(1))) this.unsupported('a window frame');
    });
    this.leave();
    this.CONSUME(t.CloseParenthesis);
    return { partition, order };
  });
}

const WITH_FROM: ReadonlySet<string> = new Set(['EXTRACT', 'SUBSTRING', 'TRIM']);
