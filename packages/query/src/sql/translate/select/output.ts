import type { Expression, Span } from '../../../ast/expression.ts';
import type { SelectItem } from '../../tree/sql-query.ts';
import type { Relation, Scope } from '../scope.ts';
import { SqlProblem } from '../sql-error.ts';
import type { Translation } from '../translation.ts';
import { attribute, call, logical, object, variable } from '../tree.ts';

/** A column of an answer. */
export interface OutputColumn {
  readonly name: string;
  readonly value: Expression;
}

/** What a SELECT answers for each row. */
export interface Output {
  readonly row: Expression;
  /** The columns, where all are known; a star over documents may stand for any. */
  readonly columns?: readonly OutputColumn[];
  /** Columns that the text names, which ORDER BY may name too. */
  readonly named: readonly OutputColumn[];
}

/** The list behind SELECT or RETURNING. */
export function outputOf(items: readonly SelectItem[], scope: Scope, translation: Translation, span: Span): Output {
  const taken = new Map<string, number>();
  const parts: (OutputColumn | Relation)[] = [];
  for (const item of items) {
    if (item.kind === 'star') {
      parts.push(...starred(item, scope));
      continue;
    }
    const wanted = item.alias ?? (item.expression.kind === 'column' ? item.expression.path.at(-1)! : item.text);
    parts.push({ name: free(wanted, taken), value: translation.value(item.expression, scope) });
  }
  const named = parts.filter((part): part is OutputColumn => 'name' in part);
  const columns = parts.flatMap((part) => ('name' in part ? [part] : (columnsOf(part) ?? [])));
  const isKnown = parts.every((part) => 'name' in part || columnsOf(part) !== undefined);
  return { row: rowOf(parts, span), ...(isKnown && { columns: distinctNames(columns) }), named };
}

function starred(item: Extract<SelectItem, { kind: 'star' }>, scope: Scope): readonly Relation[] {
  if (scope.grouped !== undefined) throw new SqlProblem('* cannot stand beside GROUP BY or an aggregate', item.span);
  if (item.table !== undefined) {
    const found = scope.relation(item.table);
    if (found === undefined) throw new SqlProblem(`no such table: ${item.table}`, item.span);
    return [found.relation];
  }
  if (scope.relations.length === 0) throw new SqlProblem('* needs a table after FROM', item.span);
  return scope.relations;
}

/** A second column of one name gets a number, so that none is lost. `taken` holds the number that each name got last. */
function free(wanted: string, taken: Map<string, number>): string {
  let number = taken.get(wanted) ?? 0;
  let name = wanted;
  do {
    number++;
    name = number === 1 ? wanted : `${wanted}_${number}`;
  } while (number > 1 && taken.has(name));
  taken.set(wanted, number);
  taken.set(name, taken.get(name) ?? 1);
  return name;
}

function columnsOf(relation: Relation): readonly OutputColumn[] | undefined {
  const { row, alias, columns } = relation;
  if (relation.scalar) return [{ name: alias ?? 'unnest', value: row }];
  return columns?.map((name) => ({ name, value: attribute(row, name, row.span) }));
}

/** Of two columns of one name, as two stars bring them, the later counts. */
function distinctNames(columns: readonly OutputColumn[]): readonly OutputColumn[] {
  return [...new Map(columns.map((column) => [column.name, column])).values()];
}

/** One object, or the objects of several stars put into one, the later ones winning. */
function rowOf(parts: readonly (OutputColumn | Relation)[], span: Span): Expression {
  const objects: Expression[] = [];
  let members: OutputColumn[] = [];
  const flush = () => {
    if (members.length > 0) objects.push(object(members, span));
    members = [];
  };
  for (const part of parts) {
    if ('name' in part) members.push(part);
    else if (part.scalar) members.push(...columnsOf(part)!);
    else {
      flush();
      objects.push(part.row);
    }
  }
  flush();
  if (objects.length > 1) return call('MERGE', objects, span);
  const [only] = objects;
  if (only === undefined) return object([], span);
  const isOptional = parts.some((part) => 'row' in part && part.optional);
  return isOptional && only.kind !== 'object' ? logical('??', only, object([], span), span) : only;
}

/** The columns of rows that stand in a variable. */
export function columnsOfRow(row: string, names: readonly string[], span: Span): readonly OutputColumn[] {
  return names.map((name) => ({ name, value: attribute(variable(row, span), name, span) }));
}

/** The same output under other names. @throws SqlProblem where the count differs */
export function renamed(output: Output, names: readonly string[] | undefined, span: Span): Output {
  if (names === undefined || output.columns === undefined) return output;
  if (names.length !== output.columns.length) {
    throw new SqlProblem(`expected ${names.length} columns here, got ${output.columns.length}`, span);
  }
  const columns = output.columns.map(({ value }, index) => ({ name: names[index]!, value }));
  return { row: object(columns, span), columns, named: columns };
}
