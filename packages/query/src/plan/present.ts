/** Those of the optional parts of a clause or an operator that are there. */
export function present<T>(...parts: readonly (T | undefined)[]): T[] {
  return parts.filter((part): part is T => part !== undefined);
}
