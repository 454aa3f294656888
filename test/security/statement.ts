/**
 * Who may do what, said once more and in another way than the server says it: a table of commands and a dozen lines of rules. Nothing
 * of the server's is used here, so that a mistake in it shows as a difference.
 */

export type Action = 'read' | 'write' | 'execute' | 'admin';

/** What a command asks for: nothing, that somebody has logged in, or an action on the server, in a database, on a collection … */
export type Need =
  | 'nothing'
  | 'login'
  | { readonly action: Action; readonly on: 'server' | 'database' | 'collection' | 'some collection' };

/** One line of somebody's rights. */
export interface Line {
  readonly action: Action;
  readonly database?: string;
  readonly collection?: string;
}

/** Somebody: undefined lines mean that he has not logged in. */
export interface Caller {
  readonly name: string;
  readonly lines: readonly Line[] | undefined;
}

/** Where a command is sent to. */
export interface Place {
  readonly database?: string;
  readonly collection?: string;
}

export type Outcome = 'allowed' | 'denied' | 'unauthenticated';

const IMPLIED: { readonly [granted in Action]: readonly Action[] } = {
  admin: ['admin', 'write', 'read', 'execute'],
  write: ['write', 'read'],
  read: ['read'],
  execute: ['execute'],
};

/** Collections of the system database that no command but their own reaches. */
const SECRET = ['_config', '_admins', '_api_keys', '_roles', '_user_roles', '_audit'];

/** @param place with a collection only when the request names one */
export function expectedOutcome(need: Need, caller: Caller, place: Place): Outcome {
  if (need === 'nothing') return 'allowed';
  const { lines } = caller;
  if (lines === undefined) return 'unauthenticated';
  if (need === 'login') return 'allowed';
  const { database, collection } = place;
  const has = (action: Action, fits: (line: Line) => boolean) =>
    lines.some((line) => IMPLIED[line.action].includes(action) && fits(line)) ? 'allowed' : 'denied';
  const onServer = (line: Line) => line.database === undefined && line.collection === undefined;
  const inDatabase = (line: Line) => (line.database ?? database) === database && line.collection === undefined;
  if (need.on === 'server') return has(need.action, onServer);
  if (database === '_system') {
    return collection !== undefined && SECRET.includes(collection) ? 'denied' : has('admin', onServer);
  }
  if (need.on === 'some collection') return has(need.action, (line) => (line.database ?? database) === database);
  // What is the server's own is for administrators.
  const action = collection?.startsWith('_') ? 'admin' : need.action;
  if (need.on === 'database') return has(action, inDatabase);
  return has(
    action,
    (line) => inDatabase(line) || (line.collection === collection && (line.database ?? database) === database),
  );
}

const needs = new Map<string, Need>();
function state(need: Need, commands: string): void {
  for (const command of commands.trim().split(/\s+/)) needs.set(command, need);
}

state('nothing', 'auth ping');
state(
  'login',
  `get_current_user get_current_user_permissions refresh_session logout revoke_sessions cancel list_databases translate_sql
   cursor_next cursor_close commit_transaction rollback_transaction transaction_command savepoint rollback_to release
   list_transactions batch change_password explain_permission get_script_stats list_running kill_running`,
);
state(
  { action: 'admin', on: 'server' },
  `server_status create_database delete_database kill_transaction list_users get_user create_user delete_user list_roles
   get_role create_role update_role delete_role get_user_roles assign_role revoke_role list_api_keys get_api_key
   create_api_key regenerate_api_key delete_api_key backup_database list_backups restore_backup list_audit verify_audit
   get_settings set_setting cluster_status cluster_info cluster_get_nodes cluster_get_shards cluster_remove_node
   cluster_rebalance cluster_cleanup cluster_reshard`,
);
state(
  { action: 'admin', on: 'database' },
  `set_durability check_database repair_database create_script update_script delete_script list_script_logs run_repl
   create_service update_service delete_service list_env_vars get_env_var set_env_var set_env_vars_bulk delete_env_var
   configure_queue create_cron_job update_cron_job delete_cron_job toggle_cron_job run_cron_job create_trigger
   update_trigger delete_trigger toggle_trigger retry_trigger_failures`,
);
state({ action: 'write', on: 'database' }, 'create_collection delete_collection cancel_job retry_job purge_jobs');
state(
  { action: 'read', on: 'database' },
  `list_queues list_jobs get_job list_cron_jobs get_cron_job next_cron_runs list_cron_runs list_triggers
   list_collection_triggers get_trigger list_trigger_runs`,
);
state(
  { action: 'execute', on: 'database' },
  'list_scripts get_script list_services get_service describe_service enqueue_job enqueue_jobs',
);
state({ action: 'read', on: 'some collection' }, 'list_collections query sql explain begin_transaction');
state(
  { action: 'read', on: 'collection' },
  `collection_stats export_collection get_collection_schema get list list_indexes analyze_index index_usage_stats
   get_collection_sharding`,
);
state(
  { action: 'write', on: 'collection' },
  `truncate_collection compact_collection prune_collection recount_collection import_collection insert update replace
   delete bulk_insert create_index delete_index rebuild_indexes`,
);
state(
  { action: 'admin', on: 'collection' },
  `set_collection_schema delete_collection_schema set_collection_rules get_collection_rules delete_collection_rules
   repair_collection set_collection_sharding`,
);

/** Undefined for a command that nobody has added to the table yet. */
export function statedNeed(command: string): Need | undefined {
  return needs.get(command);
}
