import type { OkReply, Value } from '@cairn/protocol/internal';
import { rowsIn } from '../route/reply-value.ts';
import type { HttpCall } from '../route/route.ts';

/** Rows that are fetched at a time when they are sent while they are fetched. */
export const STREAM_BATCH_ROWS = 1_000;

/** All rows of a query, from its first reply on: whoever goes away in the middle leaves no cursor behind. */
export async function* rowBatches(call: HttpCall, first: OkReply): AsyncGenerator<readonly Value[]> {
  const { cursor } = first;
  let reply = first;
  try {
    for (;;) {
      yield rowsIn(reply);
      if (reply.hasMore !== true) return;
      reply = await call.run('cursor_next', { cursor, batch_size: STREAM_BATCH_ROWS });
    }
  } finally {
    // When the connection has gone, so may the cursor: nobody is told.
    if (reply.hasMore === true) await call.run('cursor_close', { cursor }).catch(() => {});
  }
}
