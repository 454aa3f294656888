import type { Value } from '@cairn/protocol/internal';
import type { Span } from '../../ast/expression.ts';
import type { CollectionReference } from '../../ast/query.ts';
import type { CollectionUse } from '../plan.ts';
import { InvalidQueryError, MissingBindError, UnknownCollectionError } from '../problems/plan-errors.ts';
import type { ProblemListener } from '../problems/plan-problem.ts';

/** Knows which collections there are. */
export interface CollectionLookup {
  /** Undefined for an unknown collection. */
  collection(name: string): unknown;
}

/** Finds the collections that a text names, and remembers what it does with each. */
export class CollectionNames {
  readonly #view: CollectionLookup;
  readonly #binds: ReadonlyMap<string, Value>;
  readonly #uses = new Map<string, CollectionUse>();
  readonly #bindNames = new Set<string>();
  readonly #onProblem: ProblemListener;

  constructor(view: CollectionLookup, binds: ReadonlyMap<string, Value>, onProblem: ProblemListener) {
    this.#view = view;
    this.#binds = binds;
    this.#onProblem = onProblem;
  }

  /** The name behind a reference; an unknown collection or bind variable is a problem. */
  resolve(reference: CollectionReference, access: CollectionUse['access']): string {
    if (reference.kind === 'name') return this.use(reference.name, access, reference.span);
    const name = this.#boundName(reference.name, reference.span);
    return name === undefined ? `@@${reference.name}` : this.use(name, access, reference.span);
  }

  use(name: string, access: CollectionUse['access'], span: Span): string {
    if (this.#view.collection(name) === undefined) this.#onProblem({ error: new UnknownCollectionError(name), span });
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

  #boundName(bind: string, span: Span): string | undefined {
    this.#bindNames.add(bind);
    const value = collectionBindValue(this.#binds, bind);
    if (typeof value === 'string') return value;
    const error =
      value === undefined
        ? new MissingBindError(`@${bind}`)
        : new InvalidQueryError(`@@${bind} must be the name of a collection`);
    this.#onProblem({ error, span });
    return undefined;
  }
}

/** The value of `@@name`: the bind variable `@name`, or else `name`. */
export function collectionBindValue(binds: ReadonlyMap<string, Value>, name: string): Value | undefined {
  return binds.get(`@${name}`) ?? binds.get(name);
}
