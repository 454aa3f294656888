import { setTimeout as sleep } from 'node:timers/promises';
import type { ImportDocument } from '@cairn/protocol/internal';
import type { Reject } from '../resume/rejects.ts';
import type { BatchDocument } from './batch.ts';

/** What happens to a document whose key is there already. `error` makes it a reject. */
export const DUPLICATE_MODES = ['error', 'ignore', 'replace', 'update'] as const;
export type DuplicateMode = (typeof DUPLICATE_MODES)[number];

/** Stores documents as one atomic step, or throws and stores none. Answers how many it stored. */
export type SendBatch = (documents: readonly ImportDocument[], mode: DuplicateMode) => Promise<number>;

/** How an error of `SendBatch` is to be taken. */
export type Failure =
  /** A document is at fault: the others can be stored without it. */
  | 'document'
  /** Nothing was stored, and trying again may help. */
  | 'retry'
  /** Nobody knows whether it was stored: to be sent again in a way that stores once. */
  | 'uncertain'
  /** No document of this import can be stored. */
  | 'fatal';

export interface DeliveryOptions {
  readonly send: SendBatch;
  readonly classify: (error: unknown) => Failure;
  readonly mode: DuplicateMode;
  readonly retryForMs: number;
  readonly signal?: AbortSignal;
  readonly nowMs?: () => number;
  readonly pauseMs?: (attempt: number) => number;
}

export interface Delivered {
  readonly stored: number;
  readonly rejects: readonly Reject[];
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;
const doublingPauseMs = (attempt: number) => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);

/**
 * Stores a batch, whatever it takes: tries again while the server is away or busy, and halves a refused batch until
 * the documents at fault stand alone. Rejects come back in the order of the source.
 */
export async function deliver(
  documents: readonly BatchDocument[],
  maybeStored: boolean,
  options: DeliveryOptions,
): Promise<Delivered> {
  if (documents.length === 0) return { stored: 0, rejects: [] };
  // Keys are the same in every attempt, so that `ignore` keeps what an earlier attempt has stored.
  let mode = maybeStored && options.mode === 'error' ? 'ignore' : options.mode;
  const bodies = documents.map(({ document }) => document);
  const nowMs = options.nowMs ?? (() => performance.now());
  const startedMs = nowMs();
  for (let attempt = 0; ; attempt++) {
    options.signal?.throwIfAborted();
    try {
      const stored = await options.send(bodies, mode);
      // What an earlier attempt has stored is ignored now, and counts as stored by this import all the same.
      return { stored: mode === options.mode ? stored : documents.length, rejects: [] };
    } catch (error) {
      const failure = options.classify(error);
      if (failure === 'document') return isolate(documents, mode !== options.mode, options, error);
      if (failure === 'fatal' || nowMs() - startedMs >= options.retryForMs) throw error;
      if (failure === 'uncertain' && mode === 'error') mode = 'ignore';
      await sleep((options.pauseMs ?? doublingPauseMs)(attempt), undefined, { signal: options.signal });
    }
  }
}

async function isolate(
  documents: readonly BatchDocument[],
  maybeStored: boolean,
  options: DeliveryOptions,
  error: unknown,
): Promise<Delivered> {
  if (documents.length === 1) {
    const { line, document } = documents[0];
    return { stored: 0, rejects: [{ line, reason: (error as Error).message, document }] };
  }
  const middle = documents.length >> 1;
  const first = await deliver(documents.slice(0, middle), maybeStored, options);
  const second = await deliver(documents.slice(middle), maybeStored, options);
  return { stored: first.stored + second.stored, rejects: [...first.rejects, ...second.rejects] };
}
