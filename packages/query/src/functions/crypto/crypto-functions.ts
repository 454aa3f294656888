import type { FunctionDefinition } from '../definition.ts';

export const cryptoFunctions: readonly FunctionDefinition[] = [];
