import type {
  AttributeExpression,
  BindExpression,
  Expression,
  IndexExpression,
  VariableExpression,
} from '../../ast/expression.ts';
import { UnknownVariableError } from '../../plan/plan-errors.ts';
import { attribute, element } from '../../runtime/values/access.ts';
import type { DocumentFields } from '../field-finder/document-fields.ts';
import { readStored } from '../field-finder/read-stored.ts';
import { isSystemMember, systemMember } from '../field-finder/system-members.ts';
import type { Binding, Scope } from '../scope.ts';
import { constantFragment, type ExpressionContext, type Fragment, type StoredPath } from './fragment.ts';

export function lookUp(name: string, scope: Scope): Binding {
  const binding = scope.lookup(name);
  if (binding === undefined) throw new UnknownVariableError(name);
  return binding;
}

/** `name`. */
export function compileVariable(context: ExpressionContext, expression: VariableExpression, scope: Scope): Fragment {
  const binding = lookUp(expression.name, scope);
  if (binding.kind === 'value') return { code: binding.code, type: 'any' };
  return { code: context.storedDocument(expression, scope)!.document(), type: 'object' };
}

/** `@name`, looked up once a run. */
export function compileBind(context: ExpressionContext, expression: BindExpression): Fragment {
  return { code: bindLocal(context, expression.name), type: 'any' };
}

export function bindLocal(context: ExpressionContext, name: string): string {
  const { emitter, run } = context;
  return emitter.prologueOnce('bind', `${run}.binds.get(${emitter.constant(name)}) ?? null`);
}

/** The names that lead from a variable to an attribute; a constant name in brackets is one too, unless it has dots. */
function attributeChain(expression: Expression): { root: VariableExpression; path: string[] } | undefined {
  if (expression.kind === 'variable') return { root: expression, path: [] };
  const name = attributeName(expression);
  if (name === undefined) return undefined;
  const chain = attributeChain((expression as AttributeExpression | IndexExpression).object);
  chain?.path.push(name);
  return chain;
}

function attributeName(expression: Expression): string | undefined {
  if (expression.kind === 'attribute') return expression.name;
  if (expression.kind !== 'index' || expression.index.kind !== 'literal') return undefined;
  const { value } = expression.index;
  return typeof value === 'string' && !value.includes('.') ? value : undefined;
}

/** The place of an attribute chain whose root is a stored document; system members included. */
export function storedChain(
  expression: Expression,
  scope: Scope,
  fieldsOf: (root: VariableExpression, scope: Scope) => DocumentFields | undefined,
): StoredPath | undefined {
  const chain = attributeChain(expression);
  if (chain === undefined || chain.path.length === 0) return undefined;
  const fields = fieldsOf(chain.root, scope);
  return fields && { fields, path: chain.path };
}

/** `object.name`, `object?.name`, `object['name']`. */
export function compileAttribute(context: ExpressionContext, expression: AttributeExpression, scope: Scope): Fragment {
  return compileStored(context, expression, scope) ?? compileNamed(context, expression.object, expression.name, scope);
}

function compileStored(context: ExpressionContext, expression: Expression, scope: Scope): Fragment | undefined {
  const system = systemPath(context, expression, scope);
  if (system !== undefined) return system;
  const stored = context.storedPath(expression, scope);
  if (stored === undefined) return undefined;
  const read = context.emitter.constant(readStored, 'readStored');
  return { code: `${read}(${stored.fields.bytes}, ${stored.fields.position(stored.path)})`, type: 'any' };
}

/** `u._key` and its like; null for what is inside of one, since it is text. */
function systemPath(context: ExpressionContext, expression: Expression, scope: Scope): Fragment | undefined {
  const chain = storedChain(expression, scope, (root) => context.storedDocument(root, scope));
  if (chain === undefined || !isSystemMember(chain.path[0])) return undefined;
  if (chain.path.length > 1) return constantFragment(context, null);
  return { code: systemMember(context.emitter, chain.fields, chain.path[0]), type: 'string' };
}

function compileNamed(context: ExpressionContext, object: Expression, name: string, scope: Scope): Fragment {
  const source = context.fragment(object, scope);
  if (source.constant) return constantFragment(context, attribute(source.constant.value, name));
  const { emitter } = context;
  return {
    code: `${emitter.constant(attribute, 'attribute')}(${source.code}, ${emitter.constant(name)})`,
    type: 'any',
  };
}

/** `object[index]`. */
export function compileIndex(context: ExpressionContext, expression: IndexExpression, scope: Scope): Fragment {
  const stored = compileStored(context, expression, scope);
  if (stored !== undefined) return stored;
  const object = context.fragment(expression.object, scope);
  const index = context.fragment(expression.index, scope);
  if (object.constant && index.constant && ['string', 'double'].includes(index.type)) {
    return constantFragment(context, element(object.constant.value, index.constant.value, expression.span));
  }
  const { emitter } = context;
  const call = emitter.constant(element, 'element');
  return { code: `${call}(${object.code}, ${index.code}, ${emitter.constant(expression.span)})`, type: 'any' };
}
