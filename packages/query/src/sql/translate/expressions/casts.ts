import type { Expression } from '../../../ast/expression.ts';
import type { SqlType } from '../../tree/sql-expression.ts';
import { unsupported } from '../sql-error.ts';
import { call, literal } from '../tree.ts';

/** What kind of value a type of SQL holds. */
export type TypeKind = 'integer' | 'number' | 'text' | 'boolean' | 'timestamp' | 'date' | 'json';

const KINDS: ReadonlyMap<string, TypeKind> = new Map(
  Object.entries({
    integer: 'INT INTEGER BIGINT SMALLINT TINYINT INT2 INT4 INT8 SERIAL BIGSERIAL',
    number: 'REAL FLOAT DOUBLE NUMERIC DECIMAL NUMBER FLOAT4 FLOAT8',
    text: 'TEXT VARCHAR CHAR CHARACTER STRING NVARCHAR CLOB UUID',
    boolean: 'BOOLEAN BOOL',
    timestamp: 'TIMESTAMP TIMESTAMPTZ DATETIME',
    date: 'DATE',
    json: 'JSON JSONB OBJECT ANY',
  }).flatMap(([kind, names]) => names.split(' ').map((name): [string, TypeKind] => [name, kind as TypeKind])),
);

/** The kind of a type. @throws SqlProblem for a type that nobody knows */
export function kindOfType(type: SqlType): TypeKind {
  const kind = KINDS.get(type.name.replace(/ (PRECISION|VARYING)$/, ''));
  if (kind === undefined) throw unsupported(`the type ${type.name}`, type.span);
  return kind;
}

/** `CAST(value AS type)` of a value that is not null. */
export function cast(value: Expression, type: SqlType): Expression {
  const { span } = type;
  if (type.isArray) throw unsupported('CAST to an array', span);
  const size = type.sizes[0];
  switch (kindOfType(type)) {
    case 'integer':
      return call('TRUNC', [call('TO_NUMBER', [value], span)], span);
    case 'number': {
      const number = call('TO_NUMBER', [value], span);
      const decimals = type.sizes[1] ?? (type.sizes.length === 1 && DECIMALS.has(type.name) ? 0 : undefined);
      return decimals === undefined ? number : call('ROUND', [number, literal(decimals, span)], span);
    }
    case 'text': {
      const text = call('TO_STRING', [value], span);
      return size === undefined ? text : call('LEFT', [text, literal(size, span)], span);
    }
    case 'boolean':
      return call('TO_BOOL', [value], span);
    case 'timestamp':
      return call('DATE_ISO8601', [call('DATE_TIMESTAMP', [value], span)], span);
    case 'date':
      return call(
        'LEFT',
        [call('DATE_ISO8601', [call('DATE_TIMESTAMP', [value], span)], span), literal(10, span)],
        span,
      );
    case 'json':
      throw unsupported(`CAST to ${type.name}`, span);
  }
}

const DECIMALS: ReadonlySet<string> = new Set(['NUMERIC', 'DECIMAL']);
