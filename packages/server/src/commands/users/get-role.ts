import { command } from '../../runner/command.ts';

export const getRole = command('get_role', ({ name }, { engine }) => ({
  status: 'ok',
  data: engine.security.roles.show(name),
}));
