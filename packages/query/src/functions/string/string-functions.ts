import type { FunctionDefinition } from '../definition.ts';

export const stringFunctions: readonly FunctionDefinition[] = [];
