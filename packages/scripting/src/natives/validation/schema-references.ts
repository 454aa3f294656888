import { isObject, type ValueObject } from '@cairn/protocol/internal';
import { invalidSchema, type Schema, walkSchema } from './schema-shape.ts';

/** Where a schema stands that has no `$id`. */
const ROOT = 'schema:/root';

function resolved(reference: string, base: string): string {
  try {
    return new URL(reference, base).href;
  } catch {
    throw invalidSchema(`no address: '${reference}'`);
  }
}

/** All the schemas inside one schema, by their addresses. References lead to these and nowhere else. */
export class SchemaReferences {
  readonly #byAddress = new Map<string, Schema>();
  readonly #targets = new Map<ValueObject, Schema>();
  #asksForUnevaluated = false;

  /** @throws NativeError when the schema is none, or a reference leads nowhere */
  constructor(root: Schema) {
    const references: { readonly from: ValueObject; readonly address: string }[] = [];
    /** Base address by pointer, for the schemas that have an `$id`. */
    const bases: { readonly pointer: string; readonly base: string }[] = [{ pointer: '', base: ROOT }];
    walkSchema(root, (schema, pointer) => {
      const above = closest(bases, pointer);
      const id = isObject(schema) && typeof schema.$id === 'string' ? schema.$id : undefined;
      const scope = id === undefined ? above : { pointer, base: resolved(id, above.base).replace(/#.*$/, '') };
      if (id !== undefined) bases.push(scope);
      this.#register(schema, `${above.base}#${encodeURI(pointer.slice(above.pointer.length))}`);
      this.#register(schema, `${scope.base}#${encodeURI(pointer.slice(scope.pointer.length))}`);
      if (!isObject(schema)) return;
      for (const anchor of [schema.$anchor, schema.$dynamicAnchor]) {
        if (typeof anchor === 'string') this.#register(schema, `${scope.base}#${encodeURI(anchor)}`);
      }
      const reference = schema.$ref ?? schema.$dynamicRef;
      if (typeof reference === 'string') references.push({ from: schema, address: resolved(reference, scope.base) });
      if (schema.unevaluatedItems !== undefined || schema.unevaluatedProperties !== undefined) {
        this.#asksForUnevaluated = true;
      }
    });
    for (const { from, address } of references) this.#targets.set(from, this.#find(address));
  }

  /** Whether some schema asks what others have looked at. */
  get asksForUnevaluated(): boolean {
    return this.#asksForUnevaluated;
  }

  /** What the `$ref` of a schema leads to. */
  target(schema: ValueObject): Schema {
    return this.#targets.get(schema)!;
  }

  #register(schema: Schema, address: string): void {
    if (!this.#byAddress.has(address)) this.#byAddress.set(address, schema);
  }

  #find(address: string): Schema {
    const [base, fragment = ''] = address.split('#', 2);
    const found = this.#byAddress.get(`${base}#${encodeURI(decode(fragment))}`);
    if (found === undefined) throw invalidSchema(`nothing at '${address.replace(ROOT, '')}'`);
    return found;
  }
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function closest<Scope extends { readonly pointer: string }>(scopes: readonly Scope[], pointer: string): Scope {
  let best = scopes[0];
  for (const scope of scopes) {
    const isAbove = pointer === scope.pointer || pointer.startsWith(`${scope.pointer}/`);
    if (isAbove && scope.pointer.length >= best.pointer.length) best = scope;
  }
  return best;
}
