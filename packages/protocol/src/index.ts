/** The protocol's vocabulary for users: values, errors. No I/O. */
export { CairnError, type CairnErrorOptions, type ErrorScope } from './error.ts';
export { ERROR_CODES, type ErrorCode, variantOf, WIRE_VARIANTS, type WireVariant } from './error-code.ts';
export { compareValues, utf8Compare } from './value/compare.ts';
export { valuesEqual } from './value/equal.ts';
export { InvalidValueError } from './value/invalid-value-error.ts';
export { stringifyJson, toJson } from './value/json.ts';
export { typeRank } from './value/type-rank.ts';
export { isObject, setMember, type Value, type ValueObject } from './value/value.ts';
export { ValueLimitError } from './value/value-limit-error.ts';
