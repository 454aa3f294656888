import { CURSOR_BATCH_BYTES, CURSOR_BATCH_ROWS } from '../../limits.ts';
import { command } from '../../runner/command.ts';

export const cursorNext = command('cursor_next', async (fields, context) => {
  const { engine, session } = context;
  const batch = await engine.cursors.fetch(fields.cursor, session.user, ({ query, batchRows }) =>
    query.next({
      rowsMax: fields.batch_size ?? batchRows ?? CURSOR_BATCH_ROWS,
      bytesMax: Math.min(CURSOR_BATCH_BYTES, engine.settings.frameBytesMax / 2),
      whenFull: 'stop',
      deadlineMs: context.deadlineMs,
      cancellation: context.cancellation(),
    }),
  );
  if (batch.done) return { status: 'ok', data: batch.rows, hasMore: false };
  return { status: 'ok', data: batch.rows, cursor: fields.cursor, hasMore: true };
});
