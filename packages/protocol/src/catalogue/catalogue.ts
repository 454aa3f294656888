import type { z } from 'zod';
import { API_KEY_COMMANDS } from './api-keys.ts';
import { BATCH_COMMANDS } from './batch.ts';
import { CLUSTER_COMMANDS } from './cluster.ts';
import { COLLECTION_COMMANDS } from './collections.ts';
import type { CommandDefinition } from './command-definition.ts';
import { CRON_COMMANDS } from './cron.ts';
import { DATABASE_COMMANDS } from './databases.ts';
import { DOCUMENT_COMMANDS } from './documents.ts';
import { ENV_COMMANDS } from './env.ts';
import { INDEX_COMMANDS } from './indexes.ts';
import { JOB_COMMANDS } from './jobs.ts';
import { MAINTENANCE_COMMANDS } from './maintenance.ts';
import { OBSERVABILITY_COMMANDS } from './observability.ts';
import { QUERY_COMMANDS } from './queries.ts';
import { RULE_COMMANDS } from './rules.ts';
import { SCRIPT_COMMANDS } from './scripts.ts';
import { SERVICE_COMMANDS } from './services.ts';
import { SESSION_COMMANDS } from './session.ts';
import { TRANSACTION_COMMANDS } from './transactions.ts';
import { TRIGGER_COMMANDS } from './triggers.ts';
import { USER_COMMANDS } from './users.ts';

/** Every command there is. A new one is an entry in its group, or a new group here. */
export const COMMANDS = [
  ...SESSION_COMMANDS,
  ...DATABASE_COMMANDS,
  ...COLLECTION_COMMANDS,
  ...DOCUMENT_COMMANDS,
  ...QUERY_COMMANDS,
  ...INDEX_COMMANDS,
  ...TRANSACTION_COMMANDS,
  ...BATCH_COMMANDS,
  ...USER_COMMANDS,
  ...RULE_COMMANDS,
  ...API_KEY_COMMANDS,
  ...MAINTENANCE_COMMANDS,
  ...SCRIPT_COMMANDS,
  ...SERVICE_COMMANDS,
  ...ENV_COMMANDS,
  ...OBSERVABILITY_COMMANDS,
  ...CLUSTER_COMMANDS,
  ...JOB_COMMANDS,
  ...CRON_COMMANDS,
  ...TRIGGER_COMMANDS,
] as const;

type AnyCommand = (typeof COMMANDS)[number];

/** The names of the commands, without aliases. */
export type CommandName = AnyCommand['name'];

/** The checked fields of a command's request, as its code gets them. */
export type FieldsOf<Name extends CommandName> = z.output<Extract<AnyCommand, { readonly name: Name }>['request']>;

/** The data of a command's successful reply. */
export type DataOf<Name extends CommandName> = z.output<Extract<AnyCommand, { readonly name: Name }>['reply']>;

const byName = new Map<string, CommandDefinition<CommandName>>();
for (const command of COMMANDS) {
  for (const known of [command.name, ...command.aliases]) byName.set(known, command);
}

/** The command of this name or alias. */
export function commandByName(name: string): CommandDefinition<CommandName> | undefined {
  return byName.get(name);
}
