import type { CommandName } from '@cairn/protocol/internal';
import type { AnyCommand } from '../runner/command.ts';
import { createApiKey } from './api-keys/create-api-key.ts';
import { deleteApiKey } from './api-keys/delete-api-key.ts';
import { getApiKey } from './api-keys/get-api-key.ts';
import { listApiKeys } from './api-keys/list-api-keys.ts';
import { regenerateApiKey } from './api-keys/regenerate-api-key.ts';
import { batch } from './batch/batch.ts';
import { clusterCleanup } from './cluster/cluster-cleanup.ts';
import { clusterGetNodes } from './cluster/cluster-get-nodes.ts';
import { clusterGetShards } from './cluster/cluster-get-shards.ts';
import { clusterInfo } from './cluster/cluster-info.ts';
import { clusterRebalance } from './cluster/cluster-rebalance.ts';
import { clusterRemoveNode } from './cluster/cluster-remove-node.ts';
import { clusterReshard } from './cluster/cluster-reshard.ts';
import { clusterStatus } from './cluster/cluster-status.ts';
import { getCollectionSharding } from './cluster/get-collection-sharding.ts';
import { setCollectionSharding } from './cluster/set-collection-sharding.ts';
import { collectionStats } from './collections/collection-stats.ts';
import { compactCollection } from './collections/compact-collection.ts';
import { createCollection } from './collections/create-collection.ts';
import { deleteCollection } from './collections/delete-collection.ts';
import { deleteCollectionSchema } from './collections/delete-collection-schema.ts';
import { exportCollection } from './collections/export-collection.ts';
import { getCollectionSchema } from './collections/get-collection-schema.ts';
import { importCollection } from './collections/import-collection.ts';
import { listCollections } from './collections/list-collections.ts';
import { pruneCollection } from './collections/prune-collection.ts';
import { recountCollection } from './collections/recount-collection.ts';
import { setCollectionSchema } from './collections/set-collection-schema.ts';
import { truncateCollection } from './collections/truncate-collection.ts';
import { createCronJob } from './cron/create-cron-job.ts';
import { deleteCronJob } from './cron/delete-cron-job.ts';
import { getCronJob } from './cron/get-cron-job.ts';
import { listCronJobs } from './cron/list-cron-jobs.ts';
import { listCronRuns } from './cron/list-cron-runs.ts';
import { nextCronRuns } from './cron/next-cron-runs.ts';
import { runCronJob } from './cron/run-cron-job.ts';
import { toggleCronJob } from './cron/toggle-cron-job.ts';
import { updateCronJob } from './cron/update-cron-job.ts';
import { createDatabase } from './databases/create-database.ts';
import { deleteDatabase } from './databases/delete-database.ts';
import { listDatabases } from './databases/list-databases.ts';
import { setDurability } from './databases/set-durability.ts';
import { bulkInsert } from './documents/bulk-insert.ts';
import { deleteDocument } from './documents/delete.ts';
import { getDocument } from './documents/get.ts';
import { insertDocument } from './documents/insert.ts';
import { listDocuments } from './documents/list.ts';
import { replaceDocument } from './documents/replace.ts';
import { updateDocument } from './documents/update.ts';
import { deleteEnvVar } from './env/delete-env-var.ts';
import { getEnvVar } from './env/get-env-var.ts';
import { listEnvVars } from './env/list-env-vars.ts';
import { setEnvVar } from './env/set-env-var.ts';
import { setEnvVarsBulk } from './env/set-env-vars-bulk.ts';
import { analyzeIndex } from './indexes/analyze-index.ts';
import { createIndex } from './indexes/create-index.ts';
import { deleteIndex } from './indexes/delete-index.ts';
import { indexUsageStats } from './indexes/index-usage-stats.ts';
import { listIndexes } from './indexes/list-indexes.ts';
import { rebuildIndexes } from './indexes/rebuild-indexes.ts';
import { cancelJob } from './jobs/cancel-job.ts';
import { configureQueue } from './jobs/configure-queue.ts';
import { enqueueJob } from './jobs/enqueue-job.ts';
import { enqueueJobs } from './jobs/enqueue-jobs.ts';
import { getJob } from './jobs/get-job.ts';
import { listJobs } from './jobs/list-jobs.ts';
import { listQueues } from './jobs/list-queues.ts';
import { purgeJobs } from './jobs/purge-jobs.ts';
import { retryJob } from './jobs/retry-job.ts';
import { backupDatabase } from './maintenance/backup-database.ts';
import { checkDatabase } from './maintenance/check-database.ts';
import { listBackups } from './maintenance/list-backups.ts';
import { repairCollection } from './maintenance/repair-collection.ts';
import { repairDatabase } from './maintenance/repair-database.ts';
import { restoreBackup } from './maintenance/restore-backup.ts';
import { getSettings } from './observability/get-settings.ts';
import { killRunning } from './observability/kill-running.ts';
import { listAudit } from './observability/list-audit.ts';
import { listRunning } from './observability/list-running.ts';
import { setSetting } from './observability/set-setting.ts';
import { verifyAudit } from './observability/verify-audit.ts';
import { cursorClose } from './queries/cursor-close.ts';
import { cursorNext } from './queries/cursor-next.ts';
import { explain } from './queries/explain.ts';
import { query } from './queries/query.ts';
import { sql } from './queries/sql.ts';
import { translateSql } from './queries/translate-sql.ts';
import { deleteCollectionRules } from './rules/delete-collection-rules.ts';
import { explainPermission } from './rules/explain-permission.ts';
import { getCollectionRules } from './rules/get-collection-rules.ts';
import { setCollectionRules } from './rules/set-collection-rules.ts';
import { createScript } from './scripts/create-script.ts';
import { deleteScript } from './scripts/delete-script.ts';
import { getScript } from './scripts/get-script.ts';
import { getScriptStats } from './scripts/get-script-stats.ts';
import { listScriptLogs } from './scripts/list-script-logs.ts';
import { listScripts } from './scripts/list-scripts.ts';
import { runRepl } from './scripts/run-repl.ts';
import { updateScript } from './scripts/update-script.ts';
import { createService } from './services/create-service.ts';
import { deleteService } from './services/delete-service.ts';
import { describeService } from './services/describe-service.ts';
import { getService } from './services/get-service.ts';
import { listServices } from './services/list-services.ts';
import { updateService } from './services/update-service.ts';
import { auth } from './session/auth.ts';
import { cancel } from './session/cancel.ts';
import { getCurrentUser } from './session/get-current-user.ts';
import { getCurrentUserPermissions } from './session/get-current-user-permissions.ts';
import { logout } from './session/logout.ts';
import { ping } from './session/ping.ts';
import { refreshSession } from './session/refresh-session.ts';
import { revokeSessions } from './session/revoke-sessions.ts';
import { serverStatus } from './session/server-status.ts';
import { beginTransaction } from './transactions/begin-transaction.ts';
import { commitTransaction } from './transactions/commit-transaction.ts';
import { killTransaction } from './transactions/kill-transaction.ts';
import { listTransactions } from './transactions/list-transactions.ts';
import { releaseSavepoint } from './transactions/release.ts';
import { rollbackTo } from './transactions/rollback-to.ts';
import { rollbackTransaction } from './transactions/rollback-transaction.ts';
import { savepoint } from './transactions/savepoint.ts';
import { transactionCommand } from './transactions/transaction-command.ts';
import { createTrigger } from './triggers/create-trigger.ts';
import { deleteTrigger } from './triggers/delete-trigger.ts';
import { getTrigger } from './triggers/get-trigger.ts';
import { listCollectionTriggers } from './triggers/list-collection-triggers.ts';
import { listTriggerRuns } from './triggers/list-trigger-runs.ts';
import { listTriggers } from './triggers/list-triggers.ts';
import { retryTriggerFailures } from './triggers/retry-trigger-failures.ts';
import { toggleTrigger } from './triggers/toggle-trigger.ts';
import { updateTrigger } from './triggers/update-trigger.ts';
import { assignRole } from './users/assign-role.ts';
import { changePassword } from './users/change-password.ts';
import { createRole } from './users/create-role.ts';
import { createUser } from './users/create-user.ts';
import { deleteRole } from './users/delete-role.ts';
import { deleteUser } from './users/delete-user.ts';
import { getRole } from './users/get-role.ts';
import { getUser } from './users/get-user.ts';
import { getUserRoles } from './users/get-user-roles.ts';
import { listRoles } from './users/list-roles.ts';
import { listUsers } from './users/list-users.ts';
import { revokeRole } from './users/revoke-role.ts';
import { updateRole } from './users/update-role.ts';

/** Every command, in the order of the catalogue's groups. A test holds this list and the catalogue to each other. */
export const IMPLEMENTED_COMMANDS: readonly AnyCommand[] = [
  auth,
  cancel,
  getCurrentUserPermissions,
  getCurrentUser,
  ping,
  refreshSession,
  logout,
  revokeSessions,
  serverStatus,
  createDatabase,
  deleteDatabase,
  listDatabases,
  setDurability,
  backupDatabase,
  listBackups,
  restoreBackup,
  checkDatabase,
  repairCollection,
  repairDatabase,
  getSettings,
  killRunning,
  listAudit,
  listRunning,
  setSetting,
  verifyAudit,
  clusterStatus,
  clusterInfo,
  clusterGetNodes,
  clusterGetShards,
  clusterRemoveNode,
  clusterRebalance,
  clusterCleanup,
  clusterReshard,
  getCollectionSharding,
  setCollectionSharding,
  collectionStats,
  compactCollection,
  createCollection,
  deleteCollectionSchema,
  deleteCollection,
  exportCollection,
  getCollectionSchema,
  importCollection,
  listCollections,
  pruneCollection,
  recountCollection,
  setCollectionSchema,
  truncateCollection,
  bulkInsert,
  deleteDocument,
  getDocument,
  insertDocument,
  listDocuments,
  replaceDocument,
  updateDocument,
  cursorClose,
  cursorNext,
  explain,
  query,
  sql,
  translateSql,
  analyzeIndex,
  createIndex,
  deleteIndex,
  indexUsageStats,
  listIndexes,
  rebuildIndexes,
  beginTransaction,
  commitTransaction,
  killTransaction,
  listTransactions,
  releaseSavepoint,
  rollbackTo,
  rollbackTransaction,
  savepoint,
  transactionCommand,
  batch,
  assignRole,
  changePassword,
  createUser,
  deleteUser,
  getUserRoles,
  getUser,
  listRoles,
  getRole,
  createRole,
  updateRole,
  deleteRole,
  listApiKeys,
  getApiKey,
  createApiKey,
  regenerateApiKey,
  deleteApiKey,
  listUsers,
  revokeRole,
  setCollectionRules,
  getCollectionRules,
  deleteCollectionRules,
  explainPermission,
  createScript,
  listScripts,
  getScript,
  updateScript,
  deleteScript,
  getScriptStats,
  listScriptLogs,
  runRepl,
  createService,
  listServices,
  getService,
  updateService,
  deleteService,
  describeService,
  listEnvVars,
  getEnvVar,
  setEnvVar,
  setEnvVarsBulk,
  deleteEnvVar,
  createCronJob,
  deleteCronJob,
  getCronJob,
  listCronJobs,
  listCronRuns,
  nextCronRuns,
  runCronJob,
  toggleCronJob,
  updateCronJob,
  cancelJob,
  configureQueue,
  enqueueJob,
  enqueueJobs,
  getJob,
  listJobs,
  listQueues,
  purgeJobs,
  retryJob,
  createTrigger,
  deleteTrigger,
  getTrigger,
  listCollectionTriggers,
  listTriggerRuns,
  retryTriggerFailures,
  listTriggers,
  toggleTrigger,
  updateTrigger,
];

/** The commands by name. */
export function commandTable(): ReadonlyMap<CommandName, AnyCommand> {
  return new Map(IMPLEMENTED_COMMANDS.map((command) => [command.name, command]));
}
