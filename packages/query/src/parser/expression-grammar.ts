import { EmbeddedActionsParser, type IParserConfig, type IToken, type ParserMethod, type TokenType } from 'chevrotain';
import type {
  ArrayComparisonExpression,
  CallExpression,
  CaseExpression,
  ExpansionExpression,
  Expression,
  ObjectExpression,
  SortKey,
  Span,
  WindowSpecification,
} from '../ast/expression.ts';
import type { Query } from '../ast/query.ts';
import { readString } from '../lexer/matchers.ts';
import * as t from '../lexer/token-types.ts';
import type { ParserLimits } from './limits.ts';
import { readNumber } from './literals.ts';
import { OperatorFold, operatorOfToken, type PendingOperator } from './operator-fold.ts';
import { SyntaxProblem } from './syntax-problem.ts';
import { describeToken } from './token-text.ts';

const { keyword } = t;
const EXPRESSION = { ERR_MSG: 'an expression' };
const ATTRIBUTE = { ERR_MSG: 'the name of an attribute' };
const NO_IN: { ARGS: [boolean] } = { ARGS: [true] };
type Quantifier = 'any' | 'all' | 'none';
type Rule<T, A extends unknown[] = []> = ParserMethod<A, T>;

/** The grammar of expressions. Queries are defined by the class below it, since each contains the other. */
export abstract class ExpressionGrammar extends EmbeddedActionsParser {
  /** A query in the place of a value. */
  protected abstract readonly subquery: Rule<Query>;
  protected limits!: ParserLimits;
  readonly #fold = new OperatorFold();
  #nesting = 0;
  /** True where a bare IN ends the expression, because it names the collection of a write. */
  #inEnds = false;
  /** True everywhere inside of such an expression, where IN is no operator either. */
  #inRests = false;

  protected constructor(config: IParserConfig) {
    super(t.VOCABULARY, config);
  }

  /** Makes the parser ready for another text. */
  begin(tokens: IToken[], limits: ParserLimits): void {
    this.limits = limits;
    this.#fold.reset();
    this.#nesting = 0;
    this.#inEnds = false;
    this.#inRests = false;
    this.input = tokens;
  }

  /** RULE with the result's type given by the field that it defines. */
  protected rule<A extends unknown[], R>(name: string, implementation: (...args: A) => R): Rule<R, A> {
    return this.RULE(name, implementation) as unknown as Rule<R, A>;
  }

  /**
   * A whole expression. All binary operators are read in one row and put in order by precedence; few rules within
   * each other keep the stack of a nested text low.
   */
  readonly expression: Rule<Expression, [inEnds?: boolean]> = this.rule('expression', (inEnds = false) => {
    const outer = { inEnds: this.#inEnds, inRests: this.#inRests };
    this.#inEnds = inEnds === true;
    if (this.#inEnds) this.#inRests = true;
    if (++this.#nesting > this.limits?.nestingMax) this.#nestedTooDeep();
    const mark = this.ACTION(() => this.#fold.begin());
    const first = this.SUBRULE1(this.#operand);
    this.ACTION(() => this.#fold.operand(first));
    this.MANY({
      GATE: () => this.#atOperator(),
      DEF: () =>
        this.OR([
          { ALT: () => this.SUBRULE(this.#pipe, { ARGS: [mark] }) },
          {
            ALT: () => {
              const start = this.LA(1);
              const pending = this.SUBRULE(this.#operator);
              const operand = this.SUBRULE2(this.#operand);
              this.ACTION(() => {
                if (!this.#fold.operator(pending, mark))
                  this.problem("one '..' cannot follow another; use parentheses", start);
                this.#fold.operand(operand);
              });
            },
          },
        ]),
    });
    let expression = this.ACTION(() => this.#fold.end(mark));
    this.OPTION(() => {
      this.CONSUME(t.Question);
      const branch = inEnds === true ? NO_IN : undefined;
      const consequent = this.SUBRULE1(this.expression, branch);
      this.CONSUME(t.Colon);
      const alternate = this.SUBRULE2(this.expression, branch);
      expression = this.ACTION(() => ({
        kind: 'conditional',
        condition: expression,
        consequent,
        alternate,
        span: join(expression, alternate),
      }));
    });
    this.#nesting--;
    this.#inEnds = outer.inEnds;
    this.#inRests = outer.inRests;
    return expression;
  });

  readonly #pipe: Rule<void, [mark: number]> = this.rule('pipe', (mark) => {
    this.CONSUME(t.Pipe);
    const name = this.CONSUME(t.Word, { ERR_MSG: 'the name of a function' });
    const rest = this.SUBRULE(this.arguments);
    const call = this.ACTION(() => {
      const receiver = this.#fold.receiver(mark);
      return callOf(name, [receiver, ...rest], receiver.span.start, this.#lastEnd(), true);
    });
    const result = this.SUBRULE(this.#suffixed, { ARGS: [call] });
    this.ACTION(() => this.#fold.operand(result));
  });

  /** Whether the next token goes on with the expression, as far as the token after it decides that. */
  #atOperator(): boolean {
    const type = this.LA(1).tokenType;
    if (type === keyword.IN) return this.#inIsOperator();
    if (type === keyword.NOT || type === keyword.ANY || type === t.All || type === t.None) {
      let ahead = 1;
      if (type !== keyword.NOT) ahead = this.LA(2).tokenType === keyword.NOT ? 2 : 1;
      const after = this.LA(ahead + 1).tokenType;
      if (after === keyword.IN) return this.#inIsOperator();
      if (type === keyword.NOT || ahead === 2) return after === keyword.LIKE || after === t.Matches;
      return after.CATEGORIES?.includes(t.ComparisonOperator) ?? false;
    }
    return true;
  }

  #inIsOperator(): boolean {
    if (this.#inEnds) return false;
    if (this.#inRests)
      this.problem('IN is no operator in front of the IN of a write; put its answer into a LET', this.LA(1));
    return true;
  }

  readonly #operator: Rule<PendingOperator> = this.rule('operator', () =>
    this.OR([
      {
        ALT: () => {
          const token = this.CONSUME(t.BinaryOperator);
          return { operator: this.ACTION(() => operatorOfToken(token.tokenTypeIdx)) };
        },
      },
      {
        ALT: () => {
          this.CONSUME1(keyword.IN);
          return { operator: 'in' as const };
        },
      },
      {
        ALT: () => {
          this.CONSUME1(keyword.NOT);
          return { operator: this.SUBRULE1(this.#negatedComparison) };
        },
      },
      {
        ALT: () => {
          const quantifier = this.OR1([
            { ALT: () => this.CONSUME(keyword.ANY) },
            { ALT: () => this.CONSUME(t.All) },
            { ALT: () => this.CONSUME(t.None) },
          ]);
          const operator = this.OR2([
            {
              ALT: () => {
                const token = this.CONSUME(t.ComparisonOperator);
                return this.ACTION(() => operatorOfToken(token.tokenTypeIdx));
              },
            },
            {
              ALT: () => {
                this.CONSUME2(keyword.IN);
                return 'in' as const;
              },
            },
            {
              ALT: () => {
                this.CONSUME2(keyword.NOT);
                return this.SUBRULE2(this.#negatedComparison);
              },
            },
          ]);
          return this.ACTION(() => ({ operator, quantifier: quantifier.image.toLowerCase() as Quantifier }));
        },
      },
    ]),
  );

  readonly #negatedComparison: Rule<ArrayComparisonExpression['operator']> = this.rule('negatedComparison', () =>
    this.OR([
      { ALT: () => this.CONSUME(keyword.IN) && ('not in' as const) },
      { ALT: () => this.CONSUME(keyword.LIKE) && ('not like' as const) },
      { ALT: () => this.CONSUME(t.Matches) && ('!~' as const) },
    ]),
  );

  /** A value with the prefixes before it and what follows it. */
  readonly #operand: Rule<Expression> = this.rule('operand', () => {
    let prefixes: IToken[] | undefined;
    this.MANY(() => {
      const prefix = this.OR1([
        { ALT: () => this.CONSUME(t.Exclamation) },
        { ALT: () => this.CONSUME(keyword.NOT) },
        { ALT: () => this.CONSUME(t.Minus) },
        { ALT: () => this.CONSUME(t.Tilde) },
      ]);
      (prefixes ??= []).push(prefix);
    });
    const primary: Expression = this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.#named) },
        { ALT: () => this.SUBRULE(this.#literal) },
        {
          ALT: () => {
            const token = this.CONSUME(t.Bind);
            return this.ACTION((): Expression => ({ kind: 'bind', name: token.image.slice(1), span: spanOf(token) }));
          },
        },
        { ALT: () => this.SUBRULE(this.#parenthesized) },
        { ALT: () => this.SUBRULE(this.#array) },
        { ALT: () => this.SUBRULE(this.#object) },
        { ALT: () => this.SUBRULE(this.#template) },
        { ALT: () => this.SUBRULE(this.#case) },
        {
          ALT: () => {
            const query = this.SUBRULE(this.subquery);
            return this.ACTION((): Expression => ({ kind: 'subquery', query, span: query.span }));
          },
        },
      ],
      ...EXPRESSION,
    });
    const operand = this.SUBRULE(this.#suffixed, { ARGS: [primary] });
    return prefixes === undefined ? operand : this.ACTION(() => prefixed(prefixes!, operand));
  });

  /** `.name`, `?.name`, `[index]` and `[*]` behind a value, as often as they come. */
  readonly #suffixed: Rule<Expression, [base: Expression]> = this.rule('suffixed', (base) => {
    let value = base;
    this.MANY(() => {
      value = this.OR([
        {
          ALT: () => {
            const optional = this.SUBRULE(this.#dot);
            const name = this.CONSUME(t.Word, ATTRIBUTE);
            return this.ACTION(
              (): Expression => ({
                kind: 'attribute',
                object: value,
                name: nameOf(name),
                optional,
                span: from(value, name),
              }),
            );
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.OpenBracket);
            return this.OR1([
              { ALT: () => this.SUBRULE(this.#expansion, { ARGS: [value] }) },
              {
                ALT: () => {
                  const index = this.SUBRULE(this.expression);
                  const close = this.CONSUME(t.CloseBracket);
                  return this.ACTION(
                    (): Expression => ({ kind: 'index', object: value, index, span: from(value, close) }),
                  );
                },
              },
            ]);
          },
        },
      ]);
    });
    return value;
  });

  readonly #dot: Rule<boolean> = this.rule('dot', () =>
    this.OR([{ ALT: () => this.CONSUME(t.Dot) && false }, { ALT: () => this.CONSUME(t.OptionalDot) && true }]),
  );

  readonly #expansion: Rule<Expression, [array: Expression]> = this.rule('expansion', (array) => {
    let filter: Expression | undefined;
    let limit: ExpansionExpression['limit'];
    let projection: Expression | undefined;
    const path: string[] = [];
    this.CONSUME(t.Star);
    this.OPTION1(() => {
      this.CONSUME(keyword.FILTER);
      filter = this.SUBRULE1(this.expression);
    });
    this.OPTION2(() => {
      this.CONSUME(keyword.LIMIT);
      limit = this.SUBRULE(this.limit);
    });
    this.OPTION3(() => {
      this.CONSUME(keyword.RETURN);
      projection = this.SUBRULE2(this.expression);
    });
    this.CONSUME(t.CloseBracket);
    this.MANY(() => {
      this.SUBRULE(this.#dot);
      const name = this.CONSUME(t.Word, ATTRIBUTE);
      path.push(nameOf(name));
    });
    return this.ACTION(() => ({
      kind: 'expansion',
      array,
      ...(filter && { filter }),
      ...(limit && { limit }),
      ...(projection && { projection }),
      path,
      span: { start: array.span.start, end: this.#lastEnd() },
    }));
  });

  /** `count` or `offset, count`, as LIMIT has them. */
  readonly limit: Rule<{ offset?: Expression; count: Expression }> = this.rule('limit', () => {
    const first = this.SUBRULE1(this.expression);
    return (
      this.OPTION(() => {
        this.CONSUME(t.Comma);
        return { offset: first, count: this.SUBRULE2(this.expression) };
      }) ?? { count: first }
    );
  });

  readonly #literal: Rule<Expression> = this.rule('literal', () => {
    const token = this.OR([
      { ALT: () => this.CONSUME(t.NumberText) },
      { ALT: () => this.CONSUME(t.StringText) },
      { ALT: () => this.CONSUME(keyword.TRUE) },
      { ALT: () => this.CONSUME(keyword.FALSE) },
      { ALT: () => this.CONSUME(keyword.NULL) },
    ]);
    return this.ACTION(() => ({ kind: 'literal', value: this.#literalValue(token), span: spanOf(token) }));
  });

  #literalValue(token: IToken): null | boolean | number | bigint | string {
    const type = token.tokenType;
    if (type === t.StringText) return readString(token.image, token.payload === true);
    if (type === t.NumberText)
      return readNumber(token.image) ?? this.problem(`the number ${describeToken(token)} is out of range`, token);
    return type === keyword.NULL ? null : type === keyword.TRUE;
  }

  /** A variable, a call, or `ANY x IN …`. */
  readonly #named: Rule<Expression> = this.rule('named', () => {
    const word = this.OR([
      { ALT: () => this.CONSUME(t.Name) },
      { ALT: () => this.CONSUME(t.CallableKeyword) },
      { ALT: () => this.CONSUME(keyword.ANY) },
    ]);
    let values: Expression[] | undefined;
    let over: WindowSpecification | undefined;
    this.OPTION1(() => {
      values = this.SUBRULE(this.arguments);
      this.OPTION2(() => {
        over = this.SUBRULE(this.#over);
      });
    });
    const quantified = this.OPTION3({
      GATE: () => values === undefined && this.#startsQuantifier(word),
      DEF: () => this.SUBRULE(this.#quantified, { ARGS: [word] }),
    });
    return this.ACTION((): Expression => {
      if (quantified !== undefined) return quantified;
      if (values === undefined) return this.#variable(word);
      const call = callOf(word, values, word.startOffset, this.#lastEnd(), false);
      return over === undefined ? call : { ...call, over };
    });
  });

  #startsQuantifier(word: IToken): boolean {
    if (word.tokenType === keyword.ANY) return true;
    return (word.tokenType === t.All || word.tokenType === t.None) && this.LA(2).tokenType === keyword.IN;
  }

  #variable(word: IToken): Expression {
    if (word.tokenType === keyword.ANY) this.unexpected('a variable name', this.LA(1), word);
    if (word.tokenType.CATEGORIES?.includes(t.CallableKeyword)) this.unexpected('an expression', word, this.LA(-1));
    return { kind: 'variable', name: nameOf(word), span: spanOf(word) };
  }

  readonly #quantified: Rule<Expression, [word: IToken]> = this.rule('quantified', (word) => {
    const variable = this.CONSUME(t.Name);
    this.CONSUME(keyword.IN);
    const branch = this.#inEnds ? NO_IN : undefined;
    const array = this.SUBRULE1(this.expression, branch);
    const condition = this.OPTION(() => {
      this.CONSUME(keyword.SATISFIES);
      return this.SUBRULE2(this.expression, branch);
    });
    return this.ACTION(() => ({
      kind: 'quantifier',
      quantifier: word.image.toLowerCase() as Quantifier,
      variable: nameOf(variable),
      array,
      ...(condition && { condition }),
      span: { start: word.startOffset, end: this.#lastEnd() },
    }));
  });

  protected readonly arguments: Rule<Expression[]> = this.rule('arguments', () => {
    const values: Expression[] = [];
    let more = true;
    this.CONSUME(t.OpenParenthesis);
    this.MANY({
      GATE: () => more,
      DEF: () => {
        values.push(
          this.OR({
            DEF: [
              { GATE: () => this.#atLambda(), ALT: () => this.SUBRULE(this.#lambda) },
              { ALT: () => this.SUBRULE(this.expression) },
            ],
            IGNORE_AMBIGUITIES: true,
            ...EXPRESSION,
          }),
        );
        more = this.OPTION(() => this.CONSUME(t.Comma)) !== undefined;
      },
    });
    this.CONSUME(t.CloseParenthesis, more && values.length > 0 ? EXPRESSION : { ERR_MSG: "',' or ')'" });
    return values;
  });

  #atLambda(): boolean {
    const second = this.LA(2).tokenType;
    if (this.LA(1).tokenType !== t.OpenParenthesis) return second === t.Arrow;
    if (second === t.CloseParenthesis) return this.LA(3).tokenType === t.Arrow;
    let ahead = 3;
    while (this.LA(ahead).tokenType === t.Comma) ahead += 2;
    return this.LA(ahead).tokenType === t.CloseParenthesis && this.LA(ahead + 1).tokenType === t.Arrow;
  }

  readonly #lambda: Rule<Expression> = this.rule('lambda', () => {
    const start = this.LA(1);
    const parameters: string[] = [];
    const parameter = (name: IToken) => {
      if (parameters.includes(nameOf(name))) this.problem(`two parameters have the name ${describeToken(name)}`, name);
      parameters.push(nameOf(name));
    };
    this.OR([
      {
        ALT: () => {
          const name = this.CONSUME1(t.Name);
          this.ACTION(() => parameter(name));
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.OpenParenthesis);
          this.MANY_SEP({
            SEP: t.Comma,
            DEF: () => {
              const name = this.CONSUME2(t.Name, { ERR_MSG: 'a parameter name' });
              this.ACTION(() => parameter(name));
            },
          });
          this.CONSUME(t.CloseParenthesis);
        },
      },
    ]);
    this.CONSUME(t.Arrow);
    const body = this.SUBRULE(this.expression);
    return this.ACTION(() => ({
      kind: 'lambda',
      parameters,
      body,
      span: { start: start.startOffset, end: body.span.end },
    }));
  });

  readonly #over: Rule<WindowSpecification> = this.rule('over', () => {
    const partition: Expression[] = [];
    let order: SortKey[] = [];
    this.CONSUME(keyword.OVER);
    this.CONSUME(t.OpenParenthesis);
    this.OPTION1(() => {
      this.CONSUME(keyword.PARTITION);
      this.CONSUME1(t.By);
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => partition.push(this.SUBRULE(this.expression)) });
    });
    this.OPTION2(() => {
      this.OR([{ ALT: () => this.CONSUME(keyword.ORDER) }, { ALT: () => this.CONSUME(keyword.SORT) }]);
      this.CONSUME2(t.By);
      order = this.SUBRULE(this.sortKeys);
    });
    this.CONSUME(t.CloseParenthesis);
    return { partition, order };
  });

  readonly sortKeys: Rule<SortKey[]> = this.rule('sortKeys', () => {
    const keys: SortKey[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        const expression = this.SUBRULE(this.expression);
        const descending = this.OPTION(() =>
          this.OR([
            { ALT: () => this.CONSUME(keyword.ASC) && false },
            { ALT: () => this.CONSUME(keyword.DESC) && true },
          ]),
        );
        keys.push({ expression, descending: descending === true });
      },
      ...EXPRESSION,
    });
    return keys;
  });

  readonly #parenthesized: Rule<Expression> = this.rule('parenthesized', () => {
    const open = this.CONSUME(t.OpenParenthesis);
    const inner = this.SUBRULE(this.expression);
    const close = this.CONSUME(t.CloseParenthesis);
    return this.ACTION(() => ({ ...inner, span: between(open, close) }));
  });

  readonly #array: Rule<Expression> = this.rule('array', () => {
    const elements: Expression[] = [];
    const open = this.CONSUME(t.OpenBracket);
    let more = true;
    this.MANY({
      GATE: () => more,
      DEF: () => {
        elements.push(this.SUBRULE(this.expression));
        more = this.OPTION(() => this.CONSUME(t.Comma)) !== undefined;
      },
    });
    const close = this.CONSUME(t.CloseBracket, more && elements.length > 0 ? EXPRESSION : { ERR_MSG: "',' or ']'" });
    return this.ACTION(() => ({ kind: 'array', elements, span: between(open, close) }));
  });

  readonly #object: Rule<Expression> = this.rule('object', () => {
    const members: ObjectExpression['members'][number][] = [];
    const open = this.CONSUME(t.OpenBrace);
    let more = true;
    this.MANY({
      GATE: () => more,
      DEF: () => {
        members.push(this.SUBRULE(this.#member));
        more = this.OPTION(() => this.CONSUME(t.Comma)) !== undefined;
      },
    });
    const close = this.CONSUME(t.CloseBrace, more && members.length > 0 ? ATTRIBUTE : { ERR_MSG: "',' or '}'" });
    return this.ACTION(() => ({ kind: 'object', members, span: between(open, close) }));
  });

  readonly #member: Rule<{ name: string; value: Expression }> = this.rule('member', () => {
    const key = this.OR({
      DEF: [{ ALT: () => this.CONSUME(t.Word) }, { ALT: () => this.CONSUME(t.StringText) }],
      ERR_MSG: 'the name of an attribute',
    });
    const value = this.OPTION(() => {
      this.CONSUME(t.Colon);
      return this.SUBRULE(this.expression);
    });
    return this.ACTION(() => {
      const name = key.tokenType === t.StringText ? readString(key.image, key.payload === true) : nameOf(key);
      return { name, value: value ?? { kind: 'variable', name, span: spanOf(key) } };
    });
  });

  readonly #template: Rule<Expression> = this.rule('template', () => {
    const parts: (string | Expression)[] = [];
    const open = this.CONSUME(t.TemplateStart);
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            parts.push(this.CONSUME(t.TemplateText).image);
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.InterpolationStart);
            parts.push(this.SUBRULE(this.expression));
            this.CONSUME(t.InterpolationEnd, { ERR_MSG: "the '}' of the interpolation" });
          },
        },
      ]),
    );
    const close = this.CONSUME(t.TemplateEnd);
    return this.ACTION(() => ({ kind: 'template', parts, span: between(open, close) }));
  });

  readonly #case: Rule<Expression> = this.rule('case', () => {
    const branches: CaseExpression['branches'][number][] = [];
    const open = this.CONSUME(keyword.CASE);
    const subject = this.OPTION1(() => this.SUBRULE1(this.expression));
    this.AT_LEAST_ONE({
      DEF: () => {
        this.CONSUME(keyword.WHEN);
        const when = this.SUBRULE2(this.expression);
        this.CONSUME(keyword.THEN);
        const then = this.SUBRULE3(this.expression);
        branches.push({ when, then });
      },
      ERR_MSG: 'WHEN',
    });
    const otherwise = this.OPTION2(() => {
      this.CONSUME(keyword.ELSE);
      return this.SUBRULE4(this.expression);
    });
    const close = this.CONSUME(keyword.END);
    return this.ACTION(() => ({
      kind: 'case',
      ...(subject && { subject }),
      branches,
      ...(otherwise && { otherwise }),
      span: between(open, close),
    }));
  });

  /** Ends the parse with a sentence of its own. */
  protected problem(text: string, token: IToken): never {
    throw new SyntaxProblem(text, token);
  }

  /** Ends the parse with "expected … after …, found …". */
  protected unexpected(expected: string, found: IToken, previous: IToken): never {
    const after = previous.tokenType === undefined || previous.image === '' ? '' : ` after ${describeToken(previous)}`;
    return this.problem(`expected ${expected}${after}, found ${describeToken(found)}`, found);
  }

  /** The offset behind the token consumed last. */
  protected lastEnd(): number {
    return this.#lastEnd();
  }

  #lastEnd(): number {
    return this.LA(0).endOffset! + 1;
  }

  #nestedTooDeep(): never {
    return this.problem(`the query is nested more than ${this.limits.nestingMax} deep`, this.LA(1));
  }
}

/** The name that a token stands for, in its own spelling. */
export function nameOf(token: IToken): string {
  return token.tokenType === t.QuotedName ? token.image.slice(1, -1) : token.image;
}

export function spanOf(token: IToken): Span {
  return { start: token.startOffset, end: token.endOffset! + 1 };
}

function between(open: IToken, close: IToken): Span {
  return { start: open.startOffset, end: close.endOffset! + 1 };
}

function from(first: Expression, last: IToken): Span {
  return { start: first.span.start, end: last.endOffset! + 1 };
}

function join(first: Expression, last: Expression): Span {
  return { start: first.span.start, end: last.span.end };
}

function callOf(name: IToken, values: Expression[], start: number, end: number, piped: boolean): CallExpression {
  const written = nameOf(name);
  return { kind: 'call', name: written.toUpperCase(), written, arguments: values, piped, span: { start, end } };
}

const PREFIX_OPERATORS: ReadonlyMap<TokenType, 'not' | '-' | '~'> = new Map([
  [t.Exclamation, 'not'],
  [keyword.NOT, 'not'],
  [t.Minus, '-'],
  [t.Tilde, '~'],
]);

function prefixed(prefixes: readonly IToken[], operand: Expression): Expression {
  return prefixes.reduceRight<Expression>(
    (inner, token) => ({
      kind: 'unary',
      operator: PREFIX_OPERATORS.get(token.tokenType)!,
      operand: inner,
      span: { start: token.startOffset, end: operand.span.end },
    }),
    operand,
  );
}
