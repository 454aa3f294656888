import { positionAt, QuerySyntaxError } from '../parser/query-syntax-error.ts';
import { parseSql } from './parse-sql.ts';
import { kindOfType } from './translate/expressions/casts.ts';
import { SqlProblem } from './translate/sql-error.ts';
import type { SqlDefinition } from './tree/sql-statement.ts';

/** The first word of a text that changes what tables and indexes there are, behind blanks and comments. */
const BEGINNING = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:CREATE|DROP|TRUNCATE)\b/i;

/**
 * What a text such as CREATE TABLE wants; undefined for a statement that is a query.
 *
 * @throws QuerySyntaxError (`parse_error`)
 */
export function sqlDefinition(text: string): SqlDefinition | undefined {
  if (!BEGINNING.test(text)) return undefined;
  const { statement, explain } = parseSql(text);
  switch (statement.kind) {
    case 'select-query':
    case 'insert':
    case 'update':
    case 'delete':
      return undefined;
  }
  if (statement.kind === 'create-table') refuseUnknownTypes(statement, text);
  if (explain !== undefined) throw new QuerySyntaxError('a definition cannot be explained', positionAt(text, 0));
  return statement;
}

function refuseUnknownTypes({ columns }: Extract<SqlDefinition, { kind: 'create-table' }>, text: string): void {
  try {
    for (const { type } of columns) if (type !== undefined) kindOfType(type);
  } catch (error) {
    if (error instanceof SqlProblem) throw new QuerySyntaxError(error.message, positionAt(text, error.span.start));
    throw error;
  }
}
