import type { CairnError } from '@cairn/protocol/internal';
import type { Expression } from '../../ast/expression.ts';
import { InvalidQueryError } from './plan-errors.ts';

const KNOWN_OPTIONS: ReadonlySet<string> = new Set(['weightAttribute', 'defaultWeight']);

/** What is wrong with the OPTIONS of a path: they are an object of literals and bind variables under known names. */
export function pathOptionsProblem(options: Expression): CairnError | undefined {
  if (options.kind !== 'object') return new InvalidQueryError('the OPTIONS of a path want an object');
  const unknown = options.members.find(({ name }) => !KNOWN_OPTIONS.has(name));
  if (unknown !== undefined) {
    const known = [...KNOWN_OPTIONS].join(' and ');
    return new InvalidQueryError(`unknown option '${unknown.name}' of a path; known are ${known}`);
  }
  const computed = options.members.find(({ value }) => !isFixed(value));
  return computed && new InvalidQueryError(`the option '${computed.name}' wants a literal or a bind variable`);
}

function isFixed(value: Expression): boolean {
  if (value.kind === 'unary' && value.operator === '-') return value.operand.kind === 'literal';
  return value.kind === 'literal' || value.kind === 'bind';
}
