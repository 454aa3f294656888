import { z } from 'zod';
import { defineCommand } from './command-definition.ts';
import { database, everyCommand, innerRequest, isolationLevel, name, nothing, transactionId } from './fields.ts';

const inTransaction = z.object({ ...everyCommand, tx_id: transactionId });
const atSavepoint = z.object({ ...everyCommand, tx_id: transactionId, name });

/** Transactions by id, which is valid on every connection of the same user. */
export const TRANSACTION_COMMANDS = [
  defineCommand({
    name: 'begin_transaction',
    access: { action: 'read', scope: 'inside' },
    mode: 'session',
    summary: 'Begins a transaction; the answer is its id.',
    fieldAliases: { isolation: 'isolation_level' },
    request: z.object({ ...everyCommand, database, isolation_level: isolationLevel.default('read_committed') }),
    reply: z.string(),
  }),
  defineCommand({
    name: 'commit_transaction',
    access: 'authenticated',
    mode: 'write',
    summary: 'Makes the changes of a transaction durable, all or none.',
    request: inTransaction,
    reply: nothing,
  }),
  defineCommand({
    name: 'rollback_transaction',
    access: 'authenticated',
    mode: 'session',
    summary: 'Gives a transaction up.',
    request: inTransaction,
    reply: nothing,
  }),
  defineCommand({
    name: 'transaction_command',
    access: 'authenticated',
    mode: 'write',
    summary: 'Runs another command inside a transaction.',
    request: z.object({ ...everyCommand, tx_id: transactionId, command: innerRequest }),
    reply: z.unknown(),
  }),
  defineCommand({
    name: 'savepoint',
    access: 'authenticated',
    mode: 'session',
    summary: 'Marks a point in a transaction to which it can go back.',
    request: atSavepoint,
    reply: nothing,
  }),
  defineCommand({
    name: 'rollback_to',
    access: 'authenticated',
    mode: 'session',
    idempotent: true,
    summary: 'Undoes what a transaction did since a savepoint, which stays.',
    request: atSavepoint,
    reply: nothing,
  }),
  defineCommand({
    name: 'release',
    access: 'authenticated',
    mode: 'session',
    summary: 'Forgets a savepoint and keeps what was done since.',
    request: atSavepoint,
    reply: nothing,
  }),
  defineCommand({
    name: 'list_transactions',
    access: 'authenticated',
    mode: 'read',
    summary: 'Lists the open transactions: one’s own, for admins all.',
    request: z.object(everyCommand),
    reply: z.array(z.record(z.string(), z.unknown())),
  }),
  defineCommand({
    name: 'kill_transaction',
    access: { action: 'admin', scope: 'global' },
    mode: 'session',
    summary: 'Ends somebody’s transaction without its changes.',
    request: inTransaction,
    reply: nothing,
  }),
] as const;
