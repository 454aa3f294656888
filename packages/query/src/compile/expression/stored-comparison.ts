import type { Value } from '@cairn/protocol/internal';
import type { ComparisonOperator, Expression } from '../../ast/expression.ts';
import {
  Comparand,
  compareStored,
  equalsKey,
  equalsStored,
  storedAbove,
  storedAtLeast,
  storedAtMost,
  storedBelow,
  storedHas,
} from '../field-finder/compare-stored.ts';
import type { StoredField } from '../field-finder/stored-field.ts';
import { isSystemMember } from '../field-finder/system-members.ts';
import type { Scope } from '../scope.ts';
import { bindLocal, storedChain } from './access.ts';
import { isArithmetic } from './arithmetic.ts';
import type { ExpressionContext } from './fragment.ts';

const mirrored: Partial<Readonly<Record<ComparisonOperator, ComparisonOperator>>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

const aboveOrBelow: Partial<Readonly<Record<ComparisonOperator, typeof storedAbove>>> = {
  '<': storedBelow,
  '<=': storedAtMost,
  '>': storedAbove,
  '>=': storedAtLeast,
};

/**
 * A comparison of a stored field with a constant or a bind value, made on the bytes without decoding them; undefined
 * for any other comparison.
 */
export function storedComparison(
  context: ExpressionContext,
  operator: ComparisonOperator,
  left: Expression,
  right: Expression,
  scope: Scope,
): string | undefined {
  if (operator === 'in' || operator === 'not in') return storedMembership(context, operator, left, right, scope);
  if (mirrored[operator] === undefined) return undefined;
  if (operator === '==' || operator === '!=') {
    const key =
      keyComparison(context, operator, left, right, scope) ?? keyComparison(context, operator, right, left, scope);
    if (key !== undefined) return key;
  }
  const field = context.storedField(left, scope);
  if (field !== undefined) return compareWith(context, operator, field, right, scope);
  const mirroredField = context.storedField(right, scope);
  return mirroredField && compareWith(context, mirrored[operator], mirroredField, left, scope);
}

/** `u._key == 'k1'`, on the bytes of the key. */
function keyComparison(
  context: ExpressionContext,
  operator: '==' | '!=',
  left: Expression,
  right: Expression,
  scope: Scope,
): string | undefined {
  const chain = storedChain(left, scope);
  if (chain === undefined || chain.path.length > 1 || chain.path[0] !== '_key') return undefined;
  const known = comparand(context, right, scope);
  if (known === undefined) return undefined;
  const column = chain.binding.columns?.field(chain.path);
  if (column !== undefined) return compareField(context, operator, column, known);
  const { emitter } = context;
  const fields = context.storedDocument(chain.root, scope)!;
  const place = `${fields.bytes}, ${fields.record}`;
  return `${operator === '==' ? '' : '!'}${emitter.constant(equalsKey, 'equalsKey')}(${place}, ${known.code})`;
}

function compareWith(
  context: ExpressionContext,
  operator: ComparisonOperator,
  field: StoredField,
  other: Expression,
  scope: Scope,
): string | undefined {
  const known = comparand(context, other, scope);
  return known && compareField(context, operator, field, known);
}

function compareField(
  context: ExpressionContext,
  operator: ComparisonOperator,
  field: StoredField,
  known: KnownComparand,
): string {
  const { emitter } = context;
  if (operator === '==' || operator === '!=') {
    const equals = emitter.constant(equalsStored, 'equalsStored');
    const code = field.compare(
      '===',
      () => known.number,
      (place) => `${equals}(${place}, ${known.code})`,
    );
    return operator === '==' ? code : `!${code}`;
  }
  if (typeof known.constant === 'number') {
    const test = emitter.constant(aboveOrBelow[operator]!, 'test');
    return field.compare(
      operator,
      () => known.number,
      (place) => `${test}(${place}, ${known.constant}, ${known.code})`,
    );
  }
  const compare = emitter.constant(compareStored, 'compareStored');
  return field.compare(
    operator,
    () => known.number,
    (place) => `(${compare}(${place}, ${known.code}) ${operator} 0)`,
  );
}

/** `constant IN u.tags`. */
function storedMembership(
  context: ExpressionContext,
  operator: ComparisonOperator,
  left: Expression,
  right: Expression,
  scope: Scope,
): string | undefined {
  const not = operator === 'in' ? '' : '!';
  const document = context.storedDocument(right, scope);
  if (document !== undefined) {
    if (left.kind !== 'literal' || typeof left.value !== 'string') return undefined;
    return isSystemMember(left.value) ? `${not}true` : `${not}(${document.position([left.value])} > 0)`;
  }
  const field = context.storedField(right, scope);
  if (field === undefined) return undefined;
  const known = comparand(context, left, scope);
  if (known === undefined) return undefined;
  const has = context.emitter.constant(storedHas, 'storedHas');
  return `${not}${field.test((place) => `${has}(${place}, ${known.code})`)}`;
}

/** A comparand as code, and its number for comparisons of doubles: NaN when it is none. */
interface KnownComparand {
  readonly code: string;
  readonly number: string;
  readonly constant?: Value;
}

/** The code of a comparand for a constant or a bind value, made once a query or once a run. */
function comparand(context: ExpressionContext, expression: Expression, scope: Scope): KnownComparand | undefined {
  const { emitter } = context;
  if (expression.kind === 'bind') {
    const value = bindLocal(context, expression.name);
    const code = emitter.prologueOnce('comparand', `new ${emitter.constant(Comparand, 'Comparand')}(${value})`);
    // Asked for only where there are numbers to compare it with.
    return {
      code,
      get number() {
        return emitter.prologueOnce('limit', `${code}.number ?? NaN`);
      },
    };
  }
  const value = constantValue(context, expression, scope);
  if (value === undefined) return undefined;
  const number = typeof value === 'number' ? `${value < 0 ? `(${value})` : value}` : 'NaN';
  return { code: emitter.constant(new Comparand(value), 'comparand'), number, constant: value };
}

function constantValue(context: ExpressionContext, expression: Expression, scope: Scope): Value | undefined {
  return isConstant(expression) ? context.fragment(expression, scope).constant?.value : undefined;
}

/** Whether the text alone says the value. Asked before compiling, since what is compiled twice at each level of a tree takes for ever. */
function isConstant(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
      return true;
    case 'unary':
      return expression.operator !== 'not' && isConstant(expression.operand);
    case 'binary':
      return isArithmetic(expression.operator) && isConstant(expression.left) && isConstant(expression.right);
    case 'array':
      return expression.elements.every(isConstant);
    default:
      return false;
  }
}
