import { stringifyJson } from '../value/json.ts';
import { isObject, type Value } from '../value/value.ts';

/** One row of an answer: a document, or any other value. */
export type Row = Value;

/** Fields that the server adds to every document besides its key. */
export const SYSTEM_FIELDS: ReadonlySet<string> = new Set(['_id', '_rev', '_created_at', '_updated_at']);

/** Column that rows without fields of their own stand in. */
export const SCALAR_COLUMN = 'value';

/** The fields of the rows in order of their first appearance; rows that are no objects share `value`. */
export function columnsOf(rows: readonly Row[], options: { hideSystem?: boolean } = {}): string[] {
  const columns = new Set<string>();
  for (const row of rows) {
    if (!isObject(row)) columns.add(SCALAR_COLUMN);
    else {
      const hides = options.hideSystem === true && Object.hasOwn(row, '_key');
      for (const name of Object.keys(row)) if (!hides || !SYSTEM_FIELDS.has(name)) columns.add(name);
    }
  }
  return [...columns];
}

/** The value of a column; undefined when the row has none. */
export function cellOf(row: Row, column: string): Value | undefined {
  if (!isObject(row)) return column === SCALAR_COLUMN ? row : undefined;
  return Object.hasOwn(row, column) ? row[column] : undefined;
}

/** Text of a value for people and for CSV: text as it is, dates and bytes as JSON has them, the rest as JSON. */
export function cellText(value: Value | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return stringifyJson(value);
}
