import { CairnError, type ErrorReply } from '@cairn/protocol/internal';
import { OVERLOADED_RETRY_MS } from '../../limits.ts';

const made = new Map<string, ErrorReply>();

/**
 * The reply to what there is no room for: one object for each reason, since making an error and its stack costs as much as many a
 * request, and this is when there is no time for it. Doors may keep its bytes.
 */
export function refusal(sentence: string, limit?: number): ErrorReply {
  const key = `${sentence} ${limit}`;
  let reply = made.get(key);
  if (reply === undefined) {
    const details = { ...(limit !== undefined && { limit }), retry_after_ms: OVERLOADED_RETRY_MS };
    reply = { status: 'error', error: new CairnError('overloaded', sentence, { retryable: true, details }) };
    made.set(key, reply);
  }
  return reply;
}

/** Everything waits. */
export const BUSY = refusal('the server has more to do than it can, try again');

/** There are so many already. Limits are settings: there are only a few. */
export function tooMany(what: string, limit: number): ErrorReply {
  return refusal(`too many ${what}, try again`, limit);
}
