import { plainRoute } from '../route/plain-route.ts';
import type { Route } from '../route/route.ts';

const DATABASE = '/_api/database/:db';
const RULES = `${DATABASE}/collection/:name/rules`;
const OF_COLLECTION = { name: 'collection' };

/** Looking after what is stored, who may see what of it, and the server itself: each route is its command. */
export const MAINTENANCE_ROUTES: readonly Route[] = [
  plainRoute({ method: 'GET', path: '/_api/auth/users/:username', command: 'get_user' }),
  plainRoute({ method: 'GET', path: '/_api/auth/api-keys/:key_id', command: 'get_api_key' }),
  plainRoute({ method: 'POST', path: '/_api/auth/explain', command: 'explain_permission' }),
  plainRoute({ method: 'GET', path: RULES, command: 'get_collection_rules', names: OF_COLLECTION }),
  plainRoute({ method: 'PUT', path: RULES, command: 'set_collection_rules', names: OF_COLLECTION }),
  plainRoute({ method: 'DELETE', path: RULES, command: 'delete_collection_rules', names: OF_COLLECTION }),
  plainRoute({ method: 'PUT', path: `${DATABASE}/durability`, command: 'set_durability' }),
  plainRoute({ method: 'POST', path: `${DATABASE}/backup`, command: 'backup_database', statuses: [409, 507] }),
  plainRoute({ method: 'POST', path: `${DATABASE}/check`, command: 'check_database' }),
  plainRoute({ method: 'POST', path: `${DATABASE}/repair`, command: 'repair_database' }),
  plainRoute({ method: 'GET', path: '/_api/backups', command: 'list_backups' }),
  plainRoute({ method: 'POST', path: '/_api/backups/restore', command: 'restore_backup' }),
  plainRoute({ method: 'GET', path: '/_api/status', command: 'server_status' }),
  plainRoute({ method: 'GET', path: '/_api/running', command: 'list_running' }),
  plainRoute({ method: 'DELETE', path: '/_api/running/:id', command: 'kill_running' }),
  plainRoute({ method: 'GET', path: '/_api/audit', command: 'list_audit' }),
  plainRoute({ method: 'POST', path: '/_api/audit/verify', command: 'verify_audit' }),
  plainRoute({ method: 'GET', path: '/_api/settings', command: 'get_settings' }),
  plainRoute({ method: 'PUT', path: '/_api/settings/:name', command: 'set_setting' }),
];
