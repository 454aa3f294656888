import type { Expression } from '../../../ast/expression.ts';
import type { SqlLike } from '../../tree/sql-expression.ts';
import type { Scope } from '../scope.ts';
import { unsupported } from '../sql-error.ts';
import type { Translation } from '../translation.ts';
import { binary, call, literal } from '../tree.ts';
import { pathKey } from './nullability.ts';
import { guard, plainTerm, type Term } from './terms.ts';

/** `x LIKE pattern`; the language's own LIKE takes what is no text for the empty text. */
export function likeTerms(node: SqlLike, scope: Scope, positive: boolean, translation: Translation): readonly Term[] {
  const tested = translation.value(node.operand, scope);
  const pattern = node.escapeSign === undefined ? translation.value(node.pattern, scope) : unescaped(node);
  const { documents } = translation;
  const key = pathKey(tested);
  const rejectsNull =
    positive && node.escapeSign === undefined && pattern.kind === 'literal' && !matchesEmpty(String(pattern.value));
  const term: Term = {
    expression: compared(node, tested, pattern, positive),
    rejects: key !== undefined && rejectsNull ? [key] : [],
  };
  if (rejectsNull && !node.ignoresCase) return [term];
  // LOWER fails on what is no text, so that nulls are asked for before it is called.
  const guards = [...guard(tested, documents), ...guard(pattern, documents)];
  return node.ignoresCase ? [...guards.map(({ expression }) => plainTerm(expression)), term] : [term, ...guards];
}

function compared(node: SqlLike, tested: Expression, pattern: Expression, positive: boolean): Expression {
  const isExpression = pattern.kind === 'literal' && node.escapeSign !== undefined;
  if (isExpression) {
    const source = `${node.ignoresCase ? '(?i)' : ''}${pattern.value}`;
    return binary(positive ? '=~' : '!~', tested, literal(source, node.span), node.span);
  }
  const operator = positive ? 'like' : 'not like';
  if (!node.ignoresCase) return binary(operator, tested, pattern, node.span);
  return binary(operator, call('LOWER', [tested], node.span), lower(pattern), node.span);
}

function lower(pattern: Expression): Expression {
  if (pattern.kind === 'literal' && typeof pattern.value === 'string') {
    return literal(pattern.value.toLowerCase(), pattern.span);
  }
  return call('LOWER', [pattern], pattern.span);
}

function matchesEmpty(pattern: string): boolean {
  return /^%*$/.test(pattern);
}

/** A pattern with ESCAPE as a regular expression, since LIKE of the query language cannot take a sign literally. */
function unescaped(node: SqlLike): Expression {
  const { pattern, escapeSign } = node;
  if (pattern.kind !== 'literal' || typeof pattern.value !== 'string')
    throw unsupported('ESCAPE with a computed pattern', pattern.span);
  if (escapeSign?.kind !== 'literal' || typeof escapeSign.value !== 'string' || [...escapeSign.value].length !== 1) {
    throw unsupported('ESCAPE with anything but one character', (escapeSign ?? node).span);
  }
  let source = '^';
  const characters = [...pattern.value];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    if (character === escapeSign.value && at + 1 < characters.length) source += escaped(characters[++at]!);
    else if (character === '%') source += '.*';
    else source += character === '_' ? '.' : escaped(character);
  }
  return literal(`${source}$`, pattern.span);
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}
