import type { FunctionDefinition } from '../definition.ts';

export const typeFunctions: readonly FunctionDefinition[] = [];
