/** The door for sister packages: everything that `index.ts` shows, and what only the house itself needs. */

export type * from './ast/expression.ts';
export { printExpression, printQuery } from './ast/print.ts';
export type * from './ast/query.ts';
export { compiledSource } from './compile/pipeline/pipeline-compiler.ts';
export * from './index.ts';
export { rewrites } from './optimizer/optimizer.ts';
export type { Plan } from './plan/plan.ts';
