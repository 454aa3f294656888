import { CRON_ROUTES } from '../automation/cron-routes.ts';
import { JOB_ROUTES } from '../automation/job-routes.ts';
import { TRIGGER_ROUTES } from '../automation/trigger-routes.ts';
import { IMPORT_ROUTES } from '../import/import-routes.ts';
import type { Route } from '../route/route.ts';
import { ENV_ROUTES } from '../scripts/env-routes.ts';
import { SCRIPT_ROUTES } from '../scripts/script-routes.ts';
import { SERVICE_ROUTES } from '../scripts/service-routes.ts';
import { ALIAS_ROUTES } from './alias-routes.ts';
import { CLUSTER_ROUTES } from './cluster-routes.ts';
import { COLLECTION_ROUTES } from './collection-routes.ts';
import { DATABASE_ROUTES } from './database-routes.ts';
import { DOCUMENT_ROUTES } from './document-routes.ts';
import { INDEX_ROUTES } from './index-routes.ts';
import { MAINTENANCE_ROUTES } from './maintenance-routes.ts';
import { QUERY_ROUTES } from './query-routes.ts';
import { SESSION_ROUTES } from './session-routes.ts';
import { TRANSACTION_ROUTES } from './transaction-routes.ts';
import { USER_ROUTES } from './user-routes.ts';

/** Every route that stands for a command. A new one is an entry in its group, or a new group here. */
export const ROUTES: readonly Route[] = [
  ...SESSION_ROUTES,
  ...USER_ROUTES,
  ...DATABASE_ROUTES,
  ...COLLECTION_ROUTES,
  ...IMPORT_ROUTES,
  ...DOCUMENT_ROUTES,
  ...QUERY_ROUTES,
  ...INDEX_ROUTES,
  ...TRANSACTION_ROUTES,
  ...MAINTENANCE_ROUTES,
  ...CLUSTER_ROUTES,
  ...SCRIPT_ROUTES,
  ...SERVICE_ROUTES,
  ...ENV_ROUTES,
  ...JOB_ROUTES,
  ...CRON_ROUTES,
  ...TRIGGER_ROUTES,
  ...ALIAS_ROUTES,
];
