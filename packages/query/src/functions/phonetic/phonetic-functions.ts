import type { FunctionDefinition } from '../definition.ts';

export const phoneticFunctions: readonly FunctionDefinition[] = [];
