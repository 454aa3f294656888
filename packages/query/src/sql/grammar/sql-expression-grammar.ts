import { EOF, type IToken } from 'chevrotain';
import { readNumber } from '../../parser/literals.ts';
import * as t from '../lexer/sql-token-types.ts';
import type { SqlCase, SqlComparison, SqlExpression } from '../tree/sql-expression.ts';
import type { SelectQuery } from '../tree/sql-query.ts';
import { CallGrammar } from './call-grammar.ts';
import { nameOf, type Rule } from './sql-grammar-base.ts';
import { meaningOf, PRECEDENCE } from './sql-operators.ts';

const { keyword } = t;
const EXPRESSION = { ERR_MSG: 'an expression' };

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** The grammar of expressions. Queries are defined by the class below it, since each contains the other. */
export abstract class SqlExpressionGrammar extends CallGrammar {
  /** An expression of operators that bind at least as tightly as `least`. */
  readonly expression: Rule<SqlExpression, [least?: number]> = this.rule('expression', (least = 0) => {
    let left = this.OR1([
      {
        ALT: () => {
          const start = this.CONSUME(keyword.NOT);
          const operand = this.SUBRULE1(this.expression, { ARGS: [PRECEDENCE.not] });
          return this.ACTION(
            (): SqlExpression => ({ kind: 'unary', operator: 'not', operand, span: this.since(start) }),
          );
        },
      },
      { ALT: () => this.SUBRULE(this.#operand) },
    ]);
    this.MANY({
      GATE: () => this.#precedenceAhead() >= least,
      DEF: () => {
        left = this.OR2([
          { ALT: () => this.SUBRULE(this.#binary, { ARGS: [left] }) },
          { ALT: () => this.SUBRULE(this.#is, { ARGS: [left] }) },
          { ALT: () => this.SUBRULE(this.#range, { ARGS: [left] }) },
        ]);
      },
    });
    return left;
  });

  /** How tightly the operator ahead binds; 0 for a token that is none. */
  #precedenceAhead(): number {
    const type = this.LA(1).tokenType;
    const meaning = meaningOf(type);
    if (meaning !== undefined) return meaning.precedence;
    if (type === keyword.IS) return PRECEDENCE.is;
    const decisive = type === keyword.NOT ? this.LA(2).tokenType : type;
    return RANGE_WORDS.has(decisive) ? PRECEDENCE.range : -1;
  }

  readonly #binary: Rule<SqlExpression, [left: SqlExpression]> = this.rule('binary', (left) => {
    const token = this.CONSUME(t.BinaryOperator);
    const meaning = this.ACTION(() => meaningOf(token.tokenType)!) ?? { operator: '+', precedence: 0 };
    const quantifier = this.OPTION({
      GATE: () => COMPARISONS.has(meaning.operator) && this.#atQuantifier(),
      DEF: () => {
        const word = this.OR([{ ALT: () => this.CONSUME(t.Identifier) }, { ALT: () => this.CONSUME(keyword.ALL) }]);
        return this.ACTION(() => word.image.toUpperCase());
      },
    });
    const right = this.SUBRULE(this.expression, { ARGS: [meaning.precedence + 1] });
    return this.ACTION((): SqlExpression => {
      const span = { start: left.span.start, end: right.span.end };
      const operator = meaning.operator;
      if (quantifier === undefined) return { kind: 'binary', operator, left, right, span };
      if (right.kind !== 'scalar-query') this.unsupported(`${quantifier} of anything but a subquery`, token);
      return {
        kind: 'quantified',
        operator: operator as SqlComparison,
        quantifier: quantifier === 'ALL' ? 'all' : 'any',
        operand: left,
        query: right.query,
        span,
      };
    });
  });

  #atQuantifier(): boolean {
    if (this.LA(2).tokenType !== t.OpenParenthesis) return false;
    return this.LA(1).tokenType === keyword.ALL || this.isWord('ANY') || this.isWord('SOME');
  }

  readonly #is: Rule<SqlExpression, [left: SqlExpression]> = this.rule('is', (left) => {
    this.CONSUME(keyword.IS);
    const negated = this.OPTION(() => this.CONSUME(keyword.NOT)) !== undefined;
    const span = () => this.since(left.span);
    return this.OR({
      DEF: [
        { ALT: () => this.CONSUME(keyword.NULL) && this.ACTION(() => is(left, 'null', negated, span())) },
        { ALT: () => this.CONSUME(keyword.TRUE) && this.ACTION(() => is(left, 'true', negated, span())) },
        { ALT: () => this.CONSUME(keyword.FALSE) && this.ACTION(() => is(left, 'false', negated, span())) },
        {
          ALT: () => {
            this.CONSUME(keyword.DISTINCT);
            this.CONSUME(keyword.FROM);
            const right = this.SUBRULE(this.expression, { ARGS: [PRECEDENCE.comparison] });
            return this.ACTION((): SqlExpression => ({ kind: 'distinct-from', left, right, negated, span: span() }));
          },
        },
        {
          ALT: () => {
            this.expectWord('UNKNOWN');
            this.CONSUME(t.Identifier);
            return this.ACTION(() => is(left, 'null', negated, span()));
          },
        },
      ],
      ERR_MSG: 'NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM',
    });
  });

  /** `[NOT] BETWEEN`, `[NOT] IN`, `[NOT] LIKE`. */
  readonly #range: Rule<SqlExpression, [left: SqlExpression]> = this.rule('range', (operand) => {
    const negated = this.OPTION1(() => this.CONSUME(keyword.NOT)) !== undefined;
    const span = () => this.since(operand.span);
    return this.OR1({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(keyword.BETWEEN);
            const low = this.SUBRULE1(this.expression, { ARGS: [PRECEDENCE.other] });
            this.CONSUME(keyword.AND);
            const high = this.SUBRULE2(this.expression, { ARGS: [PRECEDENCE.other] });
            return this.ACTION((): SqlExpression => ({ kind: 'between', operand, low, high, negated, span: span() }));
          },
        },
        {
          ALT: () => {
            this.CONSUME(keyword.IN);
            const source = this.SUBRULE(this.#membership);
            return this.ACTION((): SqlExpression => ({ kind: 'in', operand, source, negated, span: span() }));
          },
        },
        {
          ALT: () => {
            const word = this.OR2([
              { ALT: () => this.CONSUME(keyword.LIKE) },
              { ALT: () => this.CONSUME(keyword.ILIKE) },
            ]);
            const pattern = this.SUBRULE3(this.expression, { ARGS: [PRECEDENCE.other] });
            const escapeSign = this.OPTION2({
              GATE: () => this.isWord('ESCAPE'),
              DEF: () => {
                this.CONSUME(t.Identifier);
                return this.SUBRULE4(this.expression, { ARGS: [PRECEDENCE.other] });
              },
            });
            return this.ACTION(
              (): SqlExpression => ({
                kind: 'like',
                operand,
                pattern,
                ...(escapeSign && { escapeSign }),
                ignoresCase: word.tokenType === keyword.ILIKE,
                negated,
                span: span(),
              }),
            );
          },
        },
      ],
      ERR_MSG: 'BETWEEN, IN or LIKE',
    });
  });

  readonly #membership: Rule<readonly SqlExpression[] | SelectQuery> = this.rule('membership', () => {
    this.CONSUME(t.OpenParenthesis);
    this.enter();
    const source = this.OR([
      { GATE: () => this.atQuery(), ALT: () => this.SUBRULE(this.selectQuery) },
      { ALT: () => this.SUBRULE(this.expressions) },
    ]);
    this.leave();
    this.CONSUME(t.CloseParenthesis);
    return source;
  });

  /**
   * Whether a query begins at the token so far ahead, behind any number of parentheses. `((SELECT 1) UNION …)` is one and
   * `((SELECT 1) + 1)` is none: what follows the inner parenthesis decides.
   */
  protected atQuery(from = 1): boolean {
    let at = from;
    while (this.LA(at).tokenType === t.OpenParenthesis) at++;
    if (!QUERY_WORDS.has(this.LA(at).tokenType)) return false;
    for (let open = at - from; open > 0; open--) {
      at = this.#behindParenthesis(at);
      const { tokenType } = this.LA(at);
      if (QUERY_TAILS.has(tokenType)) return true;
      if (open > 1 && tokenType !== t.CloseParenthesis) return false;
      if (open === 1) return tokenType === t.CloseParenthesis || tokenType === t.Semicolon || tokenType === EOF;
      at++;
    }
    return true;
  }

  /** The place behind the parenthesis that closes the one which holds this place. */
  #behindParenthesis(from: number): number {
    let at = from;
    for (let depth = 1; depth > 0 && this.LA(at).tokenType !== EOF; at++) {
      const { tokenType } = this.LA(at);
      if (tokenType === t.OpenParenthesis) depth++;
      else if (tokenType === t.CloseParenthesis) depth--;
    }
    return at;
  }

  readonly expressions: Rule<SqlExpression[]> = this.rule('expressions', () => {
    const list: SqlExpression[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        const expression = this.SUBRULE(this.expression);
        this.ACTION(() => list.push(expression));
      },
    });
    return list;
  });

  /** A value with the signs before it and what follows it. */
  readonly #operand: Rule<SqlExpression> = this.rule('operand', () => {
    const signs: IToken[] = [];
    this.MANY1(() => {
      const sign = this.OR1([
        { ALT: () => this.CONSUME(t.Minus) },
        { ALT: () => this.CONSUME(t.Plus) },
        { ALT: () => this.CONSUME(t.Tilde) },
      ]);
      this.ACTION(() => signs.push(sign));
    });
    let value = this.SUBRULE(this.#primary);
    this.MANY2(() => {
      value = this.OR2([
        { ALT: () => this.SUBRULE(this.#element, { ARGS: [value] }) },
        { ALT: () => this.SUBRULE(this.#attribute, { ARGS: [value] }) },
        {
          ALT: () => {
            this.CONSUME(t.TypeCast);
            const type = this.SUBRULE(this.dataType);
            return this.ACTION(
              (): SqlExpression => ({ kind: 'cast', operand: value, type, span: this.since(value.span) }),
            );
          },
        },
      ]);
    });
    return this.ACTION(() => signs.reduceRight(signed, value));
  });

  readonly #element: Rule<SqlExpression, [object: SqlExpression]> = this.rule('element', (object) => {
    this.CONSUME(t.OpenBracket);
    this.enter();
    const index = this.SUBRULE(this.expression);
    this.leave();
    this.CONSUME(t.CloseBracket);
    return this.ACTION((): SqlExpression => ({ kind: 'index', object, index, span: this.since(object.span) }));
  });

  readonly #attribute: Rule<SqlExpression, [object: SqlExpression]> = this.rule('attribute', (object) => {
    this.CONSUME(t.Dot);
    const name = this.CONSUME(t.Word, { ERR_MSG: 'the name of a column' });
    return this.ACTION((): SqlExpression => {
      const span = this.since(object.span);
      if (object.kind === 'column') return { kind: 'column', path: [...object.path, nameOf(name)], span };
      const index: SqlExpression = { kind: 'literal', value: nameOf(name), span };
      return { kind: 'index', object, index, span };
    });
  });

  readonly #primary: Rule<SqlExpression> = this.rule('primary', () =>
    this.OR({
      DEF: [
        {
          GATE: () => this.LA(2).tokenType === t.OpenParenthesis && !this.isWord('ARRAY'),
          ALT: () => this.SUBRULE(this.call),
        },
        {
          GATE: () => this.isWord('ARRAY') && this.LA(2).tokenType === t.OpenBracket,
          ALT: () => {
            this.CONSUME2(t.Identifier);
            return this.SUBRULE2(this.#array);
          },
        },
        {
          ALT: () => {
            const name = this.CONSUME(t.Name);
            return this.ACTION((): SqlExpression => ({ kind: 'column', path: [nameOf(name)], span: this.since(name) }));
          },
        },
        { ALT: () => this.SUBRULE(this.#literal) },
        {
          ALT: () => {
            const token = this.CONSUME(t.Parameter);
            return this.ACTION(
              (): SqlExpression => ({ kind: 'parameter', name: this.parameterName(token), span: this.since(token) }),
            );
          },
        },
        { ALT: () => this.SUBRULE(this.#case) },
        { ALT: () => this.SUBRULE(this.#cast) },
        { ALT: () => this.SUBRULE(this.#exists) },
        { ALT: () => this.SUBRULE(this.#parenthesised) },
        { ALT: () => this.SUBRULE(this.#bracketed) },
      ],
      IGNORE_AMBIGUITIES: true,
      ...EXPRESSION,
    }),
  );

  readonly #literal: Rule<SqlExpression> = this.rule('literal', () => {
    const token = this.OR([
      { ALT: () => this.CONSUME(t.NumberText) },
      { ALT: () => this.CONSUME(t.StringText) },
      { ALT: () => this.CONSUME(keyword.TRUE) },
      { ALT: () => this.CONSUME(keyword.FALSE) },
      { ALT: () => this.CONSUME(keyword.NULL) },
    ]);
    return this.ACTION(
      (): SqlExpression => ({ kind: 'literal', value: this.#valueOf(token), span: this.since(token) }),
    );
  });

  #valueOf(token: IToken): null | boolean | number | bigint | string {
    if (token.tokenType === t.StringText) return token.payload as string;
    if (token.tokenType === keyword.NULL) return null;
    if (token.tokenType !== t.NumberText) return token.tokenType === keyword.TRUE;
    const exponential = /[eE]/.test(token.image);
    const value = exponential ? Number(token.image) : readNumber(token.image);
    if (value === undefined || value === Number.POSITIVE_INFINITY) this.problem('this number is out of range', token);
    return value;
  }

  readonly #parenthesised: Rule<SqlExpression> = this.rule('parenthesised', () => {
    const start = this.CONSUME(t.OpenParenthesis);
    this.enter();
    const inner = this.OR([
      {
        GATE: () => this.atQuery(),
        ALT: () => {
          const query = this.SUBRULE(this.selectQuery);
          return this.ACTION((): SqlExpression => ({ kind: 'scalar-query', query, span: query.span }));
        },
      },
      { ALT: () => this.SUBRULE(this.expression) },
    ]);
    this.leave();
    this.ACTION(() => {
      if (this.LA(1).tokenType === t.Comma) this.unsupported('a row of several values');
    });
    this.CONSUME(t.CloseParenthesis);
    return this.ACTION((): SqlExpression => ({ ...inner, span: this.since(start) }));
  });

  /** `[name]`, a quoted name, or `[1, 2]`, an array. */
  readonly #bracketed: Rule<SqlExpression> = this.rule('bracketed', () => {
    const array = this.SUBRULE(this.#array);
    return this.ACTION((): SqlExpression => {
      if (array.kind !== 'array' || array.elements.length !== 1) return array;
      const [only] = array.elements;
      return only!.kind === 'column' && only.path.length === 1 ? { ...only, span: array.span } : array;
    });
  });

  readonly #array: Rule<SqlExpression> = this.rule('array', () => {
    const start = this.CONSUME(t.OpenBracket);
    this.enter();
    const elements = this.OPTION(() => this.SUBRULE(this.expressions)) ?? [];
    this.leave();
    this.CONSUME(t.CloseBracket);
    return this.ACTION((): SqlExpression => ({ kind: 'array', elements, span: this.since(start) }));
  });

  readonly #exists: Rule<SqlExpression> = this.rule('exists', () => {
    const start = this.CONSUME(keyword.EXISTS);
    this.CONSUME(t.OpenParenthesis);
    this.enter();
    const query = this.SUBRULE(this.selectQuery);
    this.leave();
    this.CONSUME(t.CloseParenthesis);
    return this.ACTION((): SqlExpression => ({ kind: 'exists', query, span: this.since(start) }));
  });

  readonly #case: Rule<SqlExpression> = this.rule('case', () => {
    const start = this.CONSUME(keyword.CASE);
    this.enter();
    const subject = this.OPTION1(() => this.SUBRULE1(this.expression));
    const branches: SqlCase['branches'][number][] = [];
    this.AT_LEAST_ONE({
      DEF: () => {
        this.CONSUME(keyword.WHEN);
        const when = this.SUBRULE2(this.expression);
        this.CONSUME(keyword.THEN);
        const result = this.SUBRULE3(this.expression);
        this.ACTION(() => branches.push({ when, result }));
      },
      ERR_MSG: 'WHEN',
    });
    const otherwise = this.OPTION2(() => {
      this.CONSUME(keyword.ELSE);
      return this.SUBRULE4(this.expression);
    });
    this.leave();
    this.CONSUME(keyword.END);
    return this.ACTION(
      (): SqlExpression => ({
        kind: 'case',
        ...(subject && { subject }),
        branches,
        ...(otherwise && { otherwise }),
        span: this.since(start),
      }),
    );
  });

  readonly #cast: Rule<SqlExpression> = this.rule('cast', () => {
    const start = this.CONSUME(keyword.CAST);
    this.CONSUME(t.OpenParenthesis);
    this.enter();
    const operand = this.SUBRULE(this.expression);
    this.leave();
    this.CONSUME(keyword.AS);
    const type = this.SUBRULE(this.dataType);
    this.CONSUME(t.CloseParenthesis);
    return this.ACTION((): SqlExpression => ({ kind: 'cast', operand, type, span: this.since(start) }));
  });
}

const QUERY_WORDS: ReadonlySet<unknown> = new Set([keyword.SELECT, keyword.VALUES, keyword.WITH]);
/** What goes on with a query behind a query in parentheses. */
const QUERY_TAILS: ReadonlySet<unknown> = new Set([
  keyword.UNION,
  keyword.INTERSECT,
  keyword.EXCEPT,
  keyword.ORDER,
  keyword.LIMIT,
  keyword.OFFSET,
  keyword.FETCH,
]);
const RANGE_WORDS: ReadonlySet<unknown> = new Set([keyword.BETWEEN, keyword.IN, keyword.LIKE, keyword.ILIKE]);

function is(
  operand: SqlExpression,
  test: 'null' | 'true' | 'false',
  negated: boolean,
  span: SqlExpression['span'],
): SqlExpression {
  return { kind: 'is', operand, test, negated, span };
}

/** A literal with a sign is a literal, so that it can be a constant everywhere. */
function signed(operand: SqlExpression, sign: IToken): SqlExpression {
  const span = { start: sign.startOffset, end: operand.span.end };
  const negatable = operand.kind === 'literal' && typeof operand.value === 'number' && operand.value !== 0;
  if (sign.tokenType === t.Minus && negatable) return { kind: 'literal', value: -(operand.value as number), span };
  const operator = sign.tokenType === t.Minus ? '-' : sign.tokenType === t.Plus ? '+' : '~';
  return { kind: 'unary', operator, operand, span };
}
