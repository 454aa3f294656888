import { InvalidArgumentError } from 'commander';

/** Parses an option that is a whole number from 1 on. */
export function positiveInteger(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('It wants a whole number from 1 on.');
  return number;
}

/** Parses an option that is a whole number from 0 on. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number)) throw new InvalidArgumentError('It wants a whole number.');
  return number;
}

/** Parses `a,b,c`. */
export function commaList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('It wants names with commas between.');
  return names;
}

/** Collects an option that may stand several times. */
export function repeated(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, text];
}
