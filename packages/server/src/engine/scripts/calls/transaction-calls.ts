import type { Value } from '@cairn/protocol/internal';
import { HostCallError } from '@cairn/scripting/internal';
import { retryingConflicts } from '../../transactions/conflict-retries.ts';
import { type CallContext, type HostCall, textParameter } from '../run/call-context.ts';

/** Transactions of a run. What it leaves open is rolled back when it ends. */
export const TRANSACTION_CALLS = {
  'tx.begin': async (parameters: readonly Value[], context: CallContext): Promise<string> => {
    const isolation_level = parameters[0] ?? 'read_committed';
    const { txId } = await context.ask('begin_transaction', { isolation_level });
    context.transactions.add(txId!);
    // The run may have ended while the transaction was begun.
    if (context.signal.aborted) rollbackOpen(context);
    return txId!;
  },
  'tx.commit': (parameters, context) => end('commit_transaction', parameters, context),
  'tx.rollback': (parameters, context) => end('rollback_transaction', parameters, context),
} satisfies Record<string, HostCall>;

async function end(
  command: 'commit_transaction' | 'rollback_transaction',
  parameters: readonly Value[],
  context: CallContext,
): Promise<true> {
  const tx_id = own(textParameter(parameters, 0, 'the transaction'), context);
  context.transactions.delete(tx_id);
  await context.ask(command, { tx_id });
  return true;
}

/**
 * Does what takes several commands as one change: in the transaction that the call names or the run belongs to, otherwise in one of its
 * own, and then again when another commit was first.
 * @param given the transaction that the call names, if any
 */
export async function asOneChange<T>(
  given: Value | undefined,
  context: CallContext,
  work: (transaction: Value | undefined) => Promise<T>,
): Promise<T> {
  const isInside = insideTransaction(given, context) !== undefined || context.transactionId !== undefined;
  if (isInside) return work(given);
  return retryingConflicts(context.surroundings.host, async () => {
    const own = await TRANSACTION_CALLS['tx.begin'](['serializable'], context);
    try {
      const result = await work(own);
      await TRANSACTION_CALLS['tx.commit']([own], context);
      return result;
    } catch (error) {
      if (context.transactions.has(own)) await TRANSACTION_CALLS['tx.rollback']([own], context);
      throw error;
    }
  });
}

/** The transaction that a call names as its last parameter, if any. @throws HostCallError for one of another run */
export function insideTransaction(given: Value | undefined, context: CallContext): string | undefined {
  return given === undefined || given === null ? undefined : own(String(given), context);
}

function own(id: string, context: CallContext): string {
  if (context.transactions.has(id)) return id;
  throw new HostCallError(`Transaction '${id}' not found`, 'TransactionNotFound');
}

/** Undoes what a run has left open. */
export function rollbackOpen(context: CallContext): void {
  for (const tx_id of context.transactions) void context.send('rollback_transaction', { tx_id });
  context.transactions.clear();
}
