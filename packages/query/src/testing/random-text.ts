import { aggregateByName, allAggregates } from '../functions/aggregates.ts';
import { allFunctions } from '../functions/registry.ts';
import { KEYWORDS } from '../lexer/keywords.ts';

/** Numbers from 0 up to, not including, `limit`. */
export type Chance = (limit: number) => number;

/** Chance that can be had again from its seed (mulberry32). */
export function seededChance(seed: number): Chance {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * limit);
  };
}

const NAMES = ['x', 'y', 'd', 'docs', 'edges', 'CURRENT', '`a b`', 'größe', '_', 'NEW', 'OLD', 'nosuch'];
const WORDS = ['a', 'n', 'name', 'tags', '_key', '_id', '_from', 'order', 'Limit', 'size', 'ключ'];
const NUMBERS = ['0', '1', '2', '-1', '1.5', '100', '9223372036854775807'];
const STRANGE_NUMBERS = ['00', '1e5', '0x1', '3.', '.5', '18446744073709551616', '9'.repeat(400)];
const TEXTS = [
  "'t'",
  '"k1"',
  "''",
  '"\\u00e9\\n"',
  '"docs/k1"',
  "'2020-02-30'",
  '"2024-03-31T02:30:00Z"',
  "'😀'",
  '"(a+)+$"',
  "'%_%'",
];
const BINARY = '+ - * / % == != < <= > >= AND OR && || & | ^ << >> ?? IN LIKE =~ !~ ~= .. |>'.split(' ');
const STRANGE = [
  '\u0000',
  '\ud800',
  '\u2028',
  '\ufeff',
  '\u00a0',
  '😀',
  'ä',
  "'",
  '"',
  '`',
  '$',
  '\\',
  '#',
  ';',
  '${',
  '--',
  '/*',
];
const functions = allFunctions();
const calls = functions.map(({ name }) => name);
const aggregates = allAggregates().map(({ name }) => name);

/**
 * Writes texts that are queries, nearly queries, and far from it: sentences of the grammar, then perhaps damaged.
 *
 * @example new RandomText(seededChance(7)).text() // 'FOR x IN docs FILTER x.n < 2 RETURN x'
 */
export class RandomText {
  readonly #chance: Chance;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** A text of at most `lengthMax` UTF-16 units. */
  text(lengthMax = 16_384): string {
    const kind = this.#chance(20);
    if (kind === 0) return this.#bomb(lengthMax);
    if (kind === 1) return this.#soup(1 + this.#chance(60)).slice(0, lengthMax);
    let text = this.#query(4);
    if (kind === 2) while (text.length < lengthMax / 2) text += ` ${this.#clause(3)}`;
    const damages = this.#chance(3) === 0 ? 1 + this.#chance(4) : 0;
    for (let count = 0; count < damages; count++) text = this.#damaged(text);
    return text.slice(0, lengthMax);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#chance(items.length)]!;
  }

  #maybe(text: () => string): string {
    return this.#chance(2) === 0 ? '' : text();
  }

  #list(item: () => string, max = 3): string {
    return Array.from({ length: 1 + this.#chance(max) }, item).join(', ');
  }

  #query(depth: number): string {
    const head =
      this.#chance(30) === 0 ? this.#pick(['EXPLAIN ', 'CREATE STREAM s AS ', 'CREATE MATERIALIZED VIEW v AS ']) : '';
    const clauses = Array.from({ length: this.#chance(5) }, () => this.#clause(depth - 1)).join(' ');
    const rest = this.#chance(20) === 0 ? '' : ` RETURN ${this.#maybe(() => 'DISTINCT ')}${this.#expression(depth)}`;
    return `${head}FOR x IN ${this.#source(depth)} ${clauses}${rest}`;
  }

  #source(depth: number): string {
    return this.#pick([
      'docs',
      'docs',
      '@@c',
      '1..5',
      '@list',
      `(${depth > 0 ? this.#query(depth - 2) : '[1]'})`,
      this.#expression(1),
    ]);
  }

  #clause(depth: number): string {
    const e = () => this.#expression(depth);
    const variable = () => this.#pick(['x', 'y', 'z', 'g', '`q r`']);
    const doc = () => `{${this.#pick(WORDS)}: ${e()}}`;
    const key = () => this.#pick(['"k1"', 'x', 'x._key', '{_key: "k2"}', e()]);
    return this.#pick([
      () => `FOR ${variable()} IN ${this.#source(depth)}`,
      () => `FILTER ${e()}`,
      () => `LET ${variable()} = ${this.#pick([e, () => `(${this.#query(depth - 1)})`])()}`,
      () => `SORT ${this.#list(() => e() + this.#pick(['', ' ASC', ' DESC']))}`,
      () => `LIMIT ${this.#pick(['3', '1, 2', '@n', '0', '-1', '1.5', e()])}`,
      () =>
        `COLLECT ${this.#maybe(() => this.#list(() => `${variable()} = ${e()}`))} ${this.#maybe(() => `INTO g${this.#maybe(() => ' KEEP x')}`)} ${this.#maybe(() => 'WITH COUNT INTO c')} ${this.#maybe(() => `AGGREGATE ${this.#list(() => `${this.#pick(['s', 't', 'u'])} = ${this.#aggregate()}(${e()})`)}`)}`,
      () => `${this.#pick(['', 'LEFT ', 'RIGHT ', 'FULL OUTER '])}JOIN docs ON ${e()}`,
      () =>
        `FOR v${this.#maybe(() => ', w')} IN ${this.#pick(['', '1..2 ', '0..3 ', '5..1 '])}${this.#pick(['OUTBOUND', 'INBOUND', 'ANY'])} ${key()} edges${this.#maybe(() => ` PRUNE ${e()}`)}`,
      () => `FOR v, w, p IN 0..2 ANY ${key()} edges PRUNE ${e()}`,
      () =>
        `FOR v IN ${this.#pick(['', 'K_'])}SHORTEST_PATH${this.#pick(['', 'S'])} "docs/k1" TO ${key()} ANY edges${this.#maybe(() => ` OPTIONS {weightAttribute: ${this.#pick(['"n"', '@n', e()])}, defaultWeight: ${this.#pick(['1', '@n', '-1', e()])}}`)}`,
      () => `INSERT ${doc()} INTO docs${this.#maybe(() => ` OPTIONS {overwrite: ${e()}}`)}`,
      () => `UPDATE ${key()} WITH ${doc()} IN docs`,
      () => `REPLACE ${key()} WITH ${doc()} IN docs`,
      () => `REMOVE ${key()} IN docs`,
      () => `UPSERT ${doc()} INSERT ${doc()} ${this.#pick(['UPDATE', 'REPLACE'])} ${doc()} IN docs`,
    ])();
  }

  #aggregate(): string {
    return aggregateByName(this.#pick(aggregates))!.name;
  }

  #expression(depth: number): string {
    if (depth <= 0) return this.#leaf();
    const e = () => this.#expression(depth - 1);
    const lambda = () => `${this.#pick(['a', '(a)', '(a, i)'])} -> ${e()}`;
    const shapes: readonly (() => string)[] = [
      () => this.#leaf(),
      () => this.#leaf(),
      () => `${e()} ${this.#pick(BINARY)} ${e()}`,
      () => `${e()} ${this.#pick(['NOT IN', 'NOT LIKE', 'ANY ==', 'ALL >', 'NONE <'])} ${e()}`,
      () => `${this.#pick(['-', '!', 'NOT ', '~'])}${e()}`,
      () => `(${e()})`,
      () => `[${this.#list(e, 4)}]`,
      () => `{${this.#pick(WORDS)}: ${e()}, "b c": ${e()}, x}`,
      () => this.#call(e),
      () => this.#call(e),
      () =>
        this.#chance(4) > 0
          ? this.#call(e)
          : `${this.#pick(calls)}(${this.#maybe(() => this.#list(this.#pick([e, e, e, lambda])))})`,
      () => `${e()} |> ${this.#call(e, 1)}`,
      () => `${e()} |> ${this.#pick(['MAP', 'FILTER', 'ANY', 'FIND'])}(${lambda()})`,
      () => `${this.#pick(['MAP', 'FILTER', 'REDUCE', 'ANY', 'ALL', 'FIND', 'SOME', 'EVERY'])}(${e()}, ${lambda()})`,
      () => `${e()} ? ${e()} : ${e()}`,
      () => `${e()}${this.#pick(['.', '?.'])}${this.#pick(WORDS)}`,
      () => `${e()}[${this.#pick(['*', '0', '-1', '"n"', `* FILTER ${e()} LIMIT 1 RETURN ${e()}`])}]`,
      () => `CASE ${this.#maybe(e)} WHEN ${e()} THEN ${e()} ${this.#maybe(() => `ELSE ${e()}`)} END`,
      () => `${this.#pick(['ANY', 'ALL', 'NONE'])} q IN ${e()} SATISFIES ${e()}`,
      () => `$"t \${${e()}} u"`,
      () => `(${this.#query(depth - 1)})`,
      () =>
        `${this.#aggregate()}(${this.#leaf()}) OVER (${this.#maybe(() => `PARTITION BY ${e()}`)} ${this.#maybe(() => `ORDER BY ${e()} DESC`)})`,
    ];
    return this.#pick(shapes)();
  }

  /** A function with as many arguments as it has parameters, without those that are given already. */
  #call(argument: () => string, given = 0): string {
    const { name, parameters } = this.#pick(functions);
    return `${name}(${parameters.slice(given).map(argument).join(', ')})`;
  }

  #leaf(): string {
    return this.#pick([
      () => this.#pick(['x', 'x', 'x', 'x', this.#pick(NAMES)]),
      () => `x.${this.#pick(WORDS)}`,
      () => this.#pick(NUMBERS),
      () => this.#pick(TEXTS),
      () => this.#pick(['null', 'true', 'FALSE', '[]', '{}', '@n', '@text', '@list']),
    ])();
  }

  #soup(words: number): string {
    const some = [
      ...KEYWORDS,
      ...NAMES,
      ...STRANGE_NUMBERS,
      ...NUMBERS,
      ...TEXTS,
      ...BINARY,
      ...STRANGE,
      ...'()[]{},.:?!*',
    ];
    return Array.from({ length: words }, () => this.#pick(some)).join(this.#pick([' ', ' ', '']));
  }

  /** One thing, very deep or very long. */
  #bomb(lengthMax: number): string {
    const length = 1 + this.#chance(lengthMax);
    const [open, middle, close] = this.#pick([
      ['(', '1', ')'],
      ['[', '', ']'],
      ['{a:', '1', '}'],
      ['F(', '1', ')'],
      ['x[', '0', ']'],
      ['NOT ', '1', ''],
      ['-', '1', ''],
      ['CASE WHEN 1 THEN ', '2', ' END'],
      ['(FOR x IN [1] RETURN ', '1', ')'],
      ['1 + ', '1', ''],
      ['x |> LENGTH() == ', '1', ''],
      ['1 ? 2 : ', '3', ''],
      ['x.', 'y', ''],
      ['MAP([1], a -> ', '1', ')'],
      ['$"${', '1', '}"'],
      ['x', '', ''],
      ['9', '', ''],
      ['9.', '9', ''],
      ['"a', '', '"'],
      ['1, ', '1', ''],
      ['x == 1 OR ', '1', ''],
      ['LET x = 1 ', 'RETURN x', ''],
      ['FOR x IN [1] ', 'RETURN x', ''],
      ['😀', '', ''],
      [' \n', '', ''],
      ['-- c\n', '', ''],
    ] as const);
    const count = Math.max(1, Math.floor(length / (open.length + close.length)));
    const bomb = `${open.repeat(count)}${middle}${this.#chance(4) === 0 ? '' : close.repeat(count)}`;
    const start = this.#pick(['RETURN ', 'FOR x IN docs FILTER ', 'FOR x IN docs SORT ', 'RETURN [', 'LET ', '']);
    return `${start}${bomb}`.slice(0, lengthMax);
  }

  #damaged(text: string): string {
    const at = this.#chance(text.length + 1);
    const until = Math.min(text.length, at + this.#chance(12));
    switch (this.#chance(6)) {
      case 0:
        return text.slice(0, at) + text.slice(until);
      case 1:
        return text.slice(0, at) + this.#pick(STRANGE) + text.slice(at);
      case 2:
        return text.slice(0, at) + text.slice(at, until).repeat(1 + this.#chance(30)) + text.slice(until);
      case 3:
        return `${text.slice(0, at)} ${this.#pick([...KEYWORDS, ...BINARY])} ${text.slice(at)}`;
      case 4:
        return text.slice(0, at);
      default:
        return text.slice(0, at) + this.#query(2).slice(this.#chance(20)) + text.slice(until);
    }
  }
}
