import { EmbeddedActionsParser, EOF, type IParserConfig, type IToken, type ParserMethod } from 'chevrotain';
import type { Span } from '../../ast/expression.ts';
import type { ParserLimits } from '../../parser/limits.ts';
import { SyntaxProblem } from '../../parser/syntax-problem.ts';
import { Name, Parameter, QuotedName, VOCABULARY } from '../lexer/sql-token-types.ts';
import { describeSqlToken } from './sql-token-text.ts';

export type Rule<T, A extends unknown[] = []> = ParserMethod<A, T>;

/** What all rules of the grammar need: names, spans, complaints, words that are special in one place only. */
export abstract class SqlGrammarBase extends EmbeddedActionsParser {
  protected limits!: ParserLimits;
  #nesting = 0;
  #questionMarks = 0;
  #text = '';

  protected constructor(config: IParserConfig) {
    super(VOCABULARY, config);
  }

  /** Makes the parser ready for another text. */
  begin(text: string, tokens: IToken[], limits: ParserLimits): void {
    this.#text = text;
    this.limits = limits;
    this.#nesting = 0;
    this.#questionMarks = 0;
    this.input = tokens;
  }

  /** RULE with the result's type given by the field that it defines. */
  protected rule<A extends unknown[], R>(name: string, implementation: (...args: A) => R): Rule<R, A> {
    return this.RULE(name, implementation) as unknown as Rule<R, A>;
  }

  /** Counts a level of parentheses; `leave` follows. */
  protected enter(): void {
    this.ACTION(() => {
      if (++this.#nesting > this.limits.nestingMax)
        this.problem(`the statement is nested more than ${this.limits.nestingMax} deep`, this.LA(1));
    });
  }

  protected leave(): void {
    this.ACTION(() => {
      this.#nesting--;
    });
  }

  /** Whether the token so far ahead is this word, which is a name everywhere else. */
  protected isWord(word: string, ahead = 1): boolean {
    const token = this.LA(ahead);
    return token.tokenType !== QuotedName && token.image.length === word.length && token.image.toUpperCase() === word;
  }

  /** Refuses anything but one of these words; call it before the token is consumed. */
  protected expectWord(...words: readonly string[]): void {
    this.ACTION(() => {
      if (!words.some((word) => this.isWord(word))) this.unexpected(words.join(' or '));
    });
  }

  /** The bind variable that a parameter stands for. */
  protected parameterName(token: IToken): string {
    const name = token.payload as string;
    return name === '' ? String(++this.#questionMarks) : name;
  }

  protected since(start: IToken | Span): Span {
    return { start: 'startOffset' in start ? start.startOffset : start.start, end: this.lastEnd() };
  }

  protected textOf(start: number, end: number): string {
    return this.#text.slice(start, end);
  }

  protected lastEnd(): number {
    const last = this.LA(0);
    return last.tokenType === EOF ? 0 : (last.endOffset ?? 0) + 1;
  }

  protected problem(text: string, token: IToken): never {
    throw new SyntaxProblem(text, token);
  }

  protected unexpected(wanted: string, token: IToken = this.LA(1)): never {
    const before = this.LA(0);
    const after =
      before.startOffset < 0 || Number.isNaN(before.startOffset) ? '' : ` after ${describeSqlToken(before)}`;
    throw new SyntaxProblem(`expected ${wanted}${after}, found ${describeSqlToken(token)}`, token);
  }

  /** Refuses what SQL knows and this database does not, by its name. */
  protected unsupported(what: string, token: IToken = this.LA(1)): never {
    throw new SyntaxProblem(`${what} is not supported`, token);
  }
}

/** The name that a token of the category Name or Word stands for. */
export function nameOf(token: IToken): string {
  return token.tokenType === QuotedName || token.tokenType === Parameter ? (token.payload as string) : token.image;
}

export function isName(token: IToken): boolean {
  return token.tokenType.CATEGORIES?.includes(Name) ?? false;
}
