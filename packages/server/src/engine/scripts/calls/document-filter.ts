import { isObject, type Value } from '@cairn/protocol/internal';
import { badRequest } from '../run/call-context.ts';

/** A filter as a part of a query: values are bound, never written into the text. */
export interface DocumentFilter {
  /** `FILTER …`, or nothing when every document will do. */
  readonly clause: string;
  readonly binds: { readonly [name: string]: Value };
}

const OPERATORS: Readonly<Record<string, string>> = {
  $eq: '==',
  $ne: '!=',
  $gt: '>',
  $gte: '>=',
  $lt: '<',
  $lte: '<=',
  $in: 'IN',
};

/** Names that may stand behind a point as they are, so that indexes are found. */
const PLAIN_NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;
const SYSTEM_NAME = /^_(key|id|rev|created_at|updated_at|from|to)$/;

/**
 * The filter of `find`: members that must be equal, or `{ $gte: 18 }`. Undefined for what is no object: no document matches that.
 * @throws HostCallError for an unknown operator
 */
export function documentFilter(given: Value | undefined): DocumentFilter | undefined {
  if (given === undefined || given === null) return { clause: '', binds: {} };
  if (Array.isArray(given)) return given.length === 0 ? { clause: '', binds: {} } : undefined;
  if (!isObject(given)) return undefined;
  const binds: Record<string, Value> = {};
  const conditions = Object.entries(given).flatMap(([name, wanted], at) => conditionsOn(name, wanted, `f${at}`, binds));
  return { clause: conditions.length === 0 ? '' : `FILTER ${conditions.join(' AND ')}`, binds };
}

function conditionsOn(name: string, wanted: Value, bind: string, binds: Record<string, Value>): string[] {
  const member = memberOf(name, bind, binds);
  if (!isComparison(wanted)) {
    binds[bind] = wanted;
    return [`${member} == @${bind}`];
  }
  return Object.entries(wanted).flatMap(([operator, operand], at) => {
    const symbol = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
    if (symbol === undefined) throw badRequest(`find knows no ${operator}`);
    const value = `${bind}_${at}`;
    binds[value] = operand;
    const condition = `${member} ${symbol} @${value}`;
    // In the order of all values what is not there comes first; a filter means what is there.
    return symbol === '<' || symbol === '<=' ? [`${member} != null`, condition] : [condition];
  });
}

function memberOf(name: string, bind: string, binds: Record<string, Value>): string {
  if (PLAIN_NAME.test(name) || SYSTEM_NAME.test(name)) return `document.\`${name}\``;
  binds[`${bind}n`] = name;
  return `document[@${bind}n]`;
}

/** An object all of whose names begin with `$`; an empty one is a value to be equal to. */
function isComparison(value: Value): value is { [name: string]: Value } {
  if (!isObject(value)) return false;
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => name.startsWith('$'));
}
