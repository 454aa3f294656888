import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type ScriptAnswer, type ScriptFailure, type ScriptOutcome, StreamFailure } from '@cairn/scripting/internal';
import { type Header, speaksOfOrigins } from './endpoint-cors.ts';

const JSON_TYPE: Header = ['Content-Type', 'application/json; charset=utf-8'];
/** How the bytes travel is for the server to say. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);
/** Bytes of the headers that a script sets: what common clients and proxies take. */
const ANSWER_HEADERS_MAX_BYTES = 16 * 1024;
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const BODYLESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** What goes with every answer of a script, whatever it says. */
export interface AnswerFrame {
  readonly response: ServerResponse;
  readonly isHead: boolean;
  /** Of the service; they count unless the script speaks of origins. */
  readonly cors: readonly Header[];
}

/** A status that ends an exchange, as scripts may set any number. */
function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599;
}

/** Sends what a script has answered. */
export async function sendOutcome(frame: AnswerFrame, outcome: ScriptOutcome): Promise<void> {
  if (outcome.kind === 'failure') return sendFailure(frame, outcome);
  const { body, headers } = outcome;
  if (headerBytes(headers) > ANSWER_HEADERS_MAX_BYTES) {
    const message = `the headers of the answer are larger than ${ANSWER_HEADERS_MAX_BYTES} bytes`;
    return sendFailure(frame, { kind: 'failure', reason: 'limit', status: 500, message, headers: [], isChosen: false });
  }
  const status = isStatus(outcome.status) ? outcome.status : 500;
  if (body instanceof Uint8Array) return sendBytes(frame, { status, headers, body });
  await sendStream(frame, { ...outcome, status }, body);
}

function sendFailure(frame: AnswerFrame, { status, message, isChosen, headers, reason }: ScriptFailure): void {
  const told = isChosen ? { error: message } : { error: message, code: status, type: FAILURE_TYPES[reason] };
  const fitting = headerBytes(headers) > ANSWER_HEADERS_MAX_BYTES ? [] : headers;
  const kept = fitting.filter(([name]) => name.toLowerCase() !== 'content-type');
  sendBytes(frame, { status, headers: [...kept, JSON_TYPE], body: Buffer.from(JSON.stringify(told)) });
}

const FAILURE_TYPES: Readonly<Record<ScriptFailure['reason'], string>> = {
  error: 'ScriptError',
  timeout: 'ScriptTimeout',
  memory: 'ScriptMemoryExceeded',
  limit: 'ScriptLimitExceeded',
  host_lost: 'InternalError',
  cancelled: 'Cancelled',
};

interface WholeAnswer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** Sends an answer at once. */
export function sendBytes({ response, isHead, cors }: AnswerFrame, { status, headers, body }: WholeAnswer): void {
  if (response.destroyed) return;
  const isEmpty = BODYLESS.has(status);
  const head = headList(headers, cors);
  if (isEmpty) dropHeader(head, 'content-type');
  else head.push('Content-Length', String(body.length));
  response.writeHead(status, head);
  if (isEmpty || isHead) response.end();
  else response.end(body);
}

async function sendStream(
  frame: AnswerFrame,
  { status, headers }: ScriptAnswer,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { response, isHead, cors } = frame;
  const parts = body[Symbol.asyncIterator]();
  let next = parts.next();
  const failure = await failureOf(next);
  if (failure !== undefined) {
    const kept = headers.filter(([name]) => name.toLowerCase() === 'set-cookie');
    sendFailure(frame, { ...failure, headers: kept });
    return;
  }
  response.writeHead(status, headList(headers, cors));
  try {
    for (let part = await next; part.done !== true; part = await next) {
      if (response.destroyed) {
        await parts.return?.();
        return;
      }
      if (!isHead && !BODYLESS.has(status) && !response.write(part.value)) await untilDrained(response);
      next = parts.next();
    }
    response.end();
  } catch {
    // The status is on its way: a connection that breaks off is all that is left to say that the rest is missing.
    response.destroy();
  }
}

/** Why the first part of a stream fails: as long as nothing of it has been sent, that can still be said with its status. */
async function failureOf(first: Promise<unknown>): Promise<Omit<ScriptFailure, 'headers'> | undefined> {
  try {
    await first;
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    const { reason, chosenStatus } =
      error instanceof StreamFailure ? error : { reason: 'error' as const, chosenStatus: undefined };
    const status = chosenStatus ?? (reason === 'timeout' ? 504 : 500);
    return { kind: 'failure', reason, status, message, isChosen: chosenStatus !== undefined };
  }
}

/** Waits until the reader has taken what was written, or is gone. */
async function untilDrained(response: ServerResponse): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  try {
    await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  } finally {
    over.abort(); // the one that has not come listens no longer
  }
}

function headerBytes(headers: readonly Header[]): number {
  return headers.reduce((bytes, [name, value]) => bytes + name.length + value.length + 4, 0);
}

/** Headers in the flat form that Node writes without looking again. */
function headList(headers: readonly Header[], cors: readonly Header[]): string[] {
  const list: string[] = ['X-Content-Type-Options', 'nosniff'];
  for (const [name, value] of headers) {
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(value) || OWN_HEADERS.has(name.toLowerCase())) continue;
    if (name.toLowerCase() === 'x-content-type-options') continue;
    list.push(name, value);
  }
  if (cors.length > 0 && !speaksOfOrigins(headers)) for (const [name, value] of cors) list.push(name, value);
  return list;
}

function dropHeader(list: string[], name: string): void {
  for (let at = list.length - 2; at >= 0; at -= 2) if (list[at]!.toLowerCase() === name) list.splice(at, 2);
}
