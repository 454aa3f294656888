import type { Expression } from '../../ast/expression.ts';

/** The direct parts of an expression, without what lies inside a subquery. */
export function children(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'variable':
    case 'bind':
    case 'subquery':
      return [];
    case 'attribute':
      return [expression.object];
    case 'index':
      return [expression.object, expression.index];
    case 'expansion':
      return [
        expression.array,
        expression.filter,
        expression.limit?.offset,
        expression.limit?.count,
        expression.projection,
      ].filter((part): part is Expression => part !== undefined);
    case 'array':
      return expression.elements;
    case 'object':
      return expression.members.map((member) => member.value);
    case 'template':
      return expression.parts.filter((part): part is Expression => typeof part !== 'string');
    case 'unary':
      return [expression.operand];
    case 'binary':
    case 'logical':
    case 'array-comparison':
      return [expression.left, expression.right];
    case 'conditional':
      return [expression.condition, expression.consequent, expression.alternate];
    case 'case':
      return [
        ...(expression.subject === undefined ? [] : [expression.subject]),
        ...expression.branches.flatMap((branch) => [branch.when, branch.then]),
        ...(expression.otherwise === undefined ? [] : [expression.otherwise]),
      ];
    case 'call':
      return [
        ...expression.arguments,
        ...(expression.over?.partition ?? []),
        ...(expression.over?.order.map((key) => key.expression) ?? []),
      ];
    case 'lambda':
      return [expression.body];
    case 'quantifier':
      return expression.condition === undefined ? [expression.array] : [expression.array, expression.condition];
  }
}

/** Whether a part of the expression (the expression itself included) satisfies the test; subqueries are one part. */
export function someExpression(expression: Expression, test: (part: Expression) => boolean): boolean {
  return test(expression) || children(expression).some((child) => someExpression(child, test));
}

/** A copy whose parts were replaced where `replace` answers something; the expression itself where nothing changed. */
export function rewriteExpression(
  expression: Expression,
  replace: (part: Expression) => Expression | undefined,
): Expression {
  const replaced = replace(expression);
  if (replaced !== undefined) return replaced;
  const walk = (part: Expression) => rewriteExpression(part, replace);
  const maybe = (part: Expression | undefined) => (part === undefined ? undefined : walk(part));
  const parts = children(expression);
  if (parts.every((part) => walk(part) === part)) return expression;
  switch (expression.kind) {
    case 'attribute':
      return { ...expression, object: walk(expression.object) };
    case 'index':
      return { ...expression, object: walk(expression.object), index: walk(expression.index) };
    case 'expansion':
      return {
        ...expression,
        array: walk(expression.array),
        filter: maybe(expression.filter),
        limit: expression.limit && { offset: maybe(expression.limit.offset), count: walk(expression.limit.count) },
        projection: maybe(expression.projection),
      };
    case 'array':
      return { ...expression, elements: expression.elements.map(walk) };
    case 'object':
      return { ...expression, members: expression.members.map((m) => ({ name: m.name, value: walk(m.value) })) };
    case 'template':
      return { ...expression, parts: expression.parts.map((part) => (typeof part === 'string' ? part : walk(part))) };
    case 'unary':
      return { ...expression, operand: walk(expression.operand) };
    case 'binary':
    case 'logical':
    case 'array-comparison':
      return { ...expression, left: walk(expression.left), right: walk(expression.right) };
    case 'conditional':
      return {
        ...expression,
        condition: walk(expression.condition),
        consequent: walk(expression.consequent),
        alternate: walk(expression.alternate),
      };
    case 'case':
      return {
        ...expression,
        subject: maybe(expression.subject),
        // biome-ignore lint/suspicious/noThenProperty: the syntax tree's name for what follows THEN; nothing awaits it.
        branches: expression.branches.map((branch) => ({ when: walk(branch.when), then: walk(branch.then) })),
        otherwise: maybe(expression.otherwise),
      };
    case 'call':
      return {
        ...expression,
        arguments: expression.arguments.map(walk),
        over: expression.over && {
          partition: expression.over.partition.map(walk),
          order: expression.over.order.map((key) => ({ ...key, expression: walk(key.expression) })),
        },
      };
    case 'lambda':
      return { ...expression, body: walk(expression.body) };
    case 'quantifier':
      return { ...expression, array: walk(expression.array), condition: maybe(expression.condition) };
    default:
      return expression;
  }
}
