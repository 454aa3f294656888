import { command } from '../../runner/command.ts';
import { showPermission } from '../../security/rights/parse-permission.ts';

export const getCurrentUserPermissions = command('get_current_user_permissions', (_fields, { session }) => ({
  status: 'ok',
  data: session.rights.list().map(showPermission),
}));
