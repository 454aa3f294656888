import { EOF, type IParserErrorMessageProvider, type IToken } from 'chevrotain';
import { LexicalError } from '../lexer/lexical-error.ts';
import { PARSER_LIMITS, type ParserLimits } from '../parser/limits.ts';
import { positionAt, QuerySyntaxError } from '../parser/query-syntax-error.ts';
import { SyntaxProblem } from '../parser/syntax-problem.ts';
import { tooHigh } from '../parser/tree-height.ts';
import { SqlGrammar } from './grammar/sql-grammar.ts';
import { describeSqlToken, describeSqlType } from './grammar/sql-token-text.ts';
import { tokenizeSql } from './lexer/tokenize-sql.ts';
import type { SqlText } from './tree/sql-statement.ts';

/** Messages say only what was expected; what was found is added where all errors pass. */
const EXPECTATIONS: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => describeSqlType(expected),
  buildNotAllInputParsedMessage: () => '',
  buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? 'an expression',
  buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? 'an expression',
};

let made: SqlGrammar | undefined;

/** Made when it is first wanted: it takes some megabytes, and not everybody speaks SQL. */
function grammarOnce(): SqlGrammar {
  made ??= new SqlGrammar({ maxLookahead: 1, recoveryEnabled: false, errorMessageProvider: EXPECTATIONS });
  return made;
}

/**
 * Parses the text of one SQL statement.
 *
 * @throws QuerySyntaxError (`parse_error`) naming what was expected, or what is not supported, and where
 * @example
 * parseSql('SELECT name FROM users WHERE age > 30').statement.kind; // 'select-query'
 */
export function parseSql(text: string, limits: ParserLimits = PARSER_LIMITS): SqlText {
  if (text.length > limits.textLengthMax) {
    throw new QuerySyntaxError(`the statement is longer than ${limits.textLengthMax} characters`, positionAt('', 0));
  }
  try {
    const tokens = tokenizeSql(text, limits);
    const grammar = grammarOnce();
    grammar.begin(text, tokens, limits);
    const parsed = grammar.text();
    refuseProblems(tokens);
    const high = tokens.length > limits.treeHeightMax ? tooHigh(parsed, limits.treeHeightMax) : undefined;
    if (high === undefined) return parsed;
    throw new LexicalError(`the statement has a chain of more than ${limits.treeHeightMax} steps`, high.start);
  } catch (error) {
    throw sqlSyntaxError(error, text);
  }
}

/** The parser's complaints as errors with a position; other errors as they are. */
export function sqlSyntaxError(error: unknown, text: string): unknown {
  if (error instanceof LexicalError) return new QuerySyntaxError(error.message, positionAt(text, error.offset));
  if (error instanceof SyntaxProblem)
    return new QuerySyntaxError(error.message, positionAt(text, offsetOf(error.token, text)));
  // The nesting limit leaves room for callers of usual depth; one with little stack left gets an error as well.
  if (error instanceof RangeError) return new QuerySyntaxError('the statement is nested too deep', positionAt(text, 0));
  return error;
}

/** Turns the parser's own complaint into a sentence. */
function refuseProblems(tokens: readonly IToken[]): void {
  const [problem] = grammarOnce().errors;
  if (problem === undefined) return;
  const found = problem.token;
  if (tokens.length === 0) throw new SyntaxProblem('the statement is empty', found);
  const previous = found.tokenType === EOF ? tokens.at(-1) : tokens[tokens.indexOf(found) - 1];
  const expected = problem.message === '' ? 'the end of the statement' : problem.message;
  const after = previous === undefined ? '' : ` after ${describeSqlToken(previous)}`;
  throw new SyntaxProblem(`expected ${expected}${after}, found ${describeSqlToken(found)}`, found);
}

function offsetOf(token: IToken, text: string): number {
  return token.tokenType === EOF || Number.isNaN(token.startOffset) ? text.length : token.startOffset;
}
