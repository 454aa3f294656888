import {
  Alternation,
  Alternative,
  type IProduction,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  Terminal,
  type TokenType,
} from 'chevrotain';
import { grammarRules } from '../../parser/parse-query.ts';

/** What the grammar allows at one place of one rule. */
export type State =
  | TokenState
  | { readonly kind: 'call'; readonly rule: string; readonly next: State }
  /** Ways to go on, the first ones preferred. `repeats`: the first way is one more turn of a repetition in `rule`. */
  | { readonly kind: 'split'; ways: readonly State[]; readonly rule: string; readonly repeats: boolean }
  /** The end of the rule. */
  | { readonly kind: 'end' };

export interface TokenState {
  readonly kind: 'token';
  readonly type: TokenType;
  readonly rule: string;
  readonly next: State;
}

/** A rule that a step enters, and where its parent goes on behind it. */
interface Entry {
  readonly rule: string;
  readonly back: State;
}

/** A way from a state to the next token: the rules that it enters, outermost first, and the token that they want. */
export interface Step {
  readonly entries: readonly Entry[];
  /** Undefined: the rule of the state ends, and its parent goes on. `entries` is empty then. */
  readonly target: TokenState | undefined;
  /** Only where a comma or the opening bracket stood before. */
  readonly wantsSeparator: boolean;
}

/** Rules in which another element wants a comma before it; the parser checks it with a gate, which the grammar's data does not show. */
const COMMA_SEPARATED: ReadonlySet<string> = new Set(['arguments', 'array', 'object']);
/** In the place of a token type: every type. */
const ANY_TYPE = -1;

/** The grammar of the parser itself, as states to walk through. */
export class Automaton {
  readonly #entries = new Map<string, State>();
  /** Steps from a state by the index of the token's type, found once. */
  readonly #steps = new Map<State, Map<number, readonly Step[]>>();

  constructor() {
    for (const [name, rule] of Object.entries(grammarRules())) {
      this.#entries.set(name, sequence(rule.definition, { kind: 'end' }, name));
    }
  }

  /** Where a rule begins. */
  entry(rule: string): State {
    return this.#entries.get(rule)!;
  }

  /** The ways to a token of this type, or to any token; preferred ones first. */
  steps(state: State, type: TokenType | undefined): readonly Step[] {
    let byType = this.#steps.get(state);
    if (byType === undefined) this.#steps.set(state, (byType = new Map()));
    const index = type?.tokenTypeIdx ?? ANY_TYPE;
    let steps = byType.get(index);
    if (steps === undefined) {
      const found: Step[] = [];
      this.#find(state, type, { entries: [], wantsSeparator: false }, found);
      byType.set(index, (steps = found));
    }
    return steps;
  }

  /** Whether nothing more is needed from here to the rule's end. */
  canEnd(state: State): boolean {
    return this.steps(state, undefined).some((step) => step.target === undefined);
  }

  #find(state: State, type: TokenType | undefined, way: Omit<Step, 'target'>, found: Step[]): void {
    switch (state.kind) {
      case 'token':
        if (type === undefined || isOfType(type, state.type)) found.push({ ...way, target: state });
        return;
      case 'end': {
        const entered = way.entries.at(-1);
        if (entered === undefined) found.push({ ...way, target: undefined });
        else this.#find(entered.back, type, { ...way, entries: way.entries.slice(0, -1) }, found);
        return;
      }
      case 'call': {
        const entries = [...way.entries, { rule: state.rule, back: state.next }];
        this.#find(this.entry(state.rule), type, { ...way, entries }, found);
        return;
      }
      case 'split':
        for (const [index, branch] of state.ways.entries()) {
          const gated = index === 0 && state.repeats && COMMA_SEPARATED.has(state.rule);
          this.#find(branch, type, gated ? { ...way, wantsSeparator: true } : way, found);
        }
    }
  }
}

/** Whether a token of type `actual` is one of `wanted`, which may be a category. */
export function isOfType(actual: TokenType, wanted: TokenType): boolean {
  return actual === wanted || wanted.categoryMatchesMap?.[actual.tokenTypeIdx!] === true;
}

function sequence(productions: readonly IProduction[], next: State, rule: string): State {
  return productions.reduceRight((following, production) => stateOf(production, following, rule), next);
}

function stateOf(production: IProduction, next: State, rule: string): State {
  if (production instanceof Terminal) return { kind: 'token', type: production.terminalType, rule, next };
  if (production instanceof NonTerminal) return { kind: 'call', rule: production.nonTerminalName, next };
  if (production instanceof Alternation) {
    const ways = (production.definition as Alternative[]).map(({ definition }) => sequence(definition, next, rule));
    return { kind: 'split', ways, rule, repeats: false };
  }
  if (production instanceof Option) {
    return { kind: 'split', ways: [sequence(production.definition, next, rule), next], rule, repeats: false };
  }
  if (production instanceof Alternative) return sequence(production.definition, next, rule);
  return repetition(production, next, rule);
}

function repetition(production: IProduction, next: State, rule: string): State {
  const loop: Extract<State, { kind: 'split' }> = { kind: 'split', ways: [], rule, repeats: true };
  const { definition } = production as RepetitionMandatory;
  const body = sequence(definition, loop, rule);
  if (production instanceof RepetitionWithSeparator || production instanceof RepetitionMandatoryWithSeparator) {
    loop.ways = [{ kind: 'token', type: production.separator, rule, next: body }, next];
    if (production instanceof RepetitionMandatoryWithSeparator) return body;
    return { kind: 'split', ways: [body, next], rule, repeats: false };
  }
  loop.ways = [body, next];
  if (production instanceof RepetitionMandatory) return body;
  if (production instanceof Repetition) return loop;
  throw new Error(`the grammar has a production of an unknown kind in ${rule}`);
}
