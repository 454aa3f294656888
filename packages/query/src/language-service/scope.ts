import type { TokenType } from 'chevrotain';
import * as t from '../lexer/token-types.ts';
import { keyword } from '../lexer/token-types.ts';
import { CLAUSE_STARTS, type Frame } from './grammar/recognizer.ts';
import { nameIn, type QueryReading, type ReadToken, ruleOf } from './query-reading.ts';

/** Where documents are reached: a collection, and the attributes inwards, `*` for elements of arrays. */
export interface DocumentPath {
  readonly collection: string;
  readonly path: readonly string[];
  /** It is an array of what stands there. */
  readonly list?: boolean;
}

/** A variable that can be named at the end of a text. */
export interface ScopedVariable {
  readonly name: string;
  /** The word that binds it. */
  readonly boundBy: string;
  readonly offset: number;
  /** What it holds, when the text says so plainly. */
  readonly source?: DocumentPath;
}

/** Rules whose names live as long as the rule's own text. */
const LOCAL_RULES: ReadonlySet<string> = new Set(['lambda', 'quantified']);
const BOUND_BY: Readonly<Record<string, string>> = {
  for: 'FOR',
  let: 'LET',
  group: 'COLLECT',
  aggregate: 'AGGREGATE',
  into: 'INTO',
  collect: 'WITH COUNT INTO',
  join: 'JOIN',
  lambda: '->',
  quantified: 'ANY, ALL or NONE',
};
const WRITE_RULES: ReadonlySet<string> = new Set(['insert', 'update', 'replace', 'remove', 'upsert']);

type Names = Map<string, ScopedVariable>;

/** The variables of a text's queries, as its tokens bind them from first to last. */
export class Scope {
  readonly #reading: QueryReading;
  /** Names by the rule in which they live: a query's clauses, a lambda, a quantifier, an expansion. */
  readonly #names = new Map<Frame, Names>();
  /** Names of the clause under way, which the next clause may use. */
  #pending: { readonly frame: Frame; readonly variable: ScopedVariable; readonly from: number }[] = [];
  #collecting: Frame | undefined;

  /** @param tokenCount how many of the tokens count: what stands behind them is not looked at */
  constructor(reading: QueryReading, tokenCount: number = reading.tokens.length) {
    this.#reading = reading;
    for (let index = 0; index < tokenCount; index++) this.#take(reading.tokens[index]!, index);
  }

  /** What may be named in a place that stands in these rules; inner names hide outer ones. */
  visibleIn(frame: Frame | undefined): ReadonlyMap<string, ScopedVariable> {
    const visible: Names = new Map();
    for (let at = frame; at !== undefined; at = at.parent) {
      for (const [name, variable] of this.#names.get(at) ?? []) if (!visible.has(name)) visible.set(name, variable);
    }
    return visible;
  }

  /** What the attribute chain that ends before token `end` stands for: `u.address.` or `u.tags[0].`. */
  pathBefore(end: number, frame: Frame | undefined): DocumentPath | undefined {
    const { tokens, text } = this.#reading;
    const steps: string[] = [];
    let index = end - 1;
    while (index > 0) {
      const { type } = tokens[index]!;
      if (type === t.CloseBracket) {
        index = openingOf(tokens, index) - 1;
        steps.unshift('*');
      } else if (isDot(tokens[index - 1]?.type)) {
        steps.unshift(nameIn(text, tokens[index]!));
        index -= 2;
      } else break;
    }
    const base = tokens[index];
    if (base === undefined || ruleOf(base) !== 'named') return undefined;
    const source = this.visibleIn(frame).get(nameIn(text, base))?.source;
    return source && stepInto(source, steps);
  }

  #take(token: ReadToken, index: number): void {
    const frame = token.reading?.frame;
    if (frame === undefined) return;
    const startsClause = CLAUSE_STARTS.has(token.reading!.type) && frame.rule !== 'expansion';
    const bindsBefore = (token.type === t.Comma && frame.rule === 'let') || token.reading!.type === t.Prune;
    if (startsClause || bindsBefore) this.#endClause(index);
    if (token.reading!.type === keyword.COLLECT) this.#collecting = queryOf(frame);
    if (token.reading!.type === t.Name) this.#bind(token, index, frame);
    if (token.type === keyword.ON && frame.rule === 'join') this.#bindJoined(frame);
    if (frame.rule === 'expansion' && token.type === t.Star) this.#bindCurrent(token, index, frame);
  }

  #bind(token: ReadToken, index: number, frame: Frame): void {
    const { rule } = frame;
    const boundBy = BOUND_BY[rule] ?? (rule === 'collection' && this.#isWriteTarget(frame) ? 'write' : undefined);
    if (boundBy === undefined) return;
    const before = this.#reading.tokens[index - 1];
    if (rule === 'into' && before?.type !== keyword.INTO) return; // KEEP names what is there
    if (rule === 'aggregate' && this.#reading.tokens[index + 1]?.type === t.OpenParenthesis) return;
    const name = nameIn(this.#reading.text, token);
    const variable: ScopedVariable = { name, boundBy, offset: token.start };
    if (LOCAL_RULES.has(rule)) {
      this.#add(frame, variable);
      return;
    }
    const query = queryOf(frame);
    if (query !== undefined) this.#pending.push({ frame: query, variable, from: index });
  }

  /** Inside the condition of a JOIN its name stands for one document; behind it for an array of them. */
  #bindJoined(frame: Frame): void {
    const joined = this.#pending.at(-1);
    if (joined === undefined || joined.variable.boundBy !== 'JOIN') return;
    this.#add(frame, { ...joined.variable, source: { collection: joined.variable.name, path: [] } });
  }

  #isWriteTarget(frame: Frame): boolean {
    return frame.parent?.rule === 'target' && WRITE_RULES.has(frame.parent.parent?.rule ?? '');
  }

  #bindCurrent(token: ReadToken, index: number, frame: Frame): void {
    const source = this.pathBefore(index - 1, frame.parent);
    const variable = { name: 'CURRENT', boundBy: '[*]', offset: token.start };
    this.#add(frame, source === undefined ? variable : { ...variable, source: elementsOf(source) });
  }

  /** What the last clause bound can be named from here on. */
  #endClause(end: number): void {
    const pending = this.#pending;
    this.#pending = [];
    const bound = pending.map((entry) => ({ ...entry, source: this.#sourceOf(entry, end) }));
    if (this.#collecting !== undefined) this.#names.delete(this.#collecting);
    this.#collecting = undefined;
    for (const { frame, variable, source } of bound) {
      if (variable.boundBy === 'write') {
        const written = {
          boundBy: 'the write',
          offset: variable.offset,
          source: { collection: variable.name, path: [] },
        };
        for (const name of ['NEW', 'OLD']) this.#add(frame, { name, ...written });
      } else this.#add(frame, source === undefined ? variable : { ...variable, source });
    }
  }

  #sourceOf(
    { frame, variable, from }: { frame: Frame; variable: ScopedVariable; from: number },
    end: number,
  ): DocumentPath | undefined {
    if (variable.boundBy === 'JOIN') return { collection: variable.name, path: [], list: true };
    const { tokens, text } = this.#reading;
    const first = from + 2; // behind IN or =
    const source = tokens[first];
    if (source === undefined || ruleOf(source) !== 'named') return undefined;
    const isLoop = variable.boundBy === 'FOR';
    if (isLoop && (first + 1 === end || tokens[first + 1]?.type === keyword.AS)) {
      const name = nameIn(text, source);
      if (!this.visibleIn(frame).has(name)) return { collection: name, path: [] };
    }
    const last = endOfChain(tokens, first);
    if (last !== end && tokens[last]?.type !== t.Comma) return undefined;
    const path = this.pathBefore(last, frame);
    return path === undefined || !isLoop ? path : elementsOf(path);
  }

  #add(frame: Frame, variable: ScopedVariable): void {
    let names = this.#names.get(frame);
    if (names === undefined) this.#names.set(frame, (names = new Map()));
    names.set(variable.name, variable);
  }
}

/** The query whose clauses a place stands in. */
function queryOf(frame: Frame | undefined): Frame | undefined {
  for (let at = frame; at !== undefined; at = at.parent) if (at.rule === 'subquery' || at.rule === 'clauses') return at;
  return undefined;
}

function stepInto(source: DocumentPath, steps: readonly string[]): DocumentPath | undefined {
  const { collection, path, list = false } = source;
  if (!list || steps.length === 0) return { collection, path: [...path, ...steps], list };
  return steps[0] === '*' ? { collection, path: [...path, ...steps.slice(1)] } : undefined;
}

function elementsOf({ collection, path, list }: DocumentPath): DocumentPath {
  return { collection, path: list || path.at(-1) === '*' ? path : [...path, '*'] };
}

const isDot = (type: TokenType | undefined) => type === t.Dot || type === t.OptionalDot;

/** The index of the bracket that a closing one belongs to. */
function openingOf(tokens: readonly ReadToken[], closing: number): number {
  let depth = 0;
  for (let index = closing; index > 0; index--) {
    const { type } = tokens[index]!;
    if (type === t.CloseBracket) depth++;
    else if (type === t.OpenBracket && --depth === 0) return index;
  }
  return 0;
}

/** Behind `name.name[…].name` that begins at a token. */
function endOfChain(tokens: readonly ReadToken[], first: number): number {
  let index = first + 1;
  while (index < tokens.length) {
    if (isDot(tokens[index]!.type)) index += 2;
    else if (tokens[index]!.type === t.OpenBracket) {
      let depth = 0;
      do {
        if (tokens[index]!.type === t.OpenBracket) depth++;
        else if (tokens[index]!.type === t.CloseBracket) depth--;
        index++;
      } while (depth > 0 && index < tokens.length);
    } else break;
  }
  return Math.min(index, tokens.length);
}
