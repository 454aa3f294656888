/** The door for sister packages: everything that `index.ts` shows, and what only the house itself needs. */

export type * from './ast/expression.ts';
export { printExpression, printQuery } from './ast/print.ts';
export type * from './ast/query.ts';
export { compiledSource } from './compile/pipeline/pipeline-compiler.ts';
export { type IndexUse, indexesUsed } from './explain/indexes-used.ts';
export { planOutline } from './explain/plan-outline.ts';
export * from './index.ts';
export { type Catalogue, type CatalogueField, EMPTY_CATALOGUE } from './language-service/catalogue.ts';
export { type Completion, type CompletionKind, type Completions, completions } from './language-service/completions.ts';
export { type Diagnostic, diagnostics } from './language-service/diagnostics.ts';
export { type FormatOptions, format } from './language-service/format.ts';
export { type About, aboutWord, type Hover, hover, knownWords } from './language-service/hover.ts';
export { sqlKeywords, sqlTokens } from './language-service/tokens/sql-tokens.ts';
export { type ClassifiedToken, type TokenKind, tokens } from './language-service/tokens/tokens.ts';
export { withoutLiterals } from './language-service/tokens/without-literals.ts';
export { rewrites } from './optimizer/optimizer.ts';
export { certainWork, mostRows } from './plan/certain-work.ts';
export type { Plan } from './plan/plan.ts';
export { readsInPassing } from './plan/reads-in-passing.ts';
export { DocumentRule, prepareRule, RULE_TEXT_MAX, type RuledDocument } from './rule/document-rule.ts';
export { QueryOverrunError } from './runtime/run-errors.ts';
export { emptyTemporaryFolder } from './runtime/spill/temporary-folder.ts';
export type { ExpressionRun } from './runtime/values/expression-run.ts';
export { sqlDefinition } from './sql/sql-definition.ts';
export { kindOfType, type TypeKind } from './sql/translate/expressions/casts.ts';
export { translateSql } from './sql/translate-sql.ts';
export type { ColumnDefinition, SqlDefinition } from './sql/tree/sql-statement.ts';
