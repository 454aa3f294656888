import type { FunctionDefinition } from '../definition.ts';

export const controlFunctions: readonly FunctionDefinition[] = [];
