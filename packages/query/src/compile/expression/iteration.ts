import type {
  ArrayComparisonExpression,
  ExpansionExpression,
  Expression,
  QuantifierExpression,
} from '../../ast/expression.ts';
import { isRowError } from '../../runtime/run-errors.ts';
import { attribute } from '../../runtime/values/access.ts';
import { expansionCount } from '../../runtime/values/expansion-count.ts';
import type { Scope } from '../scope.ts';
import { emitCheckpoint } from './call.ts';
import { comparisonCode } from './comparison.ts';
import type { ExpressionContext, Fragment } from './fragment.ts';

/** A loop over the elements of `array`; over none where it is no array. */
function emitLoop(context: ExpressionContext, array: string, body: (element: string) => void): void {
  const { emitter } = context;
  const elements = emitter.local('elements', array);
  const index = emitter.fresh('index');
  const element = emitter.fresh('element');
  emitter.block(`if (Array.isArray(${elements}))`, () => {
    emitter.block(`for (let ${index} = 0; ${index} < ${elements}.length; ${index}++)`, () => {
      emitCheckpoint(context);
      emitter.line(`const ${element} = ${elements}[${index}];`);
      body(element);
    });
  });
}

/** Emits the loop of ANY, ALL or NONE over a condition and gives the local with the answer. */
function emitQuantified(
  context: ExpressionContext,
  quantifier: 'any' | 'all' | 'none',
  array: string,
  condition: (element: string) => string,
): Fragment {
  const { emitter } = context;
  const answer = emitter.local('answer', quantifier === 'any' ? 'false' : 'true');
  emitLoop(context, array, (element) => {
    const holds = condition(element);
    const decided = quantifier === 'all' ? `!${holds}` : holds;
    emitter.line(`if (${decided}) { ${answer} = ${quantifier === 'any'}; break; }`);
  });
  return { code: answer, type: 'boolean' };
}

/** `ANY x IN array SATISFIES condition`. */
export function compileQuantifier(
  context: ExpressionContext,
  expression: QuantifierExpression,
  scope: Scope,
): Fragment {
  const array = context.value(expression.array, scope);
  return emitQuantified(context, expression.quantifier, array, (element) => {
    const inner = scope.child([[expression.variable, { kind: 'value', code: element }]]);
    return expression.condition ? context.condition(expression.condition, inner) : `!!${element}`;
  });
}

/** `[1, 2] ANY > 1`. */
export function compileArrayComparison(
  context: ExpressionContext,
  expression: ArrayComparisonExpression,
  scope: Scope,
): Fragment {
  const array = context.emitter.local('left', context.value(expression.left, scope));
  const right = context.fragment(expression.right, scope);
  const other = right.constant ? right : { ...right, code: context.emitter.local('right', right.code) };
  return emitQuantified(context, expression.quantifier, array, (element) =>
    comparisonCode(context, expression.operator, { code: element, type: 'any' }, other),
  );
}

/** `array[* FILTER … LIMIT … RETURN …].a.b`. The bare form flattens one level. */
export function compileExpansion(context: ExpressionContext, expression: ExpansionExpression, scope: Scope): Fragment {
  const { emitter } = context;
  const array = emitter.local('source', context.value(expression.array, scope));
  const results = emitter.local('results', '[]');
  const limit = expression.limit && emitLimit(context, expression.limit, scope);
  emitLoop(context, array, (element) => {
    const inner = scope.child([['CURRENT', { kind: 'value', code: element }]]);
    if (expression.filter) emitElementFilter(context, expression.filter, inner);
    if (limit) {
      emitter.line(`if (${limit.offset} > 0) { ${limit.offset}--; continue; }`);
      emitter.line(`if (${results}.length >= ${limit.count}) break;`);
    }
    if (isBare(expression)) emitFlattened(context, results, element);
    else emitter.line(`${results}.push(${projected(context, expression, element, inner)});`);
  });
  return { code: results, type: 'array' };
}

/** On to the next element where the condition does not hold; where it is an error of the data it does not, as in FILTER. */
function emitElementFilter(context: ExpressionContext, filter: Expression, inner: Scope): void {
  const { emitter } = context;
  if (!context.throws(filter)) {
    emitter.line(`if (!${context.condition(filter, inner)}) continue;`);
    return;
  }
  const passes = emitter.local('passes', 'false');
  const isOfData = emitter.constant(isRowError, 'isRowError');
  emitter.block(
    'try',
    () => emitter.line(`${passes} = ${context.condition(filter, inner)};`),
    ` catch (error) { if (!${isOfData}(error)) throw error; }`,
  );
  emitter.line(`if (!${passes}) continue;`);
}

function isBare({ filter, limit, projection, path }: ExpansionExpression): boolean {
  return filter === undefined && limit === undefined && projection === undefined && path.length === 0;
}

function emitFlattened(context: ExpressionContext, results: string, element: string): void {
  const { emitter } = context;
  const part = emitter.fresh('part');
  emitter.line(`if (Array.isArray(${element})) for (const ${part} of ${element}) ${results}.push(${part});`);
  emitter.line(`else ${results}.push(${element});`);
}

function projected(
  context: ExpressionContext,
  { projection, path }: ExpansionExpression,
  element: string,
  inner: Scope,
): string {
  const { emitter } = context;
  const value = projection ? context.value(projection, inner) : element;
  return path.reduce(
    (code, name) => `${emitter.constant(attribute, 'attribute')}(${code}, ${emitter.constant(name)})`,
    value,
  );
}

function emitLimit(
  context: ExpressionContext,
  limit: NonNullable<ExpansionExpression['limit']>,
  scope: Scope,
): { offset: string; count: string } {
  const { emitter } = context;
  const check = emitter.constant(expansionCount, 'expansionCount');
  const local = (hint: string, expression: typeof limit.count) =>
    emitter.local(hint, `${check}(${context.value(expression, scope)}, ${emitter.constant(expression.span)})`);
  const offset = limit.offset ? local('offset', limit.offset) : emitter.local('offset', '0');
  return { offset, count: local('count', limit.count) };
}
