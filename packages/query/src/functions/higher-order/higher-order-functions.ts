import type { FunctionDefinition } from '../definition.ts';

export const higherOrderFunctions: readonly FunctionDefinition[] = [];
