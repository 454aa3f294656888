import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One case of a corpus: a query, and what must come back. */
export interface Case {
  readonly id: string;
  readonly area: string;
  readonly query: string;
  readonly bind?: Readonly<Record<string, unknown>>;
  /** False: the rows may come in any order. */
  readonly ordered: boolean;
  /** True: the query changes the fixtures, which are laid anew after it. */
  readonly mutates?: boolean;
  readonly result?: readonly unknown[];
  readonly error?: boolean;
}

export interface Fixture {
  readonly type?: string;
  readonly docs: readonly Record<string, unknown>[];
  readonly indexes?: readonly { readonly name: string; readonly fields: readonly string[] }[];
}

export interface Corpus {
  readonly cases: readonly Case[];
  readonly fixtures: Readonly<Record<string, Fixture>>;
}

export function readCorpus(name: 'language' | 'functions'): Corpus {
  const folder = join(import.meta.dirname, 'corpus', name);
  const lines = readFileSync(join(folder, 'cases.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return {
    cases: lines.map((line) => JSON.parse(line) as Case),
    fixtures: JSON.parse(readFileSync(join(folder, 'fixtures.json'), 'utf8')) as Corpus['fixtures'],
  };
}

/** Whether these rows are the answer that the case wants; numbers may differ by one part in a thousand million. */
export function answers(expected: Case, rows: readonly unknown[]): boolean {
  const wanted = expected.result ?? [];
  return expected.ordered ? same(wanted, rows) : same(inAnyOrder(wanted), inAnyOrder(rows));
}

const TOLERANCE = 1e-9;

function same(a: unknown, b: unknown): boolean {
  if (typeof a === 'bigint' || typeof b === 'bigint') return Number(a) === Number(b);
  if (typeof a === 'number' && typeof b === 'number') {
    return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
  }
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = new Map(Object.entries(b));
  return left.length === right.size && left.every(([key, value]) => right.has(key) && same(value, right.get(key)));
}

function inAnyOrder(rows: readonly unknown[]): unknown[] {
  return rows
    .map((row) => ({ row, text: canonicalText(row) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ row }) => row);
}

/** One text for equal values: members sorted by name, numbers cut to nine digits. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === 'bigint') return Number(member);
    if (typeof member === 'number' && !Number.isInteger(member)) return Number(member.toPrecision(9));
    if (member === null || typeof member !== 'object' || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
