import { isObject, type Value } from '@cairn/protocol/internal';
import { ExpressionError, type Site } from './expression-error.ts';
import { kindOf } from './kind-of.ts';

/** `value.name`: null on anything that is no object or has no such attribute. */
export function attribute(value: Value, name: string): Value {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : null;
}

/** `value[index]`: an element by its position, negative from the end; an attribute by its name. */
export function element(value: Value, index: Value, site: Site): Value {
  if (typeof index === 'number' || typeof index === 'bigint') return elementAt(value, index);
  if (typeof index === 'string') return named(value, index);
  throw new ExpressionError(`Dynamic field access requires a string or number, got ${kindOf(index)}`, site);
}

function elementAt(value: Value, index: number | bigint): Value {
  if (!Array.isArray(value)) return attribute(value, String(index));
  const position = Math.trunc(Number(index));
  return value[position < 0 ? position + value.length : position] ?? null;
}

/** The attribute of just that name where there is one, else the path that the dots in the name spell. */
function named(value: Value, name: string): Value {
  if (!isObject(value)) return null;
  if (Object.hasOwn(value, name)) return value[name];
  return name.includes('.') ? name.split('.').reduce(attribute, value as Value) : null;
}
