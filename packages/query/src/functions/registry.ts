import type { FunctionDefinition } from './definition.ts';

/** The families of functions, in the order of the reference. */
const families: readonly (readonly FunctionDefinition[])[] = [];

const definitions: readonly FunctionDefinition[] = families.flat();

const byName = new Map<string, FunctionDefinition>();
for (const definition of definitions) {
  for (const name of [definition.name, ...(definition.aliases ?? [])]) {
    if (name !== name.toUpperCase()) throw new Error(`function name ${name} is not upper case`);
    if (byName.has(name)) throw new Error(`two functions are called ${name}`);
    byName.set(name, definition);
  }
}

/** The function with this name or alias, written in upper case. */
export function functionByName(upperName: string): FunctionDefinition | undefined {
  return byName.get(upperName);
}

/** Every function once, family by family. */
export function allFunctions(): readonly FunctionDefinition[] {
  return definitions;
}
