/*
 * Source text from trees. The text parses to the same tree again; brackets stand only where the tree needs them.
 */
import type {
  AttributeExpression,
  CallExpression,
  CaseExpression,
  ExpansionExpression,
  Expression,
  ObjectExpression,
  QuantifierExpression,
  SortKey,
  UnaryExpression,
} from './expression.ts';
import { OPERATOR_PRECEDENCE, PRECEDENCE } from './precedence.ts';
import { escapeTemplate, printLiteral, printMemberName, printName, printText, printWord } from './print-word.ts';
import type { Clause, CollectClause, CollectionReference, Query, StatementHead } from './query.ts';

const ANYTHING = 0;
/** Words that begin something else than a call, even before a parenthesis. */
const NOT_CALLABLE: ReadonlySet<string> = new Set([
  'DISTINCT',
  'FOR',
  'LET',
  'NOT',
  'TRUE',
  'FALSE',
  'NULL',
  'CASE',
  'WHEN',
  'THEN',
  'ELSE',
  'END',
  'AND',
  'OR',
  'LIKE',
  'IN',
]);
/**
 * The text of an expression, as a person would write it.
 *
 * @example
 * printExpression(parseQuery('RETURN (u . age)>30 and true').clauses[0].expression); // 'u.age > 30 AND TRUE'
 */
export function printExpression(expression: Expression): string {
  return print(expression, ANYTHING);
}

/** The text of a query, on one line. */
export function printQuery(query: Query): string {
  const start = query.explain === undefined ? [] : [query.explain === 'plan' ? 'EXPLAIN' : 'EXPLAIN ANALYZE'];
  const head = query.head === undefined ? [] : [printHead(query.head)];
  return [...start, ...head, ...query.clauses.map(printClause)].join(' ');
}

/** Prints with parentheses where `expression` binds more loosely than `binding`. */
function print(expression: Expression, binding: number): string {
  const text = printBare(expression);
  return precedenceOf(expression) < binding ? `(${text})` : text;
}

function precedenceOf(expression: Expression): number {
  switch (expression.kind) {
    case 'conditional':
    case 'quantifier':
    case 'lambda':
      return ANYTHING;
    case 'binary':
    case 'logical':
    case 'array-comparison':
      return OPERATOR_PRECEDENCE[expression.operator];
    case 'unary':
      return PRECEDENCE.prefix;
    case 'call':
      return expression.piped ? PRECEDENCE.pipe : PRECEDENCE.postfix;
    case 'literal': // `5.name` would read as the number `5.`
      return typeof expression.value === 'number' || typeof expression.value === 'bigint'
        ? PRECEDENCE.prefix
        : PRECEDENCE.postfix;
    default:
      return PRECEDENCE.postfix;
  }
}

function printBare(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression.value);
    case 'variable':
      return printName(expression.name);
    case 'bind':
      return `@${expression.name}`;
    case 'attribute':
      return printAttribute(expression);
    case 'index':
      return `${print(expression.object, PRECEDENCE.postfix)}[${printExpression(expression.index)}]`;
    case 'expansion':
      return printExpansion(expression);
    case 'array':
      return `[${expression.elements.map(printExpression).join(', ')}]`;
    case 'object':
      return `{${expression.members.map(printMember).join(', ')}}`;
    case 'template':
      return `$'${expression.parts.map((part) => (typeof part === 'string' ? escapeTemplate(part) : `\${${printExpression(part)}}`)).join('')}'`;
    case 'unary':
      return printUnary(expression);
    case 'binary':
    case 'logical':
      return printBinary(expression.operator.toUpperCase(), expression);
    case 'array-comparison':
      return printBinary(
        `${expression.quantifier} ${expression.operator === '!~' ? 'NOT =~' : expression.operator}`.toUpperCase(),
        expression,
      );
    case 'conditional':
      return `${print(expression.condition, PRECEDENCE.coalesce)} ? ${printExpression(expression.consequent)} : ${printExpression(expression.alternate)}`;
    case 'case':
      return printCase(expression);
    case 'call':
      return printCall(expression);
    case 'lambda': {
      const [only, ...more] = expression.parameters;
      const parameters =
        only !== undefined && more.length === 0
          ? printName(only)
          : `(${expression.parameters.map(printName).join(', ')})`;
      return `${parameters} -> ${printExpression(expression.body)}`;
    }
    case 'quantifier':
      return printQuantifier(expression);
    case 'subquery':
      return `(${printQuery(expression.query)})`;
  }
}

function printBinary(
  operator: string,
  { left, right, ...node }: { left: Expression; right: Expression; operator: keyof typeof OPERATOR_PRECEDENCE },
): string {
  const precedence = OPERATOR_PRECEDENCE[node.operator];
  if (beforeIn && (operator === 'IN' || operator === 'NOT IN')) {
    const quantifier = operator === 'IN' ? 'ANY' : 'NONE';
    return `${print(right, precedence)} ${quantifier} == ${print(left, precedence + 1)}`;
  }
  if (node.operator === '..') return `${print(left, precedence + 1)}..${print(right, precedence + 1)}`;
  return `${print(left, precedence)} ${operator} ${print(right, precedence + 1)}`;
}

function printUnary({ operator, operand }: UnaryExpression): string {
  const text = print(operand, PRECEDENCE.prefix);
  if (operator === 'not') return `NOT ${text}`;
  return operator === '-' && text.startsWith('-') ? `- ${text}` : `${operator}${text}`; // `--` begins a comment
}

function printAttribute({ object, name, optional }: AttributeExpression): string {
  const base = object.kind === 'expansion' ? `(${printBare(object)})` : print(object, PRECEDENCE.postfix);
  return `${base}${optional ? '?.' : '.'}${printWord(name)}`;
}

function printExpansion({ array, filter, limit, projection, path }: ExpansionExpression): string {
  const clauses = [
    ...(filter === undefined ? [] : [` FILTER ${printExpression(filter)}`]),
    ...(limit === undefined ? [] : [` LIMIT ${printLimit(limit)}`]),
    ...(projection === undefined ? [] : [` RETURN ${printExpression(projection)}`]),
  ];
  return `${print(array, PRECEDENCE.postfix)}[*${clauses.join('')}]${path.map((name) => `.${printWord(name)}`).join('')}`;
}

function printMember({ name, value }: ObjectExpression['members'][number]): string {
  if (value.kind === 'variable' && value.name === name && printName(name) === name) return name;
  return `${printMemberName(name)}: ${printExpression(value)}`;
}

function printCase({ subject, branches, otherwise }: CaseExpression): string {
  const parts = branches.map(
    ({ when, then: result }) => ` WHEN ${printExpression(when)} THEN ${printExpression(result)}`,
  );
  const head = subject === undefined ? 'CASE' : `CASE ${printExpression(subject)}`;
  return `${head}${parts.join('')}${otherwise === undefined ? '' : ` ELSE ${printExpression(otherwise)}`} END`;
}

function printCall(call: CallExpression): string {
  const [receiver, ...rest] = call.arguments;
  if (call.piped)
    return `${print(receiver!, PRECEDENCE.pipe)} |> ${printWord(call.written)}(${rest.map(printExpression).join(', ')})`;
  const name = NOT_CALLABLE.has(call.name) ? `\`${call.written}\`` : printWord(call.written);
  const text = `${name}(${call.arguments.map(printExpression).join(', ')})`;
  if (call.over === undefined) return text;
  const partition =
    call.over.partition.length === 0 ? [] : [`PARTITION BY ${call.over.partition.map(printExpression).join(', ')}`];
  const order = call.over.order.length === 0 ? [] : [`ORDER BY ${call.over.order.map(printSortKey).join(', ')}`];
  return `${text} OVER (${[...partition, ...order].join(' ')})`;
}

function printQuantifier({ quantifier, variable, array, condition }: QuantifierExpression): string {
  const satisfies = condition === undefined ? '' : ` SATISFIES ${printExpression(condition)}`;
  return `${quantifier.toUpperCase()} ${printName(variable)} IN ${print(array, PRECEDENCE.coalesce)}${satisfies}`;
}

function printSortKey({ expression, descending }: SortKey): string {
  return `${printExpression(expression)}${descending ? ' DESC' : ''}`;
}

function printLimit({ offset, count }: { offset?: Expression; count: Expression }): string {
  return offset === undefined ? printExpression(count) : `${printExpression(offset)}, ${printExpression(count)}`;
}

function printHead(head: StatementHead): string {
  const name = printName(head.name);
  if (head.kind === 'create-stream') return `CREATE STREAM ${name} AS`;
  return head.kind === 'create-view' ? `CREATE MATERIALIZED VIEW ${name} AS` : `REFRESH MATERIALIZED VIEW ${name}`;
}

function printClause(clause: Clause): string {
  switch (clause.kind) {
    case 'for':
      return `FOR ${printName(clause.variable)} IN ${printSource(clause.source)}${printMoment(clause.asOf)}`;
    case 'traversal': {
      const { min, max } = clause.depth;
      const from = `${printGraphVariables(clause)} IN ${min}${min === max ? '' : `..${max}`} ${clause.direction.toUpperCase()}`;
      const prune = clause.prune === undefined ? '' : ` PRUNE ${printExpression(clause.prune)}`;
      return `FOR ${from} ${printExpression(clause.start)} ${printCollection(clause.edges)}${prune}`;
    }
    case 'shortest-path': {
      const path = `${printExpression(clause.start)} TO ${printExpression(clause.target)} ${clause.direction.toUpperCase()}`;
      const word = clause.rows === 'paths' ? 'K_SHORTEST_PATHS' : 'SHORTEST_PATH';
      return `FOR ${printGraphVariables(clause)} IN ${word} ${path} ${printTarget(clause.edges, clause.options)}`;
    }
    case 'filter':
      return `FILTER ${printExpression(clause.condition)}`;
    case 'let':
      return `LET ${printName(clause.variable)} = ${printExpression(clause.value)}`;
    case 'sort':
      return `SORT ${clause.keys.map(printSortKey).join(', ')}`;
    case 'limit':
      return `LIMIT ${printLimit(clause)}`;
    case 'collect':
      return printCollect(clause);
    case 'join': {
      const type = clause.type === 'inner' ? '' : `${clause.type.toUpperCase()} `;
      return `${type}JOIN ${printName(clause.collection)} ON ${printExpression(clause.condition)}`;
    }
    case 'stream-window':
      return `WINDOW ${clause.type.toUpperCase()} (SIZE ${printText(clause.size)})`;
    case 'return':
      return `RETURN ${clause.distinct ? 'DISTINCT ' : ''}${printExpression(clause.expression)}`;
    default:
      return printWrite(clause);
  }
}

type WriteClause = Extract<Clause, { kind: 'insert' | 'update' | 'replace' | 'remove' | 'upsert' }>;

function printWrite(clause: WriteClause): string {
  const target = printTarget(clause.collection, clause.options);
  switch (clause.kind) {
    case 'insert':
      return `INSERT ${printExpression(clause.document)} INTO ${target}`;
    case 'update':
      return `UPDATE ${printExpression(clause.selector)} WITH ${printBeforeIn(clause.changes)} IN ${target}`;
    case 'replace':
      return `REPLACE ${printExpression(clause.selector)} WITH ${printBeforeIn(clause.document)} IN ${target}`;
    case 'remove':
      return `REMOVE ${printBeforeIn(clause.selector)} IN ${target}`;
    case 'upsert': {
      const change = `${clause.action.toUpperCase()} ${printBeforeIn(clause.changes)}`;
      return `UPSERT ${printBeforeIn(clause.search)} INSERT ${printBeforeIn(clause.insert)} ${change} IN ${target}`;
    }
  }
}

function printTarget(collection: CollectionReference, options: Expression | undefined): string {
  const text = printCollection(collection);
  return options === undefined ? text : `${text} OPTIONS ${printExpression(options)}`;
}

/** Whether what is printed stands before the IN of a write, where IN is no operator. */
let beforeIn = false;

/** Before the IN of a write, the test whether a list has an element is `list ANY == element`. */
function printBeforeIn(expression: Expression): string {
  const outer = beforeIn;
  beforeIn = true;
  try {
    return printExpression(expression);
  } finally {
    beforeIn = outer;
  }
}

function printGraphVariables({ vertex, edge, path }: { vertex: string; edge?: string; path?: string }): string {
  const names = [vertex, edge, path].filter((name) => name !== undefined);
  return names.map(printName).join(', ');
}

function printSource(source: Expression | CollectionReference): string {
  if (source.kind === 'name' || source.kind === 'collection-bind') return printCollection(source);
  const text = printExpression(source);
  return /^(?:\d[\d.]* )?any\b/i.test(text) ? `(${text})` : text; // ANY behind IN, or behind a depth, begins a traversal
}

function printCollection(collection: CollectionReference): string {
  return collection.kind === 'name' ? printName(collection.name) : `@@${collection.name}`;
}

function printCollect({ groups, into, count, aggregates }: CollectClause): string {
  const keep = into?.keep === undefined ? '' : ` KEEP ${into.keep.map(printName).join(', ')}`;
  const parts = [
    groups.map(({ variable, expression }) => `${printName(variable)} = ${printExpression(expression)}`).join(', '),
    into === undefined ? '' : `INTO ${printName(into.variable)}${keep}`,
    count === undefined ? '' : `WITH COUNT INTO ${printName(count)}`,
    aggregates.length === 0 ? '' : `AGGREGATE ${aggregates.map(printAggregate).join(', ')}`,
  ];
  return ['COLLECT', ...parts.filter((part) => part !== '')].join(' ');
}

function printAggregate({ variable, function: name, arguments: values }: CollectClause['aggregates'][number]): string {
  return `${printName(variable)} = ${printWord(name)}(${values.map(printExpression).join(', ')})`;
}

function printMoment(moment: Expression | undefined): string {
  return moment === undefined ? '' : ` AS OF ${printExpression(moment)}`;
}
