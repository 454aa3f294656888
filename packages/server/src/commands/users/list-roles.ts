import { command } from '../../runner/command.ts';

export const listRoles = command('list_roles', (_fields, { engine }) => ({
  status: 'ok',
  data: engine.security.roles.list(),
}));
