import type { TokenType } from 'chevrotain';
import * as t from '../../lexer/token-types.ts';
import { keyword } from '../../lexer/token-types.ts';
import { Automaton, isOfType, type State, type TokenState } from './automaton.ts';

/** A rule under way. Each occurrence in a text is an object of its own. */
export interface Frame {
  readonly rule: string;
  /** Where its parent goes on. */
  readonly back: State;
  readonly parent: Frame | undefined;
  /** How many frames it lies in. */
  readonly depth: number;
}

/** What the grammar took a token for: the type it asked for, and the rules it stands in, innermost first. */
export interface Reading {
  readonly type: TokenType;
  readonly frame: Frame | undefined;
}

/** One way in which the tokens so far can be read. */
interface Way {
  readonly state: State;
  readonly frame: Frame | undefined;
  readonly trail: Trail | undefined;
}

interface Trail extends Reading {
  readonly index: number;
  readonly earlier: Trail | undefined;
}

/** A token that may come next, and where in the grammar. */
export interface Expected extends Reading {
  readonly rule: string;
}

/** Readings of one text that are followed at the same time. The grammar is nearly unambiguous: two or three are usual. */
const WAYS_MAX = 64;
/**
 * Rules within each other that are followed. The parser takes a hundred nested expressions, of some eight rules each;
 * without an end a text of brackets would cost its length squared.
 */
const FRAMES_MAX = 1000;
const START_RULE = 'statement';

/** Words that begin a clause: after a mistake, reading goes on at one of them. */
export const CLAUSE_STARTS: ReadonlySet<TokenType> = new Set([
  keyword.FOR,
  keyword.FILTER,
  keyword.LET,
  keyword.SORT,
  keyword.LIMIT,
  keyword.RETURN,
  keyword.COLLECT,
  keyword.INSERT,
  keyword.UPDATE,
  keyword.REPLACE,
  keyword.REMOVE,
  keyword.UPSERT,
  keyword.JOIN,
  keyword.LEFT,
  keyword.RIGHT,
  keyword.FULL,
  keyword.WINDOW,
]);

/** What else may end the rules around a mistake. */
const CLOSERS: ReadonlySet<TokenType> = new Set([
  t.CloseParenthesis,
  t.CloseBracket,
  t.CloseBrace,
  t.InterpolationEnd,
  t.TemplateEnd,
  t.Comma,
]);

/** What may stand before another element of a list. */
const LIST_LIMITS: ReadonlySet<TokenType> = new Set([t.Comma, t.OpenParenthesis, t.OpenBracket, t.OpenBrace]);
const QUANTIFIERS: ReadonlySet<TokenType> = new Set([keyword.ANY, t.All, t.None]);

let automaton: Automaton | undefined;

/**
 * Follows a text through the grammar token by token, and says what each token was taken for and what may come next.
 * Where a token does not fit, it goes on as well as it can.
 */
export class Recognizer {
  readonly #automaton = (automaton ??= new Automaton());
  #ways: readonly Way[] = [{ state: this.#automaton.entry(START_RULE), frame: undefined, trail: undefined }];
  #previous: TokenType | undefined;
  #count = 0;
  /** Indexes of tokens that did not fit. */
  readonly misfits = new Set<number>();

  /** Takes one more token; `next` is the type of the token after it, if there is one. */
  take(type: TokenType, next: TokenType | undefined): void {
    let ways = this.#advance(this.#ways, type, next);
    if (ways.length === 0) {
      this.misfits.add(this.#count);
      ways = this.#recover(type, next);
    }
    if (ways.length > 0) this.#ways = ways;
    this.#previous = type;
    this.#count++;
  }

  /** What each token was taken for; undefined for those that fitted nowhere. */
  readings(): (Reading | undefined)[] {
    const readings = new Array<Reading | undefined>(this.#count).fill(undefined);
    const ended = this.#ways.find((way) => this.#canEnd(way)) ?? this.#ways[0];
    for (let trail = ended?.trail; trail !== undefined; trail = trail.earlier) readings[trail.index] = trail;
    return readings;
  }

  /** Everything that may come next. */
  expected(): Expected[] {
    const found: Expected[] = [];
    for (const way of this.#ways) {
      this.#walk(way.state, way.frame, undefined, (state, frame) => {
        if (this.#passesGates(state, undefined)) found.push({ type: state.type, frame, rule: state.rule });
      });
    }
    return found;
  }

  #advance(ways: readonly Way[], type: TokenType, next: TokenType | undefined): Way[] {
    const found: Way[] = [];
    for (const way of ways) {
      this.#walk(way.state, way.frame, type, (state, frame) => {
        if (found.length >= WAYS_MAX || !this.#passesGates(state, next)) return;
        const trail = { type: state.type, frame, index: this.#count, earlier: way.trail };
        found.push({ state: state.next, frame, trail });
      });
    }
    return found;
  }

  /** Calls `visit` with every token that can come next, preferred ones first; with `type` only where that one fits. */
  #walk(
    state: State,
    frame: Frame | undefined,
    type: TokenType | undefined,
    visit: (state: TokenState, frame: Frame | undefined) => void,
  ): void {
    for (const step of this.#automaton.steps(state, type)) {
      if (step.wantsSeparator && !this.#isBehindSeparator()) continue;
      if (step.target === undefined) {
        if (frame !== undefined) this.#walk(frame.back, frame.parent, type, visit);
        continue;
      }
      let inner = frame;
      let depth = (frame?.depth ?? 0) + 1;
      if (depth + step.entries.length > FRAMES_MAX) continue;
      for (const { rule, back } of step.entries) inner = { rule, back, parent: inner, depth: depth++ };
      visit(step.target, inner);
    }
  }

  #isBehindSeparator(): boolean {
    return this.#previous !== undefined && LIST_LIMITS.has(this.#previous);
  }

  /** The gates of the parser that a look at the neighbours can tell. */
  #passesGates(state: TokenState, next: TokenType | undefined): boolean {
    if (state.rule === 'quantified' && state.type === t.Name) {
      return this.#previous !== undefined && QUANTIFIERS.has(this.#previous);
    }
    // A keyword names a function only before its arguments.
    if (state.rule === 'named' && state.type === t.CallableKeyword) return next === t.OpenParenthesis;
    if (state.rule === 'named' && state.type === keyword.ANY) {
      return next === undefined || next === t.OpenParenthesis || isOfType(next, t.Name);
    }
    return true;
  }

  /** Leaves rules until the token fits, if it is one that people put after an unfinished clause or bracket. */
  #recover(type: TokenType, next: TokenType | undefined): Way[] {
    if (!CLAUSE_STARTS.has(type) && !CLOSERS.has(type)) return [];
    const [way] = this.#ways;
    for (let frame = way?.frame; frame !== undefined; frame = frame.parent) {
      if (this.#automaton.steps(frame.back, type).every(({ target }) => target === undefined)) continue;
      const left = { state: frame.back, frame: frame.parent, trail: way!.trail };
      const ways = this.#advance([left], type, next);
      if (ways.length > 0) return ways;
    }
    return [];
  }

  #canEnd(way: Way): boolean {
    if (!this.#automaton.canEnd(way.state)) return false;
    for (let frame = way.frame; frame !== undefined; frame = frame.parent) {
      if (!this.#automaton.canEnd(frame.back)) return false;
    }
    return true;
  }
}
