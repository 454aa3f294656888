import type { Query } from '../ast/query.ts';
import { positionAt, QuerySyntaxError } from '../parser/query-syntax-error.ts';
import { parseSql, sqlSyntaxError } from './parse-sql.ts';
import { Changes } from './translate/changes.ts';
import { SqlProblem } from './translate/sql-error.ts';
import { Translator } from './translate/translator.ts';
import { requireMeasured } from './translate/tree-size.ts';
import { VariableNames } from './translate/variable-names.ts';
import type { SqlStatement } from './tree/sql-statement.ts';

/**
 * Turns the text of one SQL statement into the tree of the query language, from which plans are made. Definitions such as
 * CREATE TABLE are no queries: `sqlDefinition` reads those.
 *
 * @throws QuerySyntaxError (`parse_error`) naming what was expected, unknown or not supported, and where
 * @example
 * printQuery(translateSql('SELECT name FROM users WHERE age > 30'));
 * // FOR doc IN users FILTER doc.age > 30 RETURN {name: doc.name}
 */
export function translateSql(text: string): Query {
  const { statement, explain } = parseSql(text);
  try {
    const query = translated(statement as SqlStatement);
    requireMeasured(query);
    return explain === undefined ? query : { ...query, explain };
  } catch (error) {
    if (error instanceof SqlProblem) throw new QuerySyntaxError(error.message, positionAt(text, error.span.start));
    throw sqlSyntaxError(error, text);
  }
}

function translated(statement: SqlStatement | { readonly kind: string }): Query {
  const translator = new Translator(new VariableNames(tableNames(statement)));
  const query = wholeQuery(statement, translator);
  translator.neededColumns.narrow(query);
  return query;
}

function wholeQuery(statement: SqlStatement | { readonly kind: string }, translator: Translator): Query {
  const changes = new Changes(translator);
  const known = statement as SqlStatement;
  switch (known.kind) {
    case 'select-query':
      return translator.selects.query(known, undefined, 'statement');
    case 'insert':
      return changes.insert(known);
    case 'update':
      return changes.update(known);
    case 'delete':
      return changes.delete(known);
    default:
      throw new SqlProblem('a definition stands alone: it cannot be explained or prepared as a query', {
        start: 0,
        end: 0,
      });
  }
}

/** Names of collections that the statement reads, which no variable may have. */
function tableNames(statement: object): Set<string> {
  const names = new Set<string>();
  const nodes: object[] = [statement];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if ('kind' in node && node.kind === 'table') names.add((node as unknown as { name: string }).name);
    if (
      'table' in node &&
      typeof node.table === 'string' &&
      'span' in node &&
      !('kind' in node && node.kind === 'star')
    ) {
      names.add(node.table);
    }
    for (const child of Object.values(node)) if (typeof child === 'object' && child !== null) nodes.push(child);
  }
  return names;
}
