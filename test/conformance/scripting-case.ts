import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A script of a case; `$DB`, `$DB2` and `$PORT` in its text stand for what the run has. */
export interface CaseScript {
  readonly name: string;
  readonly methods: readonly string[];
  readonly path: string;
  readonly code: string;
  readonly language?: string;
  /** 2: it belongs to the case's second database. */
  readonly db?: 2;
}

export interface CaseRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: string | Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly rawBody?: string;
  /** A null body is sent as such; otherwise null means none. */
  readonly sendNullBody?: boolean;
  readonly auth?: 'basic' | 'jwt';
  readonly db?: 2;
  /** Before it is sent. */
  readonly waitMs?: number;
}

/** `5xx`: any of that hundred; a list: one of them. */
type Status = number | `${number}xx` | readonly (number | `${number}xx`)[];

/** What must come back: a body, a pattern for its text, or any. */
export interface ExpectedAnswer {
  readonly status: Status;
  readonly body?: unknown;
  readonly bodyMatches?: string;
  readonly bodyIgnored?: boolean;
  /** Null: absent. Several lines of one name are joined by line breaks. */
  readonly headers?: Readonly<Record<string, string | { readonly matches: string } | null>>;
  readonly maxMs?: number;
}

type Fixtures = Readonly<Record<string, readonly unknown[]>>;

/** Scripts, requests to them, and the right answers. */
export interface ScriptCase {
  readonly id: string;
  readonly area: string;
  readonly note?: string;
  readonly script?: CaseScript;
  readonly scripts?: readonly CaseScript[];
  readonly service?: Readonly<Record<string, unknown>>;
  readonly fixtures?: Fixtures;
  readonly fixtures2?: Fixtures;
  readonly requests: readonly CaseRequest[];
  readonly expected: readonly ExpectedAnswer[];
  /** Its requests are sent at the same time. */
  readonly parallel?: boolean;
  /** It takes seconds, because a limit has to be reached. */
  readonly slow?: boolean;
  readonly hangs?: boolean;
}

export interface ScriptAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly tookMs: number;
}

export function readScriptCases(): ScriptCase[] {
  const path = join(import.meta.dirname, 'corpus/scripting/cases.jsonl');
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ScriptCase);
}

/** What is wrong with an answer; undefined when nothing is. */
export function answerFault(wanted: ExpectedAnswer, answer: ScriptAnswer): string | undefined {
  if (!statusFits(wanted.status, answer.status)) return `status ${answer.status}, not ${JSON.stringify(wanted.status)}`;
  return bodyFault(wanted, answer.text) ?? headerFault(wanted, answer.headers) ?? timeFault(wanted, answer);
}

function statusFits(wanted: Status, status: number): boolean {
  if (typeof wanted === 'number') return wanted === status;
  if (typeof wanted === 'string') return Math.floor(status / 100) === Number(wanted[0]);
  return wanted.some((each) => statusFits(each, status));
}

function bodyFault({ body, bodyMatches, bodyIgnored }: ExpectedAnswer, text: string): string | undefined {
  if (bodyIgnored === true) return undefined;
  const value = parsed(text);
  if (bodyMatches === undefined) {
    return value !== undefined && same(value.json, body) ? undefined : `want ${canonical(body)}`;
  }
  const pattern = new RegExp(bodyMatches, 's');
  const fits = pattern.test(text) || (value !== undefined && pattern.test(canonical(value.json)));
  return fits ? undefined : `no match for ${bodyMatches}`;
}

function headerFault({ headers = {} }: ExpectedAnswer, sent: Headers): string | undefined {
  for (const [name, wanted] of Object.entries(headers)) {
    const text = name.toLowerCase() === 'set-cookie' ? sent.getSetCookie().join('\n') : sent.get(name);
    const is = text === '' ? null : text;
    if (wanted === null ? is === null : is !== null && headerFits(wanted, is)) continue;
    return `header ${name} is ${is}, not ${JSON.stringify(wanted)}`;
  }
  return undefined;
}

function headerFits(wanted: string | { readonly matches: string }, text: string): boolean {
  return typeof wanted === 'string' ? text === wanted : new RegExp(wanted.matches, 'is').test(text);
}

function timeFault({ maxMs }: ExpectedAnswer, { tookMs }: ScriptAnswer): string | undefined {
  return maxMs === undefined || tookMs <= maxMs ? undefined : `took ${Math.round(tookMs)} ms of at most ${maxMs}`;
}

function parsed(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Deep, in any order of members; numbers within a billionth of themselves. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return (
    left.size === right.size && [...left].every(([name, value]) => right.has(name) && same(value, right.get(name)))
  );
}

/** JSON text with members in the order of their names. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) => {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
