import { command } from '../../runner/command.ts';

export const listUsers = command('list_users', (_fields, { engine }) => ({
  status: 'ok',
  data: engine.security.accounts.listUsers(),
}));
