import { CURSOR_BATCH_BYTES, CURSOR_BATCH_ROWS } from '../../limits.ts';
import type { CommandContext } from '../../runner/command.ts';
import { type QueryFields, runQuery } from './query-request.ts';

/** Rows that are counted: some ten milliseconds of work. Of more rows their number is not told. */
const COUNTED_ROWS_MAX = 100_000;

/**
 * How many rows a reading query has, found by running it to its end; undefined when there are more than are counted. Nothing of it
 * is kept, so that a cursor that nobody reads on costs no memory.
 */
export async function countRows(fields: QueryFields, context: CommandContext): Promise<number | undefined> {
  let open: Parameters<Parameters<typeof runQuery>[2]>[0] | undefined;
  await runQuery({ ...fields, batch_size: CURSOR_BATCH_ROWS }, context, (answer) => {
    open = answer;
    return { status: 'ok' };
  });
  const { batch, rest } = open!;
  let count = batch.rows.count;
  try {
    for (let done = rest === undefined; !done && count <= COUNTED_ROWS_MAX; ) {
      const more = await rest!.next({
        rowsMax: CURSOR_BATCH_ROWS,
        bytesMax: CURSOR_BATCH_BYTES,
        whenFull: 'stop',
        deadlineMs: context.deadlineMs,
        cancellation: context.cancellation(),
      });
      count += more.rows.count;
      done = more.done;
    }
  } finally {
    rest?.close();
  }
  return count <= COUNTED_ROWS_MAX ? count : undefined;
}
