import type { Expression, Span } from '../../../ast/expression.ts';
import { SqlProblem, unsupported } from '../sql-error.ts';
import { array, binary, call, conditional, isNull, literal, withoutNulls } from '../tree.ts';

/** What a function of SQL becomes; the values are null where SQL says NULL. */
type FunctionTranslation = (values: readonly Expression[], span: Span) => Expression;

interface SqlFunction {
  readonly minArguments: number;
  readonly maxArguments: number;
  /** NULL in any argument answers NULL, which the function that it becomes does not do by itself. */
  readonly strict?: boolean;
  readonly translate: FunctionTranslation;
}

/** The function of this name where SQL means something else by it than the query language; all others are called by their name. */
export function sqlFunction(upperName: string): SqlFunction | undefined {
  return functions.get(upperName);
}

/** A call of `sqlFunction`. @throws SqlProblem for a wrong count of arguments */
export function translateCall(
  name: string,
  known: SqlFunction,
  values: readonly Expression[],
  span: Span,
  nullable: (value: Expression) => boolean,
): Expression {
  if (values.length < known.minArguments || values.length > known.maxArguments) {
    const wanted =
      known.minArguments === known.maxArguments
        ? `${known.minArguments}`
        : `${known.minArguments} to ${known.maxArguments}`;
    throw new SqlProblem(`${name} takes ${wanted} arguments, got ${values.length}`, span);
  }
  const translated = known.translate(values, span);
  const nulls = known.strict ? values.filter(nullable).map(isNull) : [];
  if (nulls.length === 0) return translated;
  const condition = nulls.reduce((left, right) => ({ kind: 'logical', operator: 'or', left, right, span }));
  return conditional(condition, literal(null, span), translated);
}

const functions = new Map<string, SqlFunction>();

function define(
  names: string,
  count: number | readonly [number, number],
  translate: FunctionTranslation,
  strict = false,
): void {
  const [minArguments, maxArguments] = typeof count === 'number' ? [count, count] : count;
  for (const name of names.split(' ')) functions.set(name, { minArguments, maxArguments, strict, translate });
}

/** The same function under another name. */
const renamed =
  (name: string): FunctionTranslation =>
  (values, span) =>
    call(name, values, span);

define('IFNULL NVL', 2, renamed('COALESCE'));
define(
  'LENGTH ARRAY_LENGTH CARDINALITY JSON_ARRAY_LENGTH',
  [1, 2],
  ([value], span) => call('LENGTH', [value!], span),
  true,
);
define('OCTET_LENGTH', 1, renamed('BYTE_LENGTH'));
define('CEILING', 1, renamed('CEIL'));
define('LN', 1, renamed('LOG'));
define('INITCAP', 1, renamed('TITLE_CASE'));
define('STRING_TO_ARRAY', 2, renamed('SPLIT'));
define('SUBSTR SUBSTRING', [2, 3], substring);
define('STRPOS INSTR', 2, ([text, part], span) => position(text!, part!, span), true);
define('POSITION', 2, ([part, text], span) => position(text!, part!, span), true);
define('TRIM', [1, 3], trim);
define('GREATEST', [1, 255], (values, span) => call('MAX', [array(values, span)], span));
define('LEAST', [1, 255], (values, span) => call('MIN', [array(values, span)], span));
define('CONCAT_WS', [2, 255], ([separator, ...values], span) =>
  conditional(
    isNull(separator!),
    literal(null, span),
    call('CONCAT_SEPARATOR', [separator!, withoutNulls(array(values, span), span)], span),
  ));
define('NOW CURRENT_TIMESTAMP', 0, renamed('NOW_ISO'));
define('DATE_TRUNC', [2, 3], (values, span) => {
  const [first, second, ...zone] = values;
  const isUnit = first!.kind === 'literal' && UNITS.has(String(first!.value).toLowerCase());
  return call('DATE_TRUNC', isUnit ? [second!, first!, ...zone] : values, span);
});
define('EXTRACT DATE_PART', 2, ([field, date], span) => datePart(field!, date!, span));
for (const part of ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'QUARTER']) {
  define(part, 1, renamed(`DATE_${part}`));
}

const UNITS: ReadonlySet<string> = new Set(['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second']);
const PARTS: ReadonlyMap<string, string> = new Map([
  ['year', 'DATE_YEAR'],
  ['quarter', 'DATE_QUARTER'],
  ['month', 'DATE_MONTH'],
  ['week', 'DATE_ISOWEEK'],
  ['day', 'DATE_DAY'],
  ['dow', 'DATE_DAYOFWEEK'],
  ['doy', 'DATE_DAYOFYEAR'],
  ['hour', 'DATE_HOUR'],
  ['minute', 'DATE_MINUTE'],
  ['second', 'DATE_SECOND'],
]);

function datePart(field: Expression, date: Expression, span: Span): Expression {
  const name = field.kind === 'literal' ? String(field.value).toLowerCase() : '';
  const part = PARTS.get(name);
  if (part === undefined) throw unsupported(`the part '${name}' of a date`, field.span);
  return call(part, [date], span);
}

/** SQL counts characters from 1, and a negative start counts from the end as in the query language. */
function substring([text, start, ...length]: readonly Expression[], span: Span): Expression {
  return call('SUBSTRING', [text!, fromZero(start!), ...length], span);
}

function fromZero(start: Expression): Expression {
  const { span } = start;
  if (start.kind === 'literal' && typeof start.value === 'number') {
    return literal(start.value > 0 ? start.value - 1 : start.value, span);
  }
  const positive = binary('>', start, literal(0, span), span);
  return conditional(positive, binary('-', start, literal(1, span), span), start);
}

/** Where one text stands in another, counted from 1; 0 when it does not. */
function position(text: Expression, part: Expression, span: Span): Expression {
  return binary('+', call('FIND_FIRST', [text, part], span), literal(1, span), span);
}

/** TRIM(text), TRIM(text, characters), and with a side as TRIM(LEADING … FROM …) is read. */
function trim([text, characters, side]: readonly Expression[], span: Span): Expression {
  const word = side?.kind === 'literal' ? side.value : 'BOTH';
  const name = word === 'LEADING' ? 'LTRIM' : word === 'TRAILING' ? 'RTRIM' : 'TRIM';
  return call(name, characters === undefined ? [text!] : [text!, characters], span);
}
