import { CairnError, isObject, type Value } from '@cairn/protocol/internal';

/** Members of a record that anybody may have written: what has another type counts as absent. */

export function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function textsOf(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

export function positiveOf(value: Value | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}

export function objectOf(value: Value | undefined): { readonly [name: string]: Value } {
  return isObject(value) ? value : {};
}

/** @throws CairnError `invalid_argument` */
export function refuse(message: string, details: Record<string, Value> = {}): never {
  throw new CairnError('invalid_argument', message, { details });
}
