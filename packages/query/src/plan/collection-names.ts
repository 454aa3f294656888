import type { Value } from '@cairn/protocol/internal';
import type { ReadView } from '@cairn/storage/internal';
import type { CollectionReference } from '../ast/query.ts';
import type { CollectionUse } from './plan.ts';
import { InvalidQueryError, MissingBindError, UnknownCollectionError } from './plan-errors.ts';

/** Finds the collections that a text names, and remembers what it does with each. */
export class CollectionNames {
  readonly #view: ReadView;
  readonly #binds: ReadonlyMap<string, Value>;
  readonly #uses = new Map<string, CollectionUse>();
  readonly #bindNames = new Set<string>();

  constructor(view: ReadView, binds: ReadonlyMap<string, Value>) {
    this.#view = view;
    this.#binds = binds;
  }

  /** The name behind a reference; throws for an unknown collection or bind variable. */
  resolve(reference: CollectionReference, access: CollectionUse['access']): string {
    const name = reference.kind === 'name' ? reference.name : this.#boundName(reference.name);
    return this.use(name, access);
  }

  use(name: string, access: CollectionUse['access']): string {
    if (this.#view.collection(name) === undefined) throw new UnknownCollectionError(name);
    if (access === 'write' || !this.#uses.has(name)) this.#uses.set(name, { name, access });
    return name;
  }

  /** Collections that are read by name inside of expressions; whether they exist is seen when that happens. */
  mention(names: readonly string[]): void {
    for (const name of names) if (!this.#uses.has(name)) this.#uses.set(name, { name, access: 'read' });
  }

  get uses(): readonly CollectionUse[] {
    return [...this.#uses.values()];
  }

  /** Names of the binds that stand for collections: their values are part of what a plan was made for. */
  get bindNames(): readonly string[] {
    return [...this.#bindNames];
  }

  #boundName(bind: string): string {
    this.#bindNames.add(bind);
    const value = collectionBindValue(this.#binds, bind);
    if (value === undefined) throw new MissingBindError(`@${bind}`);
    if (typeof value !== 'string') throw new InvalidQueryError(`@@${bind} must be the name of a collection`);
    return value;
  }
}

/** The value of `@@name`: the bind variable `@name`, or else `name`. */
export function collectionBindValue(binds: ReadonlyMap<string, Value>, name: string): Value | undefined {
  return binds.get(`@${name}`) ?? binds.get(name);
}
