import type { FunctionDefinition } from '../definition.ts';

export const regexFunctions: readonly FunctionDefinition[] = [];
