import type { FunctionDefinition } from '../definition.ts';

export const idFunctions: readonly FunctionDefinition[] = [];
