import { command } from '../../runner/command.ts';

export const getCurrentUser = command('get_current_user', (_fields, { engine, session }) => ({
  status: 'ok',
  data: {
    user: session.user,
    database: session.database ?? null,
    roles: engine.security.rolesOf(session.user),
  },
}));
