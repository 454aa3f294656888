import { encodeValue, type Value } from '@cairn/protocol/internal';
import { renderDocument } from '@cairn/storage/internal';
import type { ArrayExpression, ConditionalExpression, Expression, ObjectExpression } from '../../ast/expression.ts';
import { writeValue } from '../../runtime/values/write-value.ts';
import { encodedKey } from '../field-finder/key-search.ts';
import type { Scope } from '../scope.ts';
import type { ExpressionContext, Fragment } from './fragment.ts';

/** Emits lines that write the expression's msgpack: stored bytes are copied, documents rendered, the rest encoded. */
export function emitEncoding(context: ExpressionContext, expression: Expression, scope: Scope, writer: string): void {
  if (isLiteral(expression)) {
    emitValue(context, expression, scope, writer);
    return;
  }
  switch (expression.kind) {
    case 'object':
      emitObject(context, expression, scope, writer);
      break;
    case 'array':
      emitArray(context, expression, scope, writer);
      break;
    case 'conditional':
      emitConditional(context, expression, scope, writer);
      break;
    default:
      if (!emitStored(context, expression, scope, writer)) emitValue(context, expression, scope, writer);
  }
}

/** Whether the value is written out in the text: then its bytes are made once. */
function isLiteral(expression: Expression): boolean {
  if (expression.kind === 'array') return expression.elements.every(isLiteral);
  if (expression.kind === 'object') return expression.members.every(({ value }) => isLiteral(value));
  return expression.kind === 'literal';
}

function emitStored(context: ExpressionContext, expression: Expression, scope: Scope, writer: string): boolean {
  const { emitter } = context;
  const document = context.storedDocument(expression, scope);
  if (document !== undefined) {
    const render = emitter.constant(renderDocument, 'renderDocument');
    emitter.line(`${render}(${writer}, ${document.idPrefix}, ${document.bytes}, ${document.record});`);
    return true;
  }
  const field = context.storedField(expression, scope);
  if (field === undefined) return false;
  emitter.line(field.copyTo(writer));
  return true;
}

const methods: Partial<Readonly<Record<Fragment['type'], string>>> = {
  boolean: 'boolean',
  double: 'number',
  string: 'string',
};

function emitValue(context: ExpressionContext, expression: Expression, scope: Scope, writer: string): void {
  const fragment = context.fragment(expression, scope);
  const { emitter } = context;
  const method = methods[fragment.type];
  if (fragment.constant) emitConstant(context, fragment.constant.value, writer);
  else if (method !== undefined) emitter.line(`${writer}.${method}(${fragment.code});`);
  else emitter.line(`${emitter.constant(writeValue, 'writeValue')}(${writer}, ${fragment.code});`);
}

function emitConstant(context: ExpressionContext, value: Value, writer: string): void {
  emitRaw(context, encodeValue(value), writer);
}

function emitRaw(context: ExpressionContext, bytes: Uint8Array, writer: string): void {
  context.emitter.line(`${writer}.raw(${context.emitter.constant(bytes, 'bytes')}, 0, ${bytes.length});`);
}

function emitObject(context: ExpressionContext, expression: ObjectExpression, scope: Scope, writer: string): void {
  const members = new Map(expression.members.map(({ name, value }) => [name, value])); // the last of a name counts
  if (members.size < expression.members.length || members.size === 0) {
    emitValue(context, expression, scope, writer);
    return;
  }
  context.emitter.line(`${writer}.mapHeader(${members.size});`);
  for (const [name, value] of members) {
    emitRaw(context, encodedKey(name), writer);
    emitEncoding(context, value, scope, writer);
  }
}

function emitArray(context: ExpressionContext, expression: ArrayExpression, scope: Scope, writer: string): void {
  context.emitter.line(`${writer}.arrayHeader(${expression.elements.length});`);
  for (const element of expression.elements) emitEncoding(context, element, scope, writer);
}

function emitConditional(
  context: ExpressionContext,
  expression: ConditionalExpression,
  scope: Scope,
  writer: string,
): void {
  const { emitter } = context;
  emitter.block(`if (${context.condition(expression.condition, scope)})`, () =>
    emitEncoding(context, expression.consequent, scope, writer),
  );
  emitter.block('else', () => emitEncoding(context, expression.alternate, scope, writer));
}
