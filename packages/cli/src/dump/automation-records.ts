import type { Client } from '@cairn/client';
import type { Value } from '@cairn/protocol';

/** Collections that only the server writes, with the command that makes one of their records anew. */
const COMMANDS: ReadonlyMap<string, string> = new Map([
  ['_queues', 'configure_queue'],
  ['_cron_jobs', 'create_cron_job'],
  ['_triggers', 'create_trigger'],
]);
/** What is under way belongs to the database that it is under way in: jobs, and how far triggers have come. */
const UNDER_WAY: ReadonlySet<string> = new Set(['_jobs', '_trigger_state', '_trigger_failures']);

/** Is this a collection of queues, cron jobs or triggers? */
export function isAutomation(collection: string): boolean {
  return COMMANDS.has(collection);
}

/** The collections of a dump: triggers and their like behind all that they are about, and nothing of what is under way. */
export function inDumpOrder(collections: readonly string[]): string[] {
  const kept = collections.filter((name) => !UNDER_WAY.has(name));
  return [...kept.filter((name) => !isAutomation(name)), ...kept.filter(isAutomation)];
}

/** Makes one record anew. @throws CairnServerError with code `already_exists` for a cron job or trigger that is there */
export async function restoreAutomation(
  client: Client,
  database: string,
  collection: string,
  record: { readonly [name: string]: Value },
): Promise<void> {
  const { _key: key, ...members } = record;
  const name = collection === '_queues' ? { queue_name: key } : { key };
  await client.command(COMMANDS.get(collection)!, { ...members, ...name, database });
}
