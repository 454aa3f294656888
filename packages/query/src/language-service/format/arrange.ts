import type { TokenType } from 'chevrotain';
import * as t from '../../lexer/token-types.ts';
import { keyword } from '../../lexer/token-types.ts';
import type { Frame } from '../grammar/recognizer.ts';
import { type FillPart, group, type Layout, line, nest, softLine, spacedLine } from './layout.ts';
import { gapBetween, type Unit } from './units.ts';

/** Half-open range of units. */
interface Range {
  readonly from: number;
  readonly to: number;
}

const CLAUSE_RULES: ReadonlySet<string> = new Set([
  'for',
  'filter',
  'let',
  'sort',
  'limitClause',
  'collect',
  'join',
  'insert',
  'update',
  'replace',
  'remove',
  'upsert',
  'window',
]);
const OPENING: ReadonlySet<TokenType> = new Set([t.OpenParenthesis, t.OpenBracket, t.OpenBrace, keyword.CASE]);
const CLOSING: ReadonlySet<TokenType> = new Set([t.CloseParenthesis, t.CloseBracket, t.CloseBrace, keyword.END]);

/** Words inside clauses before which a line may end, by the rule in which they stand. */
const PART_STARTS: Readonly<Record<string, readonly TokenType[]>> = {
  collect: [keyword.WITH, keyword.AGGREGATE],
  into: [keyword.INTO, t.Keep],
  insert: [keyword.INTO],
  update: [keyword.WITH, keyword.IN],
  replace: [keyword.WITH, keyword.IN],
  remove: [keyword.IN],
  upsert: [keyword.INSERT, keyword.UPDATE, keyword.REPLACE, keyword.IN],
  target: [t.Options],
  join: [keyword.ON],
  shortestPath: [keyword.TO],
  traversal: [t.Prune],
};

/** Operators at which an expression is broken to lines, loosest first. */
const BREAKING_OPERATORS: readonly ((unit: Unit) => boolean)[] = [
  ({ token, reading }) => (token.type === t.Question || token.type === t.Colon) && reading.frame?.rule === 'expression',
  ({ token }) => token.type === t.Coalesce,
  ({ token }) => token.type === t.EitherOf,
  ({ token }) => token.type === t.Pipe,
  ({ token, reading }) => token.type === keyword.OR && reading.type === t.BinaryOperator,
  ({ token, reading }) => (token.type === keyword.AND && reading.type === t.BinaryOperator) || token.type === t.BothOf,
];

/** The layout of a statement from its units. */
export function arrangeStatement(units: readonly Unit[]): Layout {
  return new Arrangement(units).statement();
}

class Arrangement {
  readonly #units: readonly Unit[];
  /** The index of the unit that closes each opening one. */
  readonly #closings = new Map<number, number>();
  /** Queries being laid out: their first words begin no further subquery. */
  readonly #open = new Set<Frame>();

  constructor(units: readonly Unit[]) {
    this.#units = units;
    const open: number[] = [];
    for (const [index, unit] of units.entries()) {
      if (isOpening(unit)) open.push(index);
      else if (isClosing(unit)) this.#closings.set(open.pop()!, index);
    }
  }

  statement(): Layout {
    let head = 0;
    while (head < this.#units.length && queryOf(this.#units[head]!) === undefined) head++;
    const rest = { from: head, to: this.#units.length };
    if (head === 0) return this.#query(rest);
    const start = this.#expression({ from: 0, to: head });
    return head === this.#units.length ? start : group([start, line, this.#query(rest)], true);
  }

  /** A query's clauses, each on a line; behind a FOR they are indented. */
  #query(range: Range): Layout {
    const query = queryOf(this.#units[range.from]!)!;
    this.#open.add(query);
    const layout = this.#clauses(this.#clausesOf(range, query));
    this.#open.delete(query);
    return layout;
  }

  #clauses(clauses: readonly Range[]): Layout {
    const layouts: Layout[] = [];
    let level = 0;
    for (const [index, clause] of clauses.entries()) {
      const first = this.#units[clause.from]!;
      const start = index === 0 ? [] : [first.spaced ? spacedLine : line];
      layouts.push(nest([...start, this.#clause(clause)], level));
      if (first.token.type === keyword.FOR) level++;
    }
    return layouts;
  }

  #clausesOf({ from, to }: Range, query: Frame): Range[] {
    const starts: number[] = [];
    let current: Frame | undefined;
    for (let index = from; index < to; index++) {
      const clause = clauseIn(this.#units[index]!, query);
      if (clause === undefined || clause === current) continue;
      current = clause;
      starts.push(index);
    }
    return starts.map((start, index) => ({ from: start, to: starts[index + 1] ?? to }));
  }

  /** A clause, broken before the words that join its parts where it is too long. */
  #clause(clause: Range): Layout {
    const frame = clauseIn(this.#units[clause.from]!, queryOf(this.#units[clause.from]!)!);
    const parts: FillPart[] = [];
    let from = clause.from;
    for (let index = clause.from + 1; index <= clause.to; index++) {
      if (index < clause.to && !this.#startsPart(index, frame!)) continue;
      parts.push({
        content: this.#list({ from, to: index }),
        hugs: this.#units[index - 1]!.token.type === t.CloseBrace,
      });
      from = index;
    }
    return { kind: 'fill', parts };
  }

  #startsPart(index: number, clause: Frame): boolean {
    const { token, reading } = this.#units[index]!;
    const { frame } = reading;
    if (frame === undefined || !PART_STARTS[frame.rule]?.includes(token.type)) return false;
    return clauseIn(this.#units[index]!, queryOf(this.#units[index]!)!) === clause && reading.type === token.type;
  }

  /** `KEYWORD a, b, c`: all on a line, or each of several on one of its own. */
  #list(range: Range): Layout {
    const elements = this.#elementsOf(range);
    if (elements.length === 1) return this.#expression(range);
    return group(nest(this.#separated(elements)));
  }

  /** The ranges between the commas of a range; each ends with its comma. */
  #elementsOf({ from, to }: Range): Range[] {
    const elements: Range[] = [];
    let start = from;
    for (let index = from; index < to; index = this.#next(index)) {
      const { token, reading } = this.#units[index]!;
      // The variables of a walk are no list that is broken.
      if (token.type !== t.Comma || reading.frame?.rule === 'for') continue;
      elements.push({ from: start, to: index + 1 });
      start = index + 1;
    }
    if (start < to) elements.push({ from: start, to });
    return elements;
  }

  #separated(elements: readonly Range[]): Layout {
    return elements.flatMap((element, index) => [...(index === 0 ? [] : [line]), this.#expression(element)]);
  }

  /** The index behind a unit, behind its closing one for one that opens, behind the whole for a subquery. */
  #next(index: number): number {
    const closing = this.#closings.get(index);
    return closing === undefined ? Math.max(this.#subqueryEnd(index), index + 1) : closing + 1;
  }

  /** Where the subquery that begins at a unit ends; the index itself where none does. */
  #subqueryEnd(index: number): number {
    const unit = this.#units[index]!;
    const query = queryOf(unit);
    if (
      query?.rule !== 'subquery' ||
      this.#open.has(query) ||
      unit.reading.frame?.parent !== query ||
      !beginsSubquery(unit)
    )
      return index;
    let end = index + 1;
    while (end < this.#units.length && isWithin(this.#units[end]!.reading.frame, query)) end++;
    return end;
  }

  /** An expression: on one line, or broken before its loosest operators. */
  #expression(range: Range): Layout {
    for (const isBreak of BREAKING_OPERATORS) {
      const breaks: number[] = [];
      for (let index = range.from; index < range.to; index = this.#next(index)) {
        if (index > range.from && isBreak(this.#units[index]!)) breaks.push(index);
      }
      if (breaks.length > 0) return this.#broken(range, breaks);
    }
    return this.#row(range);
  }

  #broken(range: Range, breaks: readonly number[]): Layout {
    const starts = [range.from, ...breaks];
    const [first, ...rest] = starts.map((from, index) => this.#expression({ from, to: starts[index + 1] ?? range.to }));
    return group([first!, nest(rest.map((part) => [line, part]))]);
  }

  /** Units one behind the other, brackets and subqueries broken where they are too long. */
  #row({ from, to }: Range): Layout {
    const row: Layout[] = [];
    for (let index = from; index < to; index = this.#next(index)) {
      if (index > from) row.push(gapBetween(this.#units[index - 1]!, this.#units[index]!));
      const closing = this.#closings.get(index);
      const subqueryEnd = this.#subqueryEnd(index);
      if (closing !== undefined) row.push(this.#bracketed(index, closing));
      else if (subqueryEnd > index) row.push(group(nest([softLine, this.#query({ from: index, to: subqueryEnd })])));
      else row.push(unitLayout(this.#units[index]!));
    }
    return row;
  }

  #bracketed(opening: number, closing: number): Layout {
    const open = this.#units[opening]!;
    const close = this.#units[closing]!;
    const inner = { from: opening + 1, to: closing };
    if (open.token.type === keyword.CASE) return this.#case(opening, closing);
    if (inner.from === inner.to) return [unitLayout(open), unitLayout(close)];
    if (this.#subqueryEnd(inner.from) === closing) {
      return group([unitLayout(open), nest([softLine, this.#query(inner)]), softLine, unitLayout(close)]);
    }
    const elements = this.#elementsOf(inner);
    if (elements.length === 1 && this.#hugs(inner)) {
      return [unitLayout(open), this.#row(inner), unitLayout(close)];
    }
    return group([unitLayout(open), nest([softLine, this.#separated(elements)]), softLine, unitLayout(close)]);
  }

  /** Whether a range is one bracket as a whole: then the bracket around it need not be broken too. */
  #hugs({ from, to }: Range): boolean {
    return this.#closings.get(from) === to - 1 && this.#units[from]!.leading.length === 0;
  }

  #case(opening: number, closing: number): Layout {
    const starts: number[] = [];
    for (let index = opening + 1; index < closing; index = this.#next(index)) {
      const { type } = this.#units[index]!.token;
      const isWord = this.#units[index]!.reading.type === type;
      if (isWord && (type === keyword.WHEN || type === keyword.ELSE)) starts.push(index);
    }
    const subject = { from: opening + 1, to: starts[0]! };
    const head = [
      unitLayout(this.#units[opening]!),
      ...(subject.from < subject.to ? [' ', this.#expression(subject)] : []),
    ];
    const branches = starts.map((from, index) => [line, this.#row({ from, to: starts[index + 1] ?? closing })]);
    return group([head, nest(branches), line, unitLayout(this.#units[closing]!)]);
  }
}

function unitLayout({ text, leading, trailing }: Unit): Layout {
  if (leading.length === 0 && trailing === undefined) return text;
  return [
    ...leading.map((comment): Layout => ({ kind: 'comment', text: comment, ownLine: true })),
    text,
    ...(trailing === undefined ? [] : [{ kind: 'comment' as const, text: trailing, ownLine: false }]),
  ];
}

function isOpening({ token, reading }: Unit): boolean {
  return OPENING.has(token.type) && reading.type === token.type;
}

function isClosing({ token, reading }: Unit): boolean {
  return CLOSING.has(token.type) && reading.type === token.type;
}

/** FOR or LET as the first word of a subquery. */
function beginsSubquery({ token, reading }: Unit): boolean {
  return (token.type === keyword.FOR || token.type === keyword.LET) && reading.type === token.type;
}

/** The query whose clauses a unit stands in. */
function queryOf({ reading }: Unit): Frame | undefined {
  for (let at = reading.frame; at !== undefined; at = at.parent) {
    if (at.rule === 'subquery' || at.rule === 'clauses') return at;
  }
  return undefined;
}

function isWithin(frame: Frame | undefined, query: Frame): boolean {
  for (let at = frame; at !== undefined; at = at.parent) if (at === query) return true;
  return false;
}

/** The clause of a query that a unit stands in; for a RETURN the rule of the query's rest. */
function clauseIn({ reading }: Unit, query: Frame): Frame | undefined {
  let clause: Frame | undefined;
  for (let at = reading.frame; at !== undefined && at !== query; at = at.parent) {
    if (CLAUSE_RULES.has(at.rule) || (at.rule === 'rest' && clause === undefined)) clause = at;
    else if (at.rule === 'subquery') clause = undefined;
  }
  return clause;
}
