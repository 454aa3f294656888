import type { ScriptAnswer, ScriptFailure, ScriptFailureReason } from '../host/script-run.ts';
import { responseHeaders } from '../natives/web/response-headers.ts';
import type { MessagePart } from './sandbox/kernel.ts';

/** Statuses whose answers have no body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

const KINDS = ['json', 'text', 'bytes', 'stream', 'redirect', 'error', 'chosen'] as const;

/** The head of an answer, checked. */
export interface AnswerHead {
  readonly kind: (typeof KINDS)[number];
  readonly status: number;
  /** Fit to be sent. */
  readonly headers: [name: string, value: string][];
}

/** Reads the head that a sandbox has sent. */
export function readHead(text: MessagePart): AnswerHead {
  const head = JSON.parse(String(text)) as { kind: unknown; status: unknown; headers: unknown };
  const kind = KINDS.find((each) => each === head.kind);
  const { status, headers } = head;
  if (kind === undefined || !Number.isInteger(status) || !Array.isArray(headers)) throw new Error('no answer');
  return { kind, status: status as number, headers: readHeaders(headers) };
}

/** Pairs of name and value; one without a name is the type that is usual, and stands back behind one that is given. */
function readHeaders(pairs: readonly unknown[]): [string, string][] {
  const headers: [string, string][] = [];
  let usualType: string | undefined;
  for (const pair of pairs) {
    if (!Array.isArray(pair)) continue;
    const [name, value] = [String(pair[0]), String(pair[1])];
    if (name === '') usualType = value;
    else headers.push(...responseHeaders(Object.fromEntries([[name, value]])));
  }
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  if (usualType !== undefined && !hasType) headers.push(...responseHeaders({ 'Content-Type': usualType }));
  return headers;
}

/** An answer that is not streamed. */
export function wholeAnswer({ kind, status, headers }: AnswerHead, content: MessagePart): ScriptAnswer {
  const body = content instanceof Uint8Array ? content : Buffer.from(kind === 'redirect' ? '' : String(content ?? ''));
  const hasBody = !BODILESS.has(status);
  if (kind === 'json' && !headers.some(([name]) => name.toLowerCase() === 'content-type') && hasBody) {
    headers.push(['Content-Type', 'application/json; charset=utf-8']);
  }
  const answer = { kind: 'answer', status, headers, body: hasBody ? body : new Uint8Array() } as const;
  return kind === 'json' ? { ...answer, resultJson: String(content) } : answer;
}

/** A failure that the script did not choose. */
export function failure(reason: ScriptFailureReason, message: string): ScriptFailure {
  return { kind: 'failure', reason, status: reason === 'timeout' ? 504 : 500, message, headers: [], isChosen: false };
}
