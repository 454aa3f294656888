import type {
  AttributeExpression,
  BindExpression,
  Expression,
  IndexExpression,
  VariableExpression,
} from '../../ast/expression.ts';
import { UnknownVariableError } from '../../plan/problems/plan-errors.ts';
import { attribute, element } from '../../runtime/values/access.ts';
import type { Binding, DocumentBinding, Scope } from '../scope.ts';
import { attributeChain } from './attribute-chain.ts';
import { constantFragment, type ExpressionContext, type Fragment } from './fragment.ts';

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

/** An attribute chain whose root is a stored document; system members included. */
export interface StoredChain {
  readonly root: VariableExpression;
  readonly binding: DocumentBinding;
  readonly path: readonly string[];
}

export function storedChain(expression: Expression, scope: Scope): StoredChain | undefined {
  const chain = attributeChain(expression);
  if (chain === undefined || chain.path.length === 0) return undefined;
  const binding = lookUp(chain.root.name, scope);
  return binding.kind === 'document' ? { ...chain, binding } : undefined;
}

/** `object.name`, `object?.name`, `object['name']`. */
export function compileAttribute(context: ExpressionContext, expression: AttributeExpression, scope: Scope): Fragment {
  return compileStored(context, expression, scope) ?? compileNamed(context, expression.object, expression.name, scope);
}

function compileStored(context: ExpressionContext, expression: Expression, scope: Scope): Fragment | undefined {
  const system = context.systemMember(expression, scope);
  if (system === null) return constantFragment(context, null);
  if (system !== undefined) return { code: system, type: 'string' };
  const stored = context.storedField(expression, scope);
  return stored && { code: stored.value(), type: 'any' };
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
