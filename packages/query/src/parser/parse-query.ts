import { type Rule as ChevrotainRule, EOF, type IParserErrorMessageProvider, type IToken } from 'chevrotain';
import type { Query } from '../ast/query.ts';
import { LexicalError } from '../lexer/lexical-error.ts';
import { tokenize } from '../lexer/tokenize.ts';
import { PARSER_LIMITS, type ParserLimits } from './limits.ts';
import { QueryGrammar } from './query-grammar.ts';
import { positionAt, QuerySyntaxError } from './query-syntax-error.ts';
import { SyntaxProblem } from './syntax-problem.ts';
import { describeToken, describeType } from './token-text.ts';
import { tooHigh } from './tree-height.ts';

/** Messages say only what was expected; what was found is added where all errors pass. */
const EXPECTATIONS: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => describeType(expected),
  buildNotAllInputParsedMessage: () => '',
  buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? 'an expression',
  buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? 'an expression',
};

let made: QueryGrammar | undefined;

/** Made when it is first wanted: it takes some megabytes, and threads that are sent plans never parse. */
function grammarOnce(): QueryGrammar {
  made ??= new QueryGrammar({ maxLookahead: 1, recoveryEnabled: false, errorMessageProvider: EXPECTATIONS });
  return made;
}

/** The rules of the grammar as data, for what reads texts that are no queries yet. */
export function grammarRules(): Readonly<Record<string, ChevrotainRule>> {
  return grammarOnce().getGAstProductions();
}

/**
 * Parses the text of one query.
 *
 * @throws QuerySyntaxError (`parse_error`) naming what was expected and where
 * @example
 * parseQuery('FOR u IN users FILTER u.age > 30 RETURN u.name').clauses.length; // 3
 */
export function parseQuery(text: string, limits: ParserLimits = PARSER_LIMITS): Query {
  if (text.length > limits.textLengthMax) {
    throw new QuerySyntaxError(`the query is longer than ${limits.textLengthMax} characters`, positionAt('', 0));
  }
  try {
    const tokens = tokenize(text, limits);
    const grammar = grammarOnce();
    grammar.begin(tokens, limits);
    const query = grammar.statement();
    refuseProblems(tokens);
    refuseIncomplete(query, tokens, text);
    const high = tokens.length > limits.treeHeightMax ? tooHigh(query, limits.treeHeightMax) : undefined;
    if (high === undefined) return query;
    throw new LexicalError(
      `the query has an expression of more than ${limits.treeHeightMax} steps in a chain`,
      high.start,
    );
  } catch (error) {
    if (error instanceof LexicalError) throw new QuerySyntaxError(error.message, positionAt(text, error.offset));
    if (error instanceof SyntaxProblem)
      throw new QuerySyntaxError(error.message, positionAt(text, offsetOf(error.token, text)));
    // The nesting limit leaves room for callers of usual depth; one with little stack left gets an error as well.
    if (error instanceof RangeError) throw new QuerySyntaxError('the query is nested too deep', positionAt(text, 0));
    throw error;
  }
}

/** Turns the parser's own complaint into a sentence. */
function refuseProblems(tokens: readonly IToken[]): void {
  const [problem] = grammarOnce().errors;
  if (problem === undefined) return;
  const found = problem.token;
  if (tokens.length === 0) throw new SyntaxProblem('the query is empty', found);
  const previous = found.tokenType === EOF ? tokens.at(-1) : tokens[tokens.indexOf(found) - 1];
  if (found.image === '->')
    throw new SyntaxProblem("a function written with '->' can only be the argument of a call", found);
  const expected = problem.message === '' ? unfinished(previous) : problem.message;
  const after = previous === undefined || problem.message === '' ? '' : ` after ${describeToken(previous)}`;
  throw new SyntaxProblem(`expected ${expected}${after}, found ${describeToken(found)}`, found);
}

function unfinished(previous: IToken | undefined): string {
  return previous === undefined
    ? 'a clause such as FOR, LET or RETURN'
    : 'an operator, another clause or the end of the query';
}

const WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'replace', 'remove', 'upsert']);

/** A query answers, writes, or defines a view or stream. */
function refuseIncomplete(query: Query, tokens: readonly IToken[], text: string): void {
  if (tokens.length === 0) throw new LexicalError('the query is empty', text.length);
  if (query.head?.kind === 'refresh-view') return;
  if (query.head !== undefined && query.clauses.length > 0) return;
  if (query.clauses.some((clause) => clause.kind === 'return' || WRITES.has(clause.kind))) return;
  throw new LexicalError('the query has no RETURN and writes nothing', text.length);
}

function offsetOf(token: IToken, text: string): number {
  return token.tokenType === EOF ? text.length : token.startOffset;
}
