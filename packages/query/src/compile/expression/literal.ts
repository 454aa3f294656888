import { setMember, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { ArrayExpression, ObjectExpression, TemplateExpression } from '../../ast/expression.ts';
import { joinedText } from '../../runtime/values/text/bounded-text.ts';
import type { Scope } from '../scope.ts';
import { constantFragment, type ExpressionContext, type Fragment } from './fragment.ts';

/** `[a, b]`; constant throughout, it is made once. */
export function compileArray(context: ExpressionContext, expression: ArrayExpression, scope: Scope): Fragment {
  const elements = expression.elements.map((element) => context.fragment(element, scope));
  const values = constants(elements);
  if (values !== undefined) return constantFragment(context, values);
  return { code: `[${elements.map((element) => element.code).join(', ')}]`, type: 'array' };
}

/** `{a: 1, b}`. Names are computed keys, so that `__proto__` is a member like any other. */
export function compileObject(context: ExpressionContext, expression: ObjectExpression, scope: Scope): Fragment {
  const members = expression.members.map(({ name, value }) => ({ name, value: context.fragment(value, scope) }));
  const values = constants(members.map((member) => member.value));
  if (values !== undefined) {
    const object: ValueObject = {};
    for (const [index, { name }] of members.entries()) setMember(object, name, values[index]);
    return constantFragment(context, object);
  }
  const parts = members.map(({ name, value }) => `[${context.emitter.constant(name)}]: ${value.code}`);
  return { code: `({ ${parts.join(', ')} })`, type: 'object' };
}

/** `$"text ${expression}"`. */
export function compileTemplate(context: ExpressionContext, expression: TemplateExpression, scope: Scope): Fragment {
  const parts = expression.parts.map((part) =>
    typeof part === 'string' ? constantFragment(context, part) : context.fragment(part, scope),
  );
  const values = constants(parts);
  if (values !== undefined) return constantFragment(context, joinedText(values, expression.span));
  const join = context.emitter.constant(joinedText, 'joinedText');
  const site = context.emitter.constant(expression.span);
  return { code: `${join}([${parts.map((part) => part.code).join(', ')}], ${site})`, type: 'string' };
}

/** The values, if all are known. */
export function constants(fragments: readonly Fragment[]): Value[] | undefined {
  const values: Value[] = [];
  for (const { constant } of fragments) {
    if (constant === undefined) return undefined;
    values.push(constant.value);
  }
  return values;
}
