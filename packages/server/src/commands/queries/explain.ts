import { CairnError, EncodedValue, type Reply } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';
import { runQuery } from './query-request.ts';

export const explain = command('explain', async (fields, context): Promise<Reply> => {
  const { sdbql, analyze } = fields;
  // A text that asks to be explained itself is explained once.
  const prefix = /^\s*EXPLAIN\b/i.test(sdbql) ? '' : `EXPLAIN ${analyze === true ? 'ANALYZE ' : ''}`;
  try {
    return await runQuery({ ...fields, sdbql: prefix + sdbql }, context, ({ batch }) => ({
      status: 'ok',
      data: new EncodedValue(batch.rows.parts[0]!),
    }));
  } catch (error) {
    throw withoutPrefix(error, prefix.length);
  }
});

/** An error whose place is counted from the beginning of the text that was sent. */
function withoutPrefix(error: unknown, length: number): unknown {
  if (length === 0 || !(error instanceof CairnError)) return error;
  const { code, message, details, spoils, retryable, variant } = error;
  const { line, column, offset } = details;
  if (typeof line !== 'number' || typeof column !== 'number' || typeof offset !== 'number') return error;
  const sentColumn = line === 1 ? Math.max(1, column - length) : column;
  const sent = { ...details, column: sentColumn, offset: Math.max(0, offset - length) };
  const sentMessage = message.replace(` at ${line}:${column}`, ` at ${line}:${sentColumn}`);
  return new CairnError(code, sentMessage, { details: sent, spoils, retryable, variant, cause: error });
}
