import type { TokenType } from 'chevrotain';
import { allAggregates } from '../functions/aggregates.ts';
import { allFunctions } from '../functions/registry.ts';
import * as t from '../lexer/token-types.ts';
import { keyword } from '../lexer/token-types.ts';
import { rankingFunctionNames } from '../plan/expressions/window-calls.ts';
import { type Catalogue, EMPTY_CATALOGUE } from './catalogue.ts';
import { isOfType } from './grammar/automaton.ts';
import type { Expected, Frame } from './grammar/recognizer.ts';
import { KEYWORD_HELP } from './keyword-help.ts';
import { isTakenFor, type QueryReading, readText, ruleOf } from './query-reading.ts';
import { Scope } from './scope.ts';
import { aggregateSignatureText, signatureText } from './signature-text.ts';
import { type ScannedPiece, scan } from './tokens/scan.ts';

export type CompletionKind = 'keyword' | 'function' | 'collection' | 'attribute' | 'variable' | 'bind';

/** One text that may stand at a place. */
export interface Completion {
  readonly kind: CompletionKind;
  /** What to insert: a name, or a function with its opening parenthesis; names that need it are quoted. */
  readonly text: string;
  /** A signature, a type or where a variable comes from. */
  readonly detail?: string;
  readonly summary?: string;
}

export interface Completions {
  /** The part of the text that a completion takes the place of; empty where nothing of a word is there yet. */
  readonly start: number;
  readonly end: number;
  readonly items: readonly Completion[];
}

/** Keywords in the order in which they are offered: that of their help, in which the usual ones come first. */
const KEYWORD_ORDER = new Map([...KEYWORD_HELP.keys()].map((type, index) => [type.name, index]));
const PLAIN_NAME = /^[\p{Alphabetic}_][\p{Alphabetic}\p{N}_]*$/u;

/**
 * What may stand at `offset` of a text, the likeliest first: words of the language, collections, attributes,
 * variables in scope, functions and bind variables. What stands behind the offset is looked at for bind variables only.
 *
 * @example
 * completions('FOR u IN us', 11, { collections: ['users'], fields: () => [] }).items[0].text; // 'users'
 */
export function completions(text: string, offset: number, catalogue: Catalogue = EMPTY_CATALOGUE): Completions {
  const pieces = scan(text.slice(0, offset));
  const last = pieces.at(-1);
  const nothing = { start: offset, end: offset, items: [] };
  if (last?.kind === 'comment' && last.end === offset) return nothing;
  if (last?.kind === 'broken') {
    if (text[last.start] !== '@') return nothing;
    return bindCompletions(text, text[last.start - 1] === '@' ? last.start - 1 : last.start, offset, catalogue);
  }
  if (last?.kind !== 'token' || last.end !== offset) return completeAt(text, offset, { pieces, offset }, catalogue);
  if (last.type === t.Bind || last.type === t.CollectionBind)
    return bindCompletions(text, last.start, offset, catalogue);
  if (TEXTS.has(last.type)) return nothing;
  const start = isOfType(last.type, t.Word) && last.type !== t.QuotedName ? last.start : offset;
  return completeAt(text, start, { pieces: start === offset ? pieces : pieces.slice(0, -1), offset }, catalogue);
}

/** Behind them one is in a text or a number, where nothing is completed. */
const TEXTS: ReadonlySet<TokenType> = new Set([
  t.StringText,
  t.NumberText,
  t.TemplateStart,
  t.TemplateText,
  t.InterpolationEnd,
  t.TemplateEnd,
]);

function completeAt(
  text: string,
  start: number,
  { pieces, offset }: { readonly pieces: readonly ScannedPiece[]; readonly offset: number },
  catalogue: Catalogue,
): Completions {
  const reading = readText(text.slice(0, start), pieces);
  const offers = new Offers(reading, catalogue, text);
  for (const expected of relevant(reading.expected())) offers.add(expected);
  const begun = text.slice(start, offset).toLowerCase();
  const items = offers.items.filter((item) => bare(item.text).toLowerCase().startsWith(begun));
  return { start, end: offset, items };
}

const bare = (text: string) => (text[0] === '`' ? text.slice(1) : text);

/** Where a write waits for its collection, the IN before it was not the operator that it may look like. */
function relevant(expected: readonly Expected[]): readonly Expected[] {
  const targets = expected.filter(
    ({ rule, frame }) => rule.startsWith('collection') && frame?.rule !== 'for' && isTarget(frame),
  );
  return targets.length === 0 ? expected : targets;
}

function isTarget(frame: Frame | undefined): boolean {
  for (let at = frame; at !== undefined && at.rule !== 'expression'; at = at.parent)
    if (at.rule === 'target') return true;
  return false;
}

/** Gathers what may be offered at one place, the likeliest first. */
class Offers {
  readonly #reading: QueryReading;
  readonly #catalogue: Catalogue;
  readonly #fullText: string;
  readonly #scope: Scope;
  readonly #groups: Record<CompletionKind, Completion[]> = {
    attribute: [],
    collection: [],
    variable: [],
    keyword: [],
    function: [],
    bind: [],
  };
  readonly #seen = new Set<string>();

  constructor(reading: QueryReading, catalogue: Catalogue, fullText: string) {
    this.#reading = reading;
    this.#catalogue = catalogue;
    this.#fullText = fullText;
    this.#scope = new Scope(reading);
  }

  get items(): Completion[] {
    this.#groups.keyword.sort((a, b) => KEYWORD_ORDER.get(a.text)! - KEYWORD_ORDER.get(b.text)!);
    return Object.values(this.#groups).flat();
  }

  add(expected: Expected): void {
    const { type, rule, frame } = expected;
    if (KEYWORD_HELP.has(type)) {
      if (rule !== 'named' || type !== keyword.ANY || !this.#isLoopSource(frame)) this.#keyword(type);
    } else if (type === t.Bind) this.#binds('@');
    else if (type === t.CollectionBind) this.#binds('@@');
    else if (type === t.BinaryOperator) for (const word of [keyword.AND, keyword.OR, keyword.LIKE]) this.#keyword(word);
    else if (type === t.ComparisonOperator) this.#keyword(keyword.LIKE);
    else if (type === t.Name || type === t.Word) this.#names(rule, frame);
  }

  #names(rule: string, frame: Frame | undefined): void {
    const { tokens } = this.#reading;
    switch (rule) {
      case 'collection':
      case 'join':
        this.#collections();
        break;
      case 'suffixed':
      case 'expansion':
        this.#attributes(frame);
        break;
      case 'pipe':
        this.#functions();
        break;
      case 'aggregate':
        if (isTakenFor(tokens.at(-1), t.Assign)) this.#aggregates();
        break;
      case 'into':
        if (tokens.at(-1)?.type !== keyword.INTO) this.#variables(frame);
        break;
      case 'member':
        this.#variables(frame);
        break;
      case 'named':
        if (this.#isLoopSource(frame)) this.#collections();
        this.#variables(frame);
        this.#functions();
        if (inReturn(frame)) this.#windowFunctions();
    }
  }

  #isLoopSource(frame: Frame | undefined): boolean {
    const before = this.#reading.tokens.at(-1);
    return before?.type === keyword.IN && ruleOf(before) === 'for' && frame !== undefined;
  }

  #keyword(type: TokenType): void {
    this.#offer({ kind: 'keyword', text: type.name, summary: KEYWORD_HELP.get(type)?.summary });
  }

  #collections(): void {
    for (const name of this.#catalogue.collections) this.#offer({ kind: 'collection', text: written(name) });
  }

  #variables(frame: Frame | undefined): void {
    for (const { name, boundBy } of this.#scope.visibleIn(frame).values()) {
      this.#offer({ kind: 'variable', text: name === 'CURRENT' ? name : written(name), detail: boundBy });
    }
  }

  #attributes(frame: Frame | undefined): void {
    const source = this.#scope.pathBefore(this.#reading.tokens.length - 1, frame);
    if (source === undefined || source.list) return;
    const { path } = source;
    for (const field of this.#catalogue.fields(source.collection)) {
      if (field.path.length <= path.length || !path.every((step, index) => step === field.path[index])) continue;
      const name = field.path[path.length]!;
      const own = field.path.length === path.length + 1;
      const index = field.index === undefined ? [] : [`index ${field.index}`];
      const detail = own ? [...(field.type === undefined ? [] : [field.type]), ...index].join(', ') : undefined;
      if (name !== '*') this.#offer({ kind: 'attribute', text: writtenWord(name), ...(detail && { detail }) });
    }
  }

  #functions(): void {
    for (const definition of allFunctions()) {
      const { name, summary } = definition;
      this.#offer({ kind: 'function', text: `${name}(`, detail: signatureText(definition), summary });
    }
  }

  #aggregates(): void {
    for (const definition of allAggregates()) {
      const { name, summary } = definition;
      this.#offer({ kind: 'function', text: `${name}(`, detail: aggregateSignatureText(definition), summary });
    }
  }

  #windowFunctions(): void {
    for (const name of rankingFunctionNames) {
      this.#offer({
        kind: 'function',
        text: `${name}(`,
        detail: `${name}(…) OVER (…)`,
        summary: KEYWORD_HELP.get(keyword.OVER)?.summary,
      });
    }
  }

  #binds(sign: '@' | '@@'): void {
    for (const name of bindNames(this.#fullText, this.#catalogue, sign))
      this.#offer({ kind: 'bind', text: `${sign}${name}` });
  }

  #offer(completion: Completion): void {
    const key = `${completion.kind} ${completion.text}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#groups[completion.kind].push(completion);
  }
}

function inReturn(frame: Frame | undefined): boolean {
  for (let at = frame; at !== undefined; at = at.parent) {
    if (at.rule === 'subquery' || at.rule === 'clause') return false;
    if (at.rule === 'clauses') return true;
  }
  return false;
}

function bindCompletions(text: string, start: number, offset: number, catalogue: Catalogue): Completions {
  const begun = text.slice(start, offset);
  const signs = begun.startsWith('@@') ? (['@@'] as const) : (['@', '@@'] as const);
  const items = signs
    .flatMap((sign) => bindNames(text, catalogue, sign, start).map((name) => `${sign}${name}`))
    .filter((name) => name.startsWith(begun))
    .map((name): Completion => ({ kind: 'bind', text: name }));
  return { start, end: offset, items };
}

/** Bind variables that the text uses elsewhere or that will be given. */
function bindNames(text: string, catalogue: Catalogue, sign: '@' | '@@', except?: number): string[] {
  const names = new Set<string>();
  for (const piece of scan(text)) {
    if (piece.kind !== 'token' || piece.start === except) continue;
    if (piece.type === (sign === '@' ? t.Bind : t.CollectionBind))
      names.add(text.slice(piece.start + sign.length, piece.end));
  }
  for (const name of catalogue.binds ?? []) {
    if (name.startsWith('@') === (sign === '@@')) names.add(name.replace(/^@/, ''));
  }
  return [...names].sort();
}

/** A name as it must be written where a keyword would be taken for itself. */
function written(name: string): string {
  return PLAIN_NAME.test(name) && !t.WORD_TYPES.has(name.toUpperCase()) ? name : `\`${name}\``;
}

/** A name as it may be written behind a dot. */
function writtenWord(name: string): string {
  return PLAIN_NAME.test(name) ? name : `\`${name}\``;
}
